"""The accessibility tree of HTML, as its markup alone says it: without styles or scripts. Pure.

Roles by the HTML Accessibility API Mappings 1.0, as far as mail and pages of ours use them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import html as lxml_html

from msnewsletter.web.desk.aloud.spoken import ROLES, TEXT, AloudNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_ROLES: Final = {
    "a": "link",
    "article": "article",
    "aside": "complementary",
    "blockquote": "blockquote",
    "button": "button",
    "figure": "figure",
    "footer": "contentinfo",
    "header": "banner",
    "hr": "separator",
    "img": "image",
    "li": "listitem",
    "main": "main",
    "nav": "navigation",
    "ol": "list",
    "table": "table",
    "ul": "list",
} | {f"h{level}": "heading" for level in range(1, 7)}
# In these, `header` and `footer` are no landmarks.
_SECTIONS: Final = frozenset({"article", "aside", "main", "nav", "section"})
_SILENT: Final = frozenset({"head", "script", "style", "template", "noscript"})
# Elements whose text is a line of its own; all others stand within one.
BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HIDDEN: Final = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_NAMED: Final = frozenset({"article", "navigation", "region", "complementary", "list", "figure"})


def markup_nodes(data: bytes) -> AloudNode:
    """The tree of a whole document, UTF-8."""
    root = lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(encoding="utf-8"))
    title = " ".join((root.findtext(".//title") or "").split())
    return AloudNode(role="document", name=title, nodes=tuple(_MarkupWalk().of(root, 0, "")))


class _MarkupWalk:
    """Numbers the blocks as it meets them."""

    def __init__(self) -> None:
        self._blocks = 0

    def of(self, element: HtmlElement, place: int, language: str) -> Iterator[AloudNode]:
        """The nodes of an element; none where nobody hears it."""
        if not isinstance(element.tag, str) or element.tag in _SILENT or _is_hidden(element):
            return
        language = element.get("lang", language)
        if element.tag in BLOCKS:
            self._blocks += 1
            place = self._blocks
        role = _role(element)
        name = _name(element, role)
        if role == "image":
            if name:
                yield AloudNode(role=role, name=name, place=place, language=language)
            return
        yield AloudNode(
            role=role,
            name=name,
            place=place,
            language=language,
            level=int(element.tag[1]) if role == "heading" and element.tag[0] == "h" else 0,
            nodes=tuple(self._inside(element, place, language)),
        )

    def _inside(self, element: HtmlElement, place: int, language: str) -> Iterator[AloudNode]:
        def said(text: str | None) -> Iterator[AloudNode]:
            if text:
                yield AloudNode(role=TEXT, text=text, place=place, language=language)

        yield from said(element.text)
        for inner in element:
            if inner.tag == "br":
                yield from said(" ")
            yield from self.of(inner, place, language)
            yield from said(inner.tail)


def _is_hidden(element: HtmlElement) -> bool:
    return (
        element.get("aria-hidden") == "true"
        or "hidden" in element.attrib
        or bool(_HIDDEN.search(element.get("style", "")))
    )


def _role(element: HtmlElement) -> str:
    said = element.get("role")
    if said is not None:
        return said if said in ROLES else ""
    role = _ROLES.get(element.tag, "")
    if element.tag == "a" and "href" not in element.attrib:
        return ""
    if element.tag == "section":
        return "region" if _label(element) else ""
    within = any(one.tag in _SECTIONS for one in element.iterancestors())
    return "" if element.tag in {"header", "footer"} and within else role


def _name(element: HtmlElement, role: str) -> str:
    """What is said in place of the words inside, or a landmark's name."""
    if role == "image":
        return " ".join((element.get("alt") or _label(element)).split())
    return _label(element) if role in _NAMED or role in {"link", "button", "heading"} else ""


def _label(element: HtmlElement) -> str:
    if said := element.get("aria-label"):
        return " ".join(said.split())
    named = element.get("aria-labelledby", "").split()
    found = [element.getroottree().find(f".//*[@id='{one}']") for one in named if "'" not in one]
    return " ".join(" ".join("".join(one.itertext()) for one in found if one is not None).split())
