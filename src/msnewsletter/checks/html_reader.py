"""Reads a mail's HTML as a mail program without style sheets shows it: text, links, what loads.

Owns the reading only; mail_checks.py judges it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_UNSEEN = frozenset({"head", "style", "script", "title"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LOADING = frozenset({"src", "srcset", "background", "poster", "data"})
_BLOCKS = _HEADINGS | {"p", "div", "li", "td", "tr", "table", "ol", "ul", "br", "body"}
_PX = re.compile(r"(\d+(?:\.\d+)?)px")
_CSS_URL = re.compile(r"@import\b[^;]*|\burl\s*\([^)]*\)", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Style:
    """What text inherits from the elements around it; sizes in CSS pixels."""

    ink: str = "#000000"
    ground: str = "#ffffff"
    size: float = 16.0
    line_height: str = "normal"
    align: str = "left"
    hidden: bool = False
    underlined: bool = False


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


@dataclass(slots=True)
class Page:
    """All that was read."""

    root: dict[str, str] = field(default_factory=dict)
    title: str = ""
    links: list[HtmlLink] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
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
    reader = _Reader()
    reader.feed(source)
    reader.close()
    # Comments for Outlook (`<!--[if mso]>`) are shown by it: what they load counts as well.
    reader.page.loads.extend(
        found[0]
        for comment in reader.comments
        for found in re.finditer(r"\b(?:src|background)\s*=\s*\S+", comment)
    )
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.comments: list[str] = []
        self._open: list[tuple[str, Style]] = []
        self._link: HtmlLink | None = None
        self._heading: Heading | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        around = self._open[-1][1] if self._open else Style()
        style = _inherit(around, attributes)
        if tag == "html":
            self.page.root = attributes
        if tag in _BLOCKS:
            self.page.lines.append("")
        self._note(tag, attributes, style)
        if tag not in _VOID:
            self._open.append((tag, style))

    def _note(self, tag: str, attributes: dict[str, str], style: Style) -> None:
        page = self.page
        if tag == "a":
            self._link = HtmlLink(url=attributes.get("href", ""), underlined=style.underlined)
            page.links.append(self._link)
            if self._heading:
                self._heading.linked = True
        if tag in _HEADINGS:
            self._heading = Heading(tag=tag)
            page.headings.append(self._heading)
        if tag == "img":
            page.images.append(attributes)
        page.loads.extend(
            f"{tag} {name}={attributes[name]}" for name in sorted(_LOADING & attributes.keys())
        )
        if tag in {"link", "script", "iframe", "object", "embed", "form"}:
            page.loads.append(f"<{tag}>")
        page.loads.extend(_CSS_URL.findall(attributes.get("style", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        if tag in _HEADINGS:
            self._heading = None
        if tag in _BLOCKS:
            self.page.lines.append("")
        if any(tag == each for each, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "style" in tags:
            self.page.loads.extend(_CSS_URL.findall(data))
        if "title" in tags:
            self.page.title += data
        if _UNSEEN.intersection(tags) or not tags:
            return
        if data.strip():
            self.page.words.append(Words(text=data, style=self._open[-1][1], tag=tags[-1]))
        if not self._open[-1][1].hidden:
            self.page.lines[-1] += data
        if self._link:
            self._link.text += data
        if self._heading:
            self._heading.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def _inherit(around: Style, attributes: dict[str, str]) -> Style:
    rules = dict(_rules(attributes.get("style", "")))
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
    )


def _rules(style: str) -> list[tuple[str, str]]:
    rules = []
    for rule in style.split(";"):
        name, colon, value = rule.partition(":")
        if colon:
            plain = value.replace("!important", "").strip()
            rules.append((name.strip().casefold(), plain if "url" in plain else plain.casefold()))
    return rules
