"""The visible text of HTML, as lines: what a reader sees, in the order of the page. Pure.

Owns what is seen at all, which elements begin a line, and how white space is read. Knows no field.
`LineWriter` is told which elements begin and end, by whoever knows: html_page_lines.py of a tree,
html_piece.py of tags alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from msnewsletter.text_blocks import is_point

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    # None: an element has none; a value that is None: only the name is written.
    Attributes = Mapping[str, str | None] | None

_RUN = re.compile(" {2,}")
UNSEEN: Final = frozenset(
    {
        *("script", "style", "noscript", "template", "head", "title", "meta", "link", "object"),
        *("nav", "footer", "iframe", "svg", "math", "canvas", "audio", "video", "map", "rp"),
        *("button", "select", "textarea", "datalist", "input", "label", "legend", "progress"),
        # Struck out: what the page no longer says.
        *("del", "s", "strike"),
    }
)
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
_LISTS = frozenset({"ul", "ol", "menu"})
# Of which it counts how many are open.
_COUNTED = frozenset(
    {
        *(*_BOLD, *HEADINGS, "li", "article", "main", "section", "pre", "header"),
        *("sup", "sub", "q"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkInText:
    """A link: its address as it is written, and its words."""

    address: str
    words: str


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
        links: in it.
        at: where it is in the order of the tree; see `VisibleText.spans`.
    """

    text: str
    level: int = 0
    point: bool = False
    linked: bool = False
    apart: bool = True
    lead: str = ""
    links: tuple[LinkInText, ...] = ()
    at: int = 0


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


def lines_of_text(text: str, *, all_apart: bool = False) -> list[HtmlTextLine]:
    """The lines of a plain text: blank lines part its paragraphs; `all_apart`: each line is one."""
    found: list[HtmlTextLine] = []
    blank = True
    for line in map(str.strip, text.splitlines()):
        if line:
            apart = blank or all_apart
            found.append(HtmlTextLine(text=line, point=is_point(line), apart=apart))
        blank = not line
    return found


def is_hidden(name: str, attributes: Attributes) -> bool:
    """Whether an element, itself, is not shown."""
    if not attributes:
        return name == "dialog"
    if "hidden" in attributes or (name == "dialog" and "open" not in attributes):
        return True
    return (
        (attributes.get("aria-hidden") or "").strip().lower() == "true"
        or _HIDDEN_STYLE.search(attributes.get("style") or "") is not None
        or _READ_ALOUD.search(attributes.get("class") or "") is not None
    )


class _TextRun(NamedTuple):
    """A piece of a line's text, and what it stands in."""

    text: str
    link: int  # which of the links it is in; 0: none
    bold: bool
    at: int


@dataclass(slots=True)
class _Depths:
    """How many elements of a kind are open."""

    links: list[int] = field(default_factory=list)  # which they are
    bold: int = 0
    pre: int = 0
    articles: int = 0
    headers: int = 0
    heading: int = 0  # the level; 0: none is open
    script: list[Mapping[str, str]] = field(default_factory=list)  # raised and lowered


class LineWriter:
    """Makes lines of the elements and texts that it is told of, which must be nested well.

    Attributes:
        lines: that are made.
    """

    def __init__(self, *, in_article: bool = False) -> None:
        """`in_article`: what it is told of is part of one, so a `header` is not the site's."""
        self.lines: list[HtmlTextLine] = []
        self._runs: list[_TextRun] = []
        self._addresses: list[str] = []  # of all links
        self._open = _Depths(articles=int(in_article))
        self._counts: list[int] = []  # of open lists: the next point's number; 0: it has none
        self._sign = ""  # of the point whose first line comes next
        self._in_point = 0
        self._apart = True

    def enter(self, name: str, attributes: Attributes) -> bool:
        """Begin an element; False: nothing in it is seen, and it must not be left either."""
        if name in UNSEEN or ((attributes or name == "dialog") and is_hidden(name, attributes)):
            return False
        if name == "header" and not self._open.articles:
            return False
        if name == "br":
            # Two of them part paragraphs.
            self.end_line(apart=not self._runs)
            return False
        if _is_block(name, attributes):
            self.end_line(apart=True)
        if name == "a":
            self._addresses.append((attributes or {}).get("href") or "")
            self._open.links.append(len(self._addresses))
        elif name in _LISTS:
            self._counts.append(_first_number(name, attributes))
        if name in _COUNTED:
            self._count(name, 1)
        return True

    def leave(self, name: str, attributes: Attributes) -> None:
        """End the element that was begun last, and not left yet."""
        if _is_block(name, attributes):
            self.end_line(apart=True)
        if name == "a":
            self._open.links.pop()
        elif name in _LISTS:
            self._counts.pop()
        if name in _COUNTED:
            self._count(name, -1)

    def _count(self, name: str, change: int) -> None:
        now = self._open
        if name in _BOLD:
            now.bold += change
        elif name in HEADINGS:
            now.heading = HEADINGS[name] if change > 0 else 0
        elif name == "li":
            self._point(change)
        elif name in {"article", "main", "section"}:
            now.articles += change
        elif name == "pre":
            now.pre += change
        elif name == "header":
            now.headers += change
        elif name in {"sup", "sub", "q"}:
            self._letter(name, change)

    def _letter(self, name: str, change: int) -> None:
        """Begin or end what other letters or signs stand for."""
        if name == "q":
            self.add("“" if change > 0 else "”")
        elif change > 0:
            self._open.script.append(_RAISED if name == "sup" else _LOWERED)
        else:
            self._open.script.pop()

    def _point(self, change: int) -> None:
        self._in_point += change
        if change < 0:
            self._sign = ""
            return
        number = self._counts[-1] if self._counts else 0
        self._sign = f"{number}. " if number else "- "
        if number:
            self._counts[-1] += 1

    def add(self, text: str, at: int = 0) -> None:
        """Add text to the line; `at`: its place in the order of the tree."""
        now = self._open
        if now.headers and not now.heading:
            return  # of an article's header: who wrote it, when, and where to share it
        if now.script and (raised := _translated(text, now.script[-1])):
            text = raised
        lines = text.split("\n") if now.pre else [text]
        for index, line in enumerate(lines):
            if index:
                self.end_line(apart=not self._runs)
            # Before a line it is nothing, and most of it stands between elements.
            if line and (self._runs or not line.isspace()):
                link = now.links[-1] if now.links else 0
                self._runs.append(_TextRun(line, link, now.bold > 0, at))

    def end_line(self, *, apart: bool) -> None:
        """The line ends here, if there is one; `apart`: so does its paragraph."""
        if not self._runs:
            self._apart = self._apart or apart
            return
        runs = self._runs
        text = collapsed("".join([run.text for run in runs]) if runs[1:] else runs[0].text)
        if text and not text.isspace():
            # White space between words is no part of what is bold or a link.
            said = [run for run in runs if not run.text.isspace()] if runs[1:] else runs
            bold = all(run.bold for run in said)
            self.lines.append(
                HtmlTextLine(
                    text=self._sign + text,
                    level=self._open.heading or (BOLD_LEVEL if bold and not self._sign else 0),
                    point=bool(self._sign),
                    linked=all(run.link for run in said),
                    apart=self._apart and not (self._in_point and not self._sign),
                    lead=_lead(said) if said[0].bold and not bold else "",
                    links=self._links(said) if self._addresses else (),
                    at=said[0].at,
                )
            )
            self._sign = ""
            self._apart = apart
        else:
            self._apart = self._apart or apart
        self._runs = []

    def _links(self, runs: Sequence[_TextRun]) -> tuple[LinkInText, ...]:
        words: dict[int, str] = {}
        for run in runs:
            if run.link:
                words[run.link] = words.get(run.link, "") + run.text
        return tuple(
            LinkInText(address=self._addresses[link - 1], words=collapsed(text))
            for link, text in words.items()
        )


def _is_block(name: str, attributes: Attributes) -> bool:
    if name in BLOCKS or not attributes:
        return name in BLOCKS
    return _BLOCK_STYLE.search(attributes.get("style") or "") is not None


def _first_number(name: str, attributes: Attributes) -> int:
    """The number of a list's first point; 0: its points have none."""
    if name != "ol":
        return 0
    start = ((attributes or {}).get("start") or "").strip()
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
    return collapsed(bold)


def collapsed(text: str) -> str:
    """The text with one space for each run of white space, and none around it."""
    # Most texts have no run, and a pattern would stop at each of their spaces.
    for sign in "\n\t\r\f":
        if sign in text:
            text = text.replace(sign, " ")
    return (_RUN.sub(" ", text) if "  " in text else text).strip(" ")
