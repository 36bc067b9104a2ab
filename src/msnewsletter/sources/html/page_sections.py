"""The sections of HTML: the texts below the headings that name a field. Pure.

Owns what is a heading and where a section ends, in pages, entries of feeds and values of JSON. A
text that might belong to the page rather than to the section is left out, for a sentence too few is
noticed, and one of an advertisement too many is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.sources.html.date_words import is_date_line
from msnewsletter.sources.html.html_lines import BOLD_LEVEL, HtmlTextLine, text_of
from msnewsletter.sources.page_text import is_card_date, is_disclaimer, journal_in
from msnewsletter.sources.section_headings import (
    ends_texts,
    field_of_heading,
    field_of_wider_heading,
    leads_to_paper,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from msnewsletter.sources.html.html_page_lines import VisibleText

AFTER_LEAD = " :\N{FULLWIDTH COLON}.\N{EN DASH}\N{EM DASH}-\u00a0"
# Of headings that name a field; each costs a look at all elements.
_MARKS_LIMIT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSections:
    """The sections that were found.

    Attributes:
        texts: by field; one that has several sections has the texts of all.
        titles: the heading of each field, as it is written.
        twice: fields with two sections of different texts.
        above: the lines above the first heading that names a field.
        unread: where sections ended before the next one began: the first line of what is in none.
    """

    texts: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    twice: tuple[str, ...] = ()
    above: tuple[HtmlTextLine, ...] = ()
    unread: tuple[str, ...] = ()

    def values(self) -> Iterator[tuple[str, str | tuple[str, ...]]]:
        """Each field and what it holds: its text, or the parts of a list."""
        for name, text in self.texts.items():
            yield name, LIST_FIELDS[name].split(text) if name in LIST_FIELDS else text


def sections_in(
    text: VisibleText, names: Callable[[str], str | None] = field_of_heading
) -> PageSections:
    """The sections of a page or of a part of it; elements say where they end.

    `names`: which field a heading names; None: none.
    """
    lines = tuple(_with_leads_apart(text.lines, names))
    marks = _marks(lines, names)
    named = {name for _, name in marks}
    wider = _marks(lines, field_of_wider_heading) if named else []
    marks = sorted([*marks, *(one for one in wider if one[1] not in named)])
    if len(marks) > _MARKS_LIMIT:
        return PageSections()
    ends = _ends(text, lines, [index for index, _ in marks]) if marks else []
    return _read(lines, marks, ends)


def sections_of_lines(lines: Iterable[HtmlTextLine]) -> PageSections:
    """The sections of a text, in which a line that only names a field is a heading too."""
    apart = tuple(map(_as_heading, _with_leads_apart(lines, field_of_heading)))
    marks = _marks(apart, field_of_heading)
    ends = [*(index for index, _ in marks[1:]), len(apart)][: len(marks)]
    return _read(apart, marks, ends)


def _as_heading(line: HtmlTextLine) -> HtmlTextLine:
    title = line.text.lstrip("#").strip()
    if line.level or line.point or not field_of_heading(title):
        return line
    return replace(line, text=title, level=BOLD_LEVEL)


def _marks(
    lines: Sequence[HtmlTextLine], names: Callable[[str], str | None]
) -> list[tuple[int, str]]:
    """The lines that are headings which name a field: the index of each, and the field."""
    return [
        (index, name)
        for index, line in enumerate(lines)
        if line.level and not line.point and (name := names(line.text))
    ]


def _read(
    lines: Sequence[HtmlTextLine], marks: Sequence[tuple[int, str]], ends: Sequence[int]
) -> PageSections:
    found = PageSections(above=tuple(lines[: marks[0][0] if marks else len(lines)]))
    texts: dict[str, list[str]] = {}
    unread = []
    for (index, name), end in zip(marks, ends, strict=True):
        last = _end(lines[index + 1 : end], lines[index].level) + index + 1
        if last < end:
            unread.append(lines[last].text)
        # A line of links alone leads away: to share, to print, to the next page.
        kept = [line for line in lines[index + 1 : last] if not line.linked]
        if name != "disclaimer":
            at = next((at for at, line in enumerate(kept) if is_disclaimer(line.text)), len(kept))
            if at < len(kept):
                texts.setdefault("disclaimer", [kept[at].text])
                found.titles.setdefault("disclaimer", "the line after the sections")
            kept = kept[:at]
        while len(kept) > 1 and (leads_to_paper(kept[-1].text) or is_date_line(kept[-1].text)):
            kept.pop()
        found.titles.setdefault(name, lines[index].text)
        if (text := text_of(kept)) and text not in (before := texts.setdefault(name, [])):
            before.append(text)
    texts.pop("related", None)
    found.texts.update((name, "\n\n".join(all_of)) for name, all_of in texts.items())
    twice = tuple(name for name, all_of in texts.items() if len(all_of) > 1)
    return replace(found, twice=twice, unread=tuple(unread))


def _end(lines: Sequence[HtmlTextLine], level: int) -> int:
    """Where a section ends: at a heading of its height, a card, or the standing paragraph."""
    for index, line in enumerate(lines):
        ends = line.level and line.level <= level and level != BOLD_LEVEL
        ends = ends or (level == BOLD_LEVEL and 0 < line.level < BOLD_LEVEL)
        ends = ends or (line.level and not line.point and ends_texts(line.text))
        if ends or is_card_date(line.text) or journal_in(line.text):
            return index
    return len(lines)


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


def _with_leads_apart(
    lines: Iterable[HtmlTextLine], names: Callable[[str], str | None]
) -> Iterator[HtmlTextLine]:
    """The lines; where bold words at a line's beginning name a field, they are a heading."""
    for line in lines:
        if line.lead and not line.point and names(line.lead):
            rest = line.text.removeprefix(line.lead).lstrip(AFTER_LEAD)
            yield replace(line, text=line.lead, level=BOLD_LEVEL, lead="", links=())
            if rest:
                yield replace(line, text=rest, lead="")
        else:
            yield line
