"""Reads a mail's HTML as a mail program without style sheets shows it: text, links, what loads.

Owns the reading only; mail_checks.py judges it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import html

_UNSEEN = frozenset({"head", "style", "script", "title"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LOADING = frozenset({"src", "srcset", "background", "poster", "data"})
_LOADERS = frozenset({"link", "script", "iframe", "object", "embed", "form"})
_BLOCKS = _HEADINGS | {"p", "div", "li", "td", "tr", "table", "ol", "ul", "br", "body"}
_PX = re.compile(r"(\d+(?:\.\d+)?)px")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LOADED = re.compile(r"\b(?:src|background)\s*=\s*\S+")
_CSS_URL = re.compile(r"@import\b[^;]*|\burl\s*\([^)]*\)", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Style:
    """The style that text inherits from the elements around it; sizes in CSS pixels."""

    ink: str = "#000000"
    ground: str = "#ffffff"
    size: float = 16.0
    line_height: str = "normal"
    align: str = "left"
    hidden: bool = False
    underlined: bool = False
    # It runs from right to left, or is within something that does.
    right_to_left: bool = False


@dataclass(slots=True, kw_only=True)
class Words:
    """A run of visible (or hidden) text and how it looks."""

    text: str
    style: Style
    tag: str


@dataclass(slots=True, kw_only=True)
class HtmlLink:
    """A link: its address, its words, and whether they are underlined."""

    url: str
    text: str = ""
    underlined: bool = True


@dataclass(slots=True, kw_only=True)
class Heading:
    """A heading, and whether it holds a link."""

    tag: str
    text: str = ""
    linked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Something that showing the page would load: what does it, and its address or name there."""

    by: str
    address: str


@dataclass(slots=True)
class Page:
    """The content of a document."""

    root: dict[str, str] = field(default_factory=dict)
    title: str = ""
    links: list[HtmlLink] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    lines: list[str] = field(default_factory=lambda: [""])

    @property
    def text(self) -> str:
        """All visible text, on one line."""
        return " ".join(" ".join(self.lines).split())

    @property
    def first_line(self) -> str:
        """The first line that can be seen."""
        return next((" ".join(line.split()) for line in self.lines if line.strip()), "")


def read_page(source: str) -> Page:
    """Read a whole HTML document."""
    page = Page()
    _read(html.document_fromstring(source), _Around(), page)
    # Comments for Outlook (`<!--[if mso]>`) are shown by it: what they load counts as well.
    for comment in _COMMENT.findall(source):
        page.loads += _loads(_LOADED, comment)
    return page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """The surroundings of an element: the style, the link and the heading that it is in."""

    style: Style = field(default_factory=Style)
    link: HtmlLink | None = None
    heading: Heading | None = None
    seen: bool = True


def _read(element: Any, around: _Around, page: Page) -> None:  # noqa: ANN401  (lxml has no types)
    tag, attributes = element.tag, dict(element.attrib)
    if not isinstance(tag, str):  # a comment
        return
    if tag == "html":
        page.root = attributes
    style = _inherit(around.style, attributes)
    link, heading = around.link, around.heading
    if tag == "a":
        link = HtmlLink(url=attributes.get("href", ""), underlined=style.underlined)
        page.links.append(link)
        if heading:
            heading.linked = True
    if tag in _HEADINGS:
        heading = Heading(tag=tag)
        page.headings.append(heading)
    if tag == "img":
        page.images.append(attributes)
    page.loads += [
        Load(by=f"{tag} {name}={attributes[name]}", address=attributes[name])
        for name in sorted(_LOADING & {*attributes})
    ]
    if tag in _LOADERS:
        page.loads.append(Load(by=f"<{tag}>", address=f"<{tag}"))
    page.loads += _loads(_CSS_URL, attributes.get("style", ""))
    here = _Around(style=style, link=link, heading=heading, seen=around.seen and tag not in _UNSEEN)
    edge = [""] if tag in _BLOCKS else []
    page.lines += edge
    _say(element.text or "", tag, here, page)
    for child in element:
        _read(child, here, page)
        _say(child.tail or "", tag, here, page)
    page.lines += edge


def _loads(pattern: re.Pattern[str], text: str) -> list[Load]:
    return [Load(by=found[0], address=found[0]) for found in pattern.finditer(text)]


def _say(text: str, tag: str, around: _Around, page: Page) -> None:
    """Add a text that is directly in an element of this tag."""
    if tag == "style":
        page.loads += _loads(_CSS_URL, text)
    if tag == "title":
        page.title += text
    if not around.seen:
        return
    if text.strip():
        page.words.append(Words(text=text, style=around.style, tag=tag))
    if not around.style.hidden:
        page.lines[-1] += text
    for named in (around.link, around.heading):
        if named:
            named.text += text


def _inherit(around: Style, attributes: dict[str, str]) -> Style:
    rules = _rules(attributes.get("style", ""))
    size = _PX.fullmatch(rules.get("font-size", ""))
    ground = rules.get("background-color") or rules.get("background") or attributes.get("bgcolor")
    hidden = (
        rules.get("display") == "none"
        or rules.get("visibility") == "hidden"
        or rules.get("opacity") in {"0", "0.0"}
        or "hidden" in attributes
    )
    decoration = rules.get("text-decoration")
    return Style(
        ink=rules.get("color", around.ink),
        ground=around.ground if ground in {None, "", "transparent", "none"} else ground or "",
        size=float(size[1]) if size else around.size,
        line_height=rules.get("line-height", around.line_height),
        align=rules.get("text-align", around.align),
        hidden=around.hidden or hidden,
        underlined="underline" in decoration if decoration else around.underlined,
        right_to_left=around.right_to_left or attributes.get("dir") == "rtl",
    )


def _rules(style: str) -> dict[str, str]:
    rules = {}
    for rule in style.split(";"):
        name, colon, value = rule.partition(":")
        if colon:
            plain = value.replace("!important", "").strip()
            rules[name.strip().casefold()] = plain if "url" in plain else plain.casefold()
    return rules
