"""The visible text of HTML, as lines: what a reader sees, in the order of the page. Pure.

Owns what is seen at all, which elements begin a line, and how white space is read. Knows no field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from msnewsletter.sources.html.html_document import attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justhtml import Node

_SPACE = re.compile("[ \t\n\r\f]+")
_UNSEEN = frozenset(
    {
        *("script", "style", "noscript", "template", "head", "title", "meta", "link", "object"),
        *("nav", "footer", "iframe", "svg", "math", "canvas", "audio", "video", "map", "rp"),
        *("button", "select", "textarea", "datalist", "input", "label", "legend", "progress"),
        # Struck out: what the page no longer says.
        *("del", "s", "strike"),
    }
)
_NO_ELEMENTS = frozenset({"#comment", "#processing-instruction", "!doctype"})
BLOCKS: Final = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("dialog", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6"),
        *(
            "header",
            "hgroup",
            "hr",
            "html",
            "fieldset",
            "form",
            "li",
            "main",
            "menu",
            "ol",
            "p",
            "pre",
        ),
        *("search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
        *("ul",),
    }
)
HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset({"b", "strong", "dt"})
_HIDDEN_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE
)
_BLOCK_STYLE = re.compile(
    r"display\s*:\s*(?:block|flex|grid|table|list-item|flow-root)", re.IGNORECASE
)
# How Bootstrap, WordPress, Drupal and Tailwind call what is read aloud only.
_READ_ALOUD = re.compile(
    r"(?:^|\s)(?:sr-only|screen-reader-text|visually-hidden|visuallyhidden)(?:\s|$)"
)
_RAISED = dict(zip("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
# A heading that only bold letters make is below all others.
BOLD_LEVEL: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlTextLine:
    """A line of what a reader sees.

    Attributes:
        text: without white space around it; a point of a list begins with "- " or its number.
        level: of a heading, 1 to 6; BOLD_LEVEL: all of it is bold, or names a definition; 0: none.
        point: it is a point of a list.
        linked: all of it is links.
        apart: it begins a paragraph, unlike a line after a line break.
        lead: the bold words with which a line begins that is not bold as a whole.
        at: where it is in the order of the tree; see `VisibleText.spans`.
    """

    text: str
    level: int = 0
    point: bool = False
    linked: bool = False
    apart: bool = True
    lead: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleText:
    """The lines below a node; `spans`: where each element begins and ends, around its lines."""

    lines: tuple[HtmlTextLine, ...]
    spans: tuple[tuple[int, int], ...]


def visible_text(node: Node, *, without: Iterable[Node] = ()) -> VisibleText:
    """What a reader sees of a node; `without`: elements that are left out."""
    walk = _TextWalk(frozenset(map(id, without)))
    walk.through(node)
    return VisibleText(lines=tuple(walk.lines), spans=tuple(walk.spans.values()))


def text_of(lines: Iterable[HtmlTextLine]) -> str:
    """Lines as the text of a section: a blank line between paragraphs, lists as lists."""
    parts: list[str] = []
    before: HtmlTextLine | None = None
    for line in lines:
        if before is not None:
            together = (before.point and line.point) or not line.apart
            parts.append("\n" if together else "\n\n")
        parts.append(line.text)
        before = line
    return "".join(parts)


def is_hidden(node: Node) -> bool:
    """Whether an element, itself, is not shown."""
    attrs = node.attrs
    if not attrs:
        return node.name == "dialog"
    if "hidden" in attrs or (node.name == "dialog" and "open" not in attrs):
        return True
    return (
        attribute(node, "aria-hidden").lower() == "true"
        or _HIDDEN_STYLE.search(attribute(node, "style")) is not None
        or _READ_ALOUD.search(attribute(node, "class")) is not None
    )


class _Visit(NamedTuple):
    node: Node
    leaving: bool = False


class _TextRun(NamedTuple):
    """A piece of a line's text, and what it stands in."""

    text: str
    linked: bool
    bold: bool
    at: int


@dataclass(slots=True)
class _Depths:
    """How many elements of a kind are open."""

    links: int = 0
    bold: int = 0
    pre: int = 0
    articles: int = 0
    headers: int = 0
    heading: int = 0  # the level; 0: none is open
    script: list[Mapping[str, str]] = field(default_factory=list)  # raised and lowered


class _TextWalk:
    """One walk through a tree, without recursion: pages are nested as deep as they like."""

    def __init__(self, without: frozenset[int]) -> None:
        self._without = without
        self.lines: list[HtmlTextLine] = []
        self.spans: dict[int, tuple[int, int]] = {}
        self._pieces: list[_TextRun] = []
        self._open = _Depths()
        self._counts: list[int] = []  # of open lists: the next point's number; 0: it has none
        self._sign = ""  # of the point whose first line comes next
        self._in_point = 0
        self._apart = True
        self._at = 0

    def through(self, node: Node) -> None:
        steps = [_Visit(node)]
        while steps:
            one = steps.pop()
            self._at += 1
            if one.leaving:
                self._leave(one.node)
                continue
            if not self._enter(one.node):
                continue
            steps.append(_Visit(one.node, leaving=True))
            steps += [_Visit(child) for child in reversed(one.node.children or ())]
        self._end_line(apart=True)

    def _enter(self, node: Node) -> bool:
        """Begin a node; whether its children are to be looked at."""
        name = node.name
        if name == "#text":
            self._add(node.data if isinstance(node.data, str) else "")
            return False
        if name in _NO_ELEMENTS or name in _UNSEEN:
            return False
        if id(node) in self._without or is_hidden(node):
            return False
        if name == "header" and not self._open.articles:
            return False
        if name == "br":
            # Two of them part paragraphs.
            self._end_line(apart=not self._pieces)
            return False
        self.spans[id(node)] = (self._at, self._at)
        if _is_block(node):
            self._end_line(apart=True)
        self._count(node, 1)
        return True

    def _leave(self, node: Node) -> None:
        self.spans[id(node)] = (self.spans[id(node)][0], self._at)
        if _is_block(node):
            self._end_line(apart=True)
        self._count(node, -1)

    def _count(self, node: Node, change: int) -> None:
        now, name = self._open, node.name
        now.links += change * (name == "a")
        now.bold += change * (name in _BOLD)
        now.pre += change * (name == "pre")
        now.articles += change * (name in {"article", "main", "section"})
        now.headers += change * (name == "header")
        if name in HEADINGS:
            now.heading = HEADINGS[name] if change > 0 else 0
        if name in {"sup", "sub"}:
            if change > 0:
                now.script.append(_RAISED if name == "sup" else _LOWERED)
            else:
                now.script.pop()
        if name in {"ul", "ol", "menu"}:
            if change > 0:
                self._counts.append(_first_number(node))
            else:
                self._counts.pop()
        if name == "li":
            self._point(change)
        if name == "q":
            self._add("“" if change > 0 else "”")

    def _point(self, change: int) -> None:
        self._in_point += change
        if change < 0:
            self._sign = ""
            return
        number = self._counts[-1] if self._counts else 0
        self._sign = f"{number}. " if number else "- "
        if number:
            self._counts[-1] += 1

    def _add(self, text: str) -> None:
        now = self._open
        if now.headers and not now.heading:
            return  # of an article's header: who wrote it, when, and where to share it
        if now.script and (raised := _translated(text, now.script[-1])):
            text = raised
        lines = text.split("\n") if now.pre else [text]
        for index, line in enumerate(lines):
            if index:
                self._end_line(apart=not self._pieces)
            if line:
                self._pieces.append(_TextRun(line, now.links > 0, now.bold > 0, self._at))

    def _end_line(self, *, apart: bool) -> None:
        pieces = [piece for piece in self._pieces if not piece.text.isspace()]
        text = _SPACE.sub(" ", "".join(piece.text for piece in self._pieces)).strip(" ")
        self._pieces.clear()
        if pieces and not text.isspace():
            bold = all(piece.bold for piece in pieces)
            self.lines.append(
                HtmlTextLine(
                    text=self._sign + text,
                    level=self._open.heading or (BOLD_LEVEL if bold and not self._sign else 0),
                    point=bool(self._sign),
                    linked=all(piece.linked for piece in pieces),
                    apart=self._apart and not (self._in_point and not self._sign),
                    lead="" if bold else _lead(pieces),
                    at=pieces[0].at,
                )
            )
            self._sign = ""
            self._apart = apart
        else:
            self._apart = self._apart or apart


def _is_block(node: Node) -> bool:
    return node.name in BLOCKS or (
        bool(node.attrs) and _BLOCK_STYLE.search(attribute(node, "style")) is not None
    )


def _first_number(node: Node) -> int:
    """The number of a list's first point; 0: its points have none."""
    if node.name != "ol":
        return 0
    start = attribute(node, "start")
    return int(start) if start.isdecimal() and len(start) <= 2 and int(start) else 1  # noqa: PLR2004  (as text_blocks.py reads)


def _translated(text: str, letters: Mapping[str, str]) -> str:
    """The text in raised or lowered letters; empty: some of them have no such form."""
    stripped = text.strip()
    if not stripped or any(letter not in letters for letter in stripped):
        return ""
    return "".join(letters[letter] for letter in stripped)


def _lead(runs: Sequence[_TextRun]) -> str:
    """The bold words with which a line begins."""
    bold = "".join(run.text for run in takewhile(attrgetter("bold"), runs))
    return _SPACE.sub(" ", bold).strip(" ")
