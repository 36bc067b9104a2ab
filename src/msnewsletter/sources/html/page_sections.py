"""The sections of a page: the texts below the headings that name a field. Pure.

Owns where a section ends. A text that might belong to the page rather than to the section is left
out, for a sentence too few is noticed, and one of an advertisement too many is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msnewsletter.sources.html.html_lines import BOLD_LEVEL, HtmlTextLine, text_of
from msnewsletter.sources.page_text import is_card_date, is_disclaimer, journal_in
from msnewsletter.sources.section_headings import ends_texts, field_of_heading, leads_to_paper
from msnewsletter.text_blocks import is_point

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from msnewsletter.sources.html.html_lines import VisibleText

_LONGEST_HEADING = 200
# Of headings that name a field; each costs a look at all elements.
_MARKS_LIMIT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSections:
    """The sections that were found.

    Attributes:
        texts: by field.
        titles: the heading of each field, as the page has it.
        twice: fields with two sections of different texts.
        above: the lines above the first heading that names a field.
    """

    texts: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    twice: tuple[str, ...] = ()
    above: tuple[HtmlTextLine, ...] = ()


def sections_in(text: VisibleText) -> PageSections:
    """The sections of a page or of a part of it."""
    lines = tuple(_with_leads_apart(text.lines))
    marks = _marks(lines)
    if len(marks) > _MARKS_LIMIT:
        return PageSections()
    ends = _ends(text, lines, [index for index, _ in marks]) if marks else []
    return _read(lines, marks, ends)


def sections_of_lines(lines: Sequence[HtmlTextLine]) -> PageSections:
    """The sections of lines that have no places in a tree."""
    marks = _marks(lines)
    ends = [*(index for index, _ in marks[1:]), len(lines)][: len(marks)]
    return _read(lines, marks, ends)


def _marks(lines: Sequence[HtmlTextLine]) -> list[tuple[int, str]]:
    """The lines that are headings which name a field: the index of each, and the field."""
    return [
        (index, name)
        for index, line in enumerate(lines)
        if line.level and not line.point and (name := field_of_heading(line.text))
    ]


def lines_of_text(body: str) -> list[HtmlTextLine]:
    """The lines of a plain text; those that name a field are headings."""
    found = []
    for line in body.splitlines():
        text = line.strip()
        title = text.lstrip("#").strip()
        if text and len(title) <= _LONGEST_HEADING and field_of_heading(title):
            found.append(HtmlTextLine(text=title, level=2))
        elif text:
            found.append(HtmlTextLine(text=text, point=is_point(text)))
    return found


def _read(
    lines: Sequence[HtmlTextLine], marks: Sequence[tuple[int, str]], ends: Sequence[int]
) -> PageSections:
    texts: dict[str, str] = {}
    titles: dict[str, str] = {}
    twice: list[str] = []
    for (index, name), end in zip(marks, ends, strict=True):
        kept = list(_until_end(lines[index + 1 : end], lines[index].level))
        if name != "disclaimer":
            at = next((at for at, line in enumerate(kept) if is_disclaimer(line.text)), len(kept))
            if at < len(kept):
                texts.setdefault("disclaimer", kept[at].text)
                titles.setdefault("disclaimer", "the line after the sections")
            kept = kept[:at]
        while len(kept) > 1 and leads_to_paper(kept[-1].text):
            kept.pop()
        text = text_of(kept)
        if text and texts.setdefault(name, text) != text:
            twice.append(name)
        titles.setdefault(name, lines[index].text)
    texts.pop("related", None)
    first = marks[0][0] if marks else len(lines)
    return PageSections(
        texts=texts,
        titles=titles,
        twice=tuple(dict.fromkeys(twice)),
        above=tuple(lines[:first]),
    )


def _until_end(lines: Sequence[HtmlTextLine], level: int) -> Iterator[HtmlTextLine]:
    """The lines of a section: up to a heading of its height, a card, or the standing paragraph."""
    for line in lines:
        ends = line.level and line.level <= level and level != BOLD_LEVEL
        ends = ends or (level == BOLD_LEVEL and 0 < line.level < BOLD_LEVEL)
        ends = ends or (line.level and not line.point and ends_texts(line.text))
        if ends or is_card_date(line.text) or journal_in(line.text):
            return
        # A line of links alone leads away: to share, to print, to the next page.
        if not line.linked:
            yield line


def _ends(text: VisibleText, lines: Sequence[HtmlTextLine], headings: Sequence[int]) -> list[int]:
    """For each heading the index of the line at which its section ends.

    A section that an element of its own holds ends with it; all end with the element that holds
    all of them.
    """
    places = [lines[index].at for index in headings]
    around = [span for span in text.spans if any(span[0] < at < span[1] for at in places)]
    shared = [span for span in around if all(span[0] < at < span[1] for at in places)]
    last = min((span[1] for span in shared), default=0) if len(headings) > 1 else lines[-1].at
    ends = []
    for index, following in zip(headings, (*headings[1:], len(lines)), strict=True):
        stop = last
        own = _own_span(around, places, lines[index].at)
        if any(own[0] < line.at < own[1] for line in lines[index + 1 : following]):
            stop = min(own[1], last)
        after = (at for at in range(index + 1, following) if lines[at].at > stop)
        ends.append(next(after, following))
    return ends


def _own_span(
    spans: Sequence[tuple[int, int]], places: Sequence[int], place: int
) -> tuple[int, int]:
    """The largest element that holds one heading and no other; (0, 0): there is none."""
    own = (
        span
        for span in spans
        if span[0] < place < span[1]
        and not any(span[0] < at < span[1] for at in places if at != place)
    )
    return max(own, key=lambda span: span[1] - span[0], default=(0, 0))


def _with_leads_apart(lines: Iterable[HtmlTextLine]) -> Iterator[HtmlTextLine]:
    """The lines; where bold words at a line's beginning name a field, they are a heading."""
    for line in lines:
        if line.lead and not line.point and field_of_heading(line.lead):
            rest = line.text[len(line.lead) :].lstrip(" :.\N{EN DASH}\N{EM DASH}-\u00a0")
            if rest and line.text.startswith(line.lead):
                yield replace(line, text=line.lead, level=BOLD_LEVEL, lead="")
                yield replace(line, text=rest, lead="")
                continue
        yield line
