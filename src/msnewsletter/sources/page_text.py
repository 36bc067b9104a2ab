"""Page text: a summary's web page saved as text, without labels, read by the order of its lines.

The layout, one line each, blank lines passed over: headline, found, why it matters, cautions,
perhaps a disclaimer (in a text, each point of a list has its own line); then cards (a date
M/D/YYYY, a teaser, `Read More` glued to what follows); then a standing paragraph that names the
journal. A page has no date; card dates are never used for it. Opens nothing.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.errors import SourceError
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.sources.field_rules import FRONT_FIELDS, TEXT_FIELDS
from msnewsletter.sources.fields import Given, build
from msnewsletter.sources.front_matter import Shapes, open_text
from msnewsletter.text import quoted_value
from msnewsletter.text_blocks import has_list, is_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from msnewsletter.sources.clean_text import NumberedLine
    from msnewsletter.sources.parsed import Reading

_CARD_END = "Read More"
_CARD_DATE = re.compile(rf"(?:{_CARD_END})?\s*([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}})\s*")
_DISCLAIMER = re.compile(r"\s*AI[-\s\u2010-\u2015\u2212]?generated summary", re.IGNORECASE)
_BEFORE_JOURNAL = "respected medical journals like "
_AFTER_JOURNAL = " often range from"
_NEEDED = len(TEXT_FIELDS) - 1  # cautions may be missing: the summary is held, not refused


FRONT = Shapes(FRONT_FIELDS, texts_or_lists=LIST_FIELDS, of_sentences=("key_messages",))


class PageParts(NamedTuple):
    """What the order of a page's lines says: fields, and cards of related summaries."""

    given: dict[str, Given]
    related: list[tuple[date, Given]]


def read(text: str, location: str, name: str) -> Reading:
    """The one summary of a page; raises SourceError with the line.

    `name` is its key where it gives none.
    """
    page = open_text(text, location, FRONT)
    parts = parts_of(page.lines, location)
    given = {"key": Given(value=name, place=location), **parts.given, **page.fields}
    return build(
        given, location=location, related=parts.related, taken=page.taken, warned=page.warned
    )


def parts_of(lines: Iterable[NumberedLine], location: str, *, cut: bool = False) -> PageParts:
    """What the lines of a page mean by their order; raises SourceError with the line.

    `cut`: nothing may follow the texts, not even what names the journal, as where only a part of a
    page was asked for.
    """
    kept = [line for line in lines if not line.blank]
    named = _journal(kept)
    if named is None and not cut:
        place = f"{location}:{kept[-1].number}" if kept else location
        problem = "the page ends before it has named its journal: cut off"
        raise SourceError(place, problem, "save the whole page again")
    end, name = named or (len(kept), None)
    first_card = next((index for index in range(end) if is_card_date(kept[index].text)), end)
    given = _texts(kept[:first_card], location)
    if name is not None:
        given["journal"] = Given(value=name, place=f"{location}:{kept[end].number}")
    return PageParts(given, _cards(kept[first_card:end], location))


def is_card_date(text: str) -> bool:
    """Whether a line is the date of a card."""
    return _CARD_DATE.fullmatch(text) is not None


def is_disclaimer(text: str) -> bool:
    """Whether a line is a page's disclaimer."""
    return _DISCLAIMER.match(text) is not None


def journal_in(text: str) -> str:
    """The journal that a line names, if it is the standing paragraph; otherwise empty."""
    _, before, rest = text.partition(_BEFORE_JOURNAL)
    name, after, _ = rest.partition(_AFTER_JOURNAL)
    return name if before and after and name.strip() else ""


def _journal(lines: list[NumberedLine]) -> tuple[int, str] | None:
    """The index of the line that names the journal, and the name; None: none does."""
    for index in range(len(lines) - 1, -1, -1):
        if name := journal_in(lines[index].text):
            return index, name
    return None


def _texts(lines: list[NumberedLine], location: str) -> dict[str, Given]:
    """Headline, sections and disclaimer, by their order."""
    at = next((i for i, line in enumerate(lines) if i and is_disclaimer(line.text)), len(lines))
    texts, disclaimer = _with_lists(lines[:at]), lines[at : at + 1]
    if extra := texts[len(TEXT_FIELDS) :] or lines[at + 1 :]:
        remedy = "a page has a headline, three sections and perhaps a disclaimer, a line each"
        place = f"{location}:{extra[0].number}"
        raise SourceError(place, "one line too many before the cards", remedy)
    if len(texts) < _NEEDED:
        remedy = "a page has a headline, what was found, why it matters and cautions, a line each"
        place = f"{location}:{lines[-1].number}" if lines else location
        raise SourceError(place, "a line is missing before the cards", remedy)
    named = [*zip(TEXT_FIELDS, texts, strict=False), *(("disclaimer", line) for line in disclaimer)]
    return {
        name: Given(value=line.text.strip(), place=f"{location}:{line.number}")
        for name, line in named
    }


def _with_lists(lines: list[NumberedLine]) -> list[NumberedLine]:
    """The texts, of which those with lists have several lines.

    A list belongs to the line above that ends with a colon; to any line above, but the headline,
    where there would be too many texts otherwise.
    """
    if len(lines) <= len(TEXT_FIELDS):
        return lines
    texts = _joined(lines, lambda text: text.rstrip().endswith((":", "：")))
    return texts if len(texts) <= len(TEXT_FIELDS) else _joined(lines, lambda _: True)


def _joined(lines: list[NumberedLine], introduces: Callable[[str], bool]) -> list[NumberedLine]:
    """The lines, each list with the line that introduces it made one text."""
    texts: list[NumberedLine] = []
    for pointed, group in groupby(lines, key=lambda line: is_point(line.text)):
        run = list(group)
        points = "\n".join(line.text for line in run)
        if not pointed or not has_list(points):
            texts += run
        elif len(texts) > 1 and introduces(texts[-1].text):
            above = texts.pop()
            texts.append(above._replace(text=f"{above.text}\n{points}"))
        else:
            texts.append(run[0]._replace(text=points))
    return texts


def _cards(lines: list[NumberedLine], location: str) -> list[tuple[date, Given]]:
    cards: list[tuple[date, Given]] = []
    day: date | None = None
    for number, text in lines:
        place = f"{location}:{number}"
        if day is None:
            day = None if text.strip() == _CARD_END else _date(text, place)
        elif is_card_date(text) or text.strip() == _CARD_END:
            raise SourceError(place, "the card before it has no teaser", "save the page again")
        else:
            cards.append((day, Given(value=text, place=place)))
            day = None
    if day is not None:
        place = f"{location}:{lines[-1].number}"
        raise SourceError(place, "the last card has no teaser", "save the page again")
    return cards


def _date(text: str, place: str) -> date:
    match = _CARD_DATE.fullmatch(text)
    if match is None:
        raise SourceError(place, f"{quoted_value(text)} is no card's date", "save the page again")
    month, day, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        problem = f"the card's date {month}/{day}/{year} does not exist"
        remedy = "write a real day as month/day/year, e.g. 12/31/2026"
        raise SourceError(place, problem, remedy) from None
