"""The date that a page shows of itself: a `<time>` at its head, or a line that begins "Published".

Pure. Owns which of a page's dates is that of its publication. Dates of changes, of comments, of
other pages and of the paper are not; two that differ, and none is marked as the page's, are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msnewsletter.sources.html.date_words import (
    DATE_WORDS,
    ENGLISH,
    DateWords,
    all_words,
    words_of,
)
from msnewsletter.sources.html.day_forms import days_named
from msnewsletter.sources.html.html_document import attribute
from msnewsletter.sources.html.html_lines import BLOCKS, HEADINGS, is_hidden
from msnewsletter.sources.html.others_on_page import others_class
from msnewsletter.sources.section_headings import field_of_heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from justhtml import Node

    from msnewsletter.sources.html.field_candidates import FieldCandidates

# Elements of a page that are looked at, and characters of a line that may hold a date.
_NODES_LIMIT: Final = 20_000
_LINE_LIMIT: Final = 200
# What holds other pages, other people's words, or pictures.
_OTHERS: Final = frozenset(
    {
        *("nav", "aside", "figure", "blockquote", "table", "form", "template", "script", "style"),
        *("noscript", "svg", "del", "s", "title", "dl"),
    }
)
_OTHER_CLASS: Final = others_class("paper", "citation")
_PUBLISHED_CLASS: Final = re.compile(
    r"(?:^|\s)(?:published|dt-published|date-published|post-date|entry-date|pubdate)(?:\s|$)",
    re.IGNORECASE,
)
_CHANGED: Final = words_of(*all_words(lambda one: one.changed))
_CHANGED_MARK: Final = re.compile(r"updated|modified|changed|reviewed", re.IGNORECASE)
_OF_OTHERS: Final = words_of(*all_words(lambda one: one.others), last=True)
_OF_PAPER: Final = words_of(*all_words(lambda one: one.paper))
_DATE: Final = r"\s*:?\s+(?P<date>[^|·•;–—]{6,60}?)\s*(?:$|[|·•;–—])"


def _said(words: DateWords) -> re.Pattern[str]:
    """A line of the page's publication, in one language."""
    on = rf"(?:\s+(?:{'|'.join(words.on)}))?"
    begins = rf"(?:^|[|·•,;–—])\s*(?:{'|'.join(words.published)}){on}"
    return re.compile(begins + _DATE, re.IGNORECASE)


_SAID: Final = _said(ENGLISH)
# The same by the tag of each other language whose words are known.
_SAID_IN: Final = {tag: _said(words) for tag, words in DATE_WORDS.items()}
# What is a date at all: without a year it is a place, or "3 days ago".
_DATED: Final = re.compile(r"\d{4}|\d[/.-]\d+[/.-]\d")
_PUBLISHED: Final = words_of(*all_words(lambda one: one.published))
_PARTS: Final = re.compile(r"[|·•;–—]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Time:
    """A `<time>`.

    Attributes:
        text: its `datetime`.
        marked: as the page's publication.
        above: it is above the sections, as far as headings are known.
        first: no heading but the headline stands before it.
    """

    text: str
    marked: bool
    above: bool
    first: bool


def add_shown_dates(
    found: FieldCandidates,
    nodes: Sequence[Node],
    without: Iterable[Node] = (),
    names: Callable[[str], str | None] = field_of_heading,
) -> None:
    """Add the date that the page shows, if it is certain which one that is.

    Args:
        found: what the page's places say.
        nodes: the page's own part, in its order; what is around its headline too.
        without: elements in it that are no part of it.
        names: which field a heading names.
    """
    walk = _DateWalk(frozenset(map(id, without)), names)
    for node in nodes:
        walk.through(node)
    marked = [one for one in walk.times if one.marked]
    times = marked or walk.above()
    for values, origin in (
        ([one.text for one in times], "the page's <time>"),
        (walk.lines, "the page's line of its publication"),
    ):
        days = {value[:10] if origin.endswith(">") else value for value in values}
        if len(days) == 1:
            found.add("published", values[0], origin)
        elif days and not found.first("published"):
            says = f"published: the page shows {len(days)} dates, and none is marked as its own"
            found.notes.append(f"{says} ({origin})")


class _DateWalk:
    """One walk through the parts, without recursion: the dates that are shown."""

    def __init__(self, without: frozenset[int], names: Callable[[str], str | None]) -> None:
        self._without, self._names = without, names
        self._below = False  # the first section has begun
        self._headed = False  # a heading below the headline was met
        self._left = _NODES_LIMIT
        self.times: list[_Time] = []
        self.lines: list[str] = []

    def above(self) -> list[_Time]:
        """The times at the head of the page.

        Where no heading is known as that of a section, any heading ends the head, if that decides.
        """
        found = [one for one in self.times if one.above]
        if self._below or len({one.text[:10] for one in found}) == 1:
            return found
        return [one for one in found if one.first] or found

    def through(self, node: Node) -> None:
        waiting = [node]
        while waiting and self._left:
            self._left -= 1
            one = waiting.pop()
            if one.name == "#text":
                self._read_text(one)
            elif not self._is_others(one):
                self._headed |= one.name in HEADINGS and one.name != "h1"
                if one.name == "time" and attribute(one, "datetime"):
                    self._read_time(one)
                    continue
                waiting += reversed(one.children or ())

    def _is_others(self, node: Node) -> bool:
        if node.name in _OTHERS or id(node) in self._without:
            return True
        if not node.attrs:
            return False
        # The time itself may be hidden, where it says to programs what a reader sees beside it.
        return (
            is_hidden(node.name, node.attrs)
            or _OTHER_CLASS.search(attribute(node, "class")) is not None
        )

    def _read_time(self, node: Node) -> None:
        marks = f"{attribute(node, 'itemprop')} {attribute(node, 'property')}"
        around = list(_around(node))
        published = "datepublished" in marks.lower() or "pubdate" in (node.attrs or {})
        published = published or any(
            _PUBLISHED_CLASS.search(attribute(one, "class")) for one in (node, *around[:2])
        )
        own = f"{marks} {attribute(node, 'class')}"
        if not published and _CHANGED_MARK.search(own):
            return
        before = _words_before(node)
        if _CHANGED.search(before) or _OF_OTHERS.search(before) or _OF_PAPER.search(before):
            return
        if not published and any(one.name == "footer" or _leads_away(one) for one in around):
            return
        self.times.append(
            _Time(
                text=attribute(node, "datetime"),
                marked=published,
                above=not self._below or any(one.name == "header" for one in around),
                first=not self._headed,
            )
        )

    def _read_text(self, node: Node) -> None:
        text = node.data if isinstance(node.data, str) else ""
        words = " ".join(text[:_LINE_LIMIT].split())
        parent = node.parent
        if parent is not None and (parent.name in HEADINGS or parent.name in {"b", "strong"}):
            self._below = self._below or self._names(words) is not None
        if self._below or not _PUBLISHED.search(words):
            return
        line = _line_of(node)
        if len(line) > _LINE_LIMIT or _OF_PAPER.search(line):
            return
        for part in _PARTS.split(line):
            self.lines += _dates_said(part)


def _dates_said(part: str) -> Iterator[str]:
    """The date of a part of a line that begins with "Published", in any language."""
    if (match := _SAID.search(part)) and _DATED.search(match["date"]):
        yield _without_change(match["date"])
    for tag, said in _SAID_IN.items():
        if (match := said.search(part)) and _DATED.search(match["date"]):
            text = _without_change(match["date"])
            days = days_named(text, tag)
            yield next(iter(days)).isoformat() if len(days) == 1 else text


def _without_change(text: str) -> str:
    """A date before that of a change."""
    found = _CHANGED.search(text)
    return text[: found.start() if found else None].rstrip(" .,(")


def _around(node: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None and above.name not in {"article", "main", "body"}:
        yield above
        above = above.parent


def _leads_away(node: Node) -> bool:
    """Whether this is a link, or a point of a list with one: what it holds is of another page."""
    return node.name == "a" or (node.name == "li" and any(_links_below(node)))


def _links_below(node: Node) -> Iterator[Node]:
    waiting = list(node.children or ())
    while waiting:
        one = waiting.pop()
        if one.name == "a" and attribute(one, "href"):
            yield one
        waiting += one.children or ()


def _words_before(node: Node) -> str:
    """The words before a date on its line, after any other date on it."""
    words: list[str] = []
    one: Node | None = node
    while one is not None and one.name not in BLOCKS:
        parent = one.parent
        before: list[str] = []
        for sibling in (parent.children or ()) if parent is not None else ():
            if sibling is one:
                break
            if sibling.name in BLOCKS or sibling.name in {"time", "br"}:
                before.clear()
            else:
                before.append(sibling.to_text())
        words[:0] = before
        one = parent
    return " ".join(" ".join(words).split())[-_LINE_LIMIT:]


def _line_of(node: Node) -> str:
    """The text of the block that holds a text, or a little of it where that is long."""
    one: Node | None = node.parent
    while one is not None and one.name not in BLOCKS:
        one = one.parent
    if one is None or any(child.name in BLOCKS for child in one.children or ()):
        one = node.parent
    return " ".join(one.to_text().split()) if one is not None else ""
