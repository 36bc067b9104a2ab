"""A summary of the fields that a source gave, whatever its format.

Owns what the fields of a summary have to do with each other, and the line that says what is wrong.
The rule of each field by itself is field_rules.py's. Opens nothing, knows no format.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.issue.teaser import sound_of
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Card, Note, Status, Summary
from msnewsletter.sources.clean_text import Taken, clean, warn
from msnewsletter.sources.field_rules import CODED, RULES, day_of
from msnewsletter.sources.identifiers import doi_of
from msnewsletter.sources.parsed import Reading
from msnewsletter.sources.publication_marks import unmarked_headline
from msnewsletter.sources.text_limits import over_limit, too_many_cards
from msnewsletter.text import did_you_mean, quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

_NAME_PARTS = 2  # that a comma parts: `Smith, J.`
_TYPOGRAPHIC = "“”„‟‘’‚‛«»‹›"
_DOI_ADDRESS = re.compile(r"https?://(?:(?:dx|www)\.)?doi\.org/10\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A field as a source gave it, and where: one text, or the texts of a list."""

    value: str | tuple[str, ...]
    place: str


def build(
    given: Mapping[str, Given],
    *,
    location: str,
    related: Iterable[tuple[date, Given]] = (),
    taken: tuple[Taken, ...] = (),
    warned: Iterable[Note] = (),
) -> Reading:
    """A summary of what was given, with notes on what was read otherwise; raises SourceError.

    Texts stay as they are, but for those characters and for the blank lines between paragraphs.
    A blank field counts as not given. `taken` are characters that were removed before,
    `warned` what was said before.
    """
    values: dict[str, Any] = {}
    for name, field in given.items():
        texts, took = _cleaned(field)
        taken += took
        if isinstance(field.value, str) and texts:
            _check_size(name, texts[0], field.place)
            if name in LIST_FIELDS:
                texts = LIST_FIELDS[name].split(texts[0])
        if texts:
            values[name] = _ruled(name, texts, field.place)
    marked = (
        *_take_mark(values, given),
        *_drop_repeats(values, given),
        *_authors_in_one(values, given),
    )
    _take_doi(values)
    _check_together(values, given, location)
    cards, took = _cards(tuple(related))
    taken += took
    summary = Summary(**values, related=cards, location=location)
    notes = (*warned, *warn(taken), *marked, *_unexplained(summary, given))
    return Reading(summaries=(summary,), warned=notes)


def unknown(name: str, known: Iterable[str], place: str, kind: str = "field") -> SourceError:
    """The error for an unknown name, with the nearest known one."""
    names = tuple(known)
    remedy = did_you_mean(name.lower(), names, otherwise=f"use one of {', '.join(names)}")
    return SourceError(place, f"there is no {kind} {quoted_value(name)}", remedy)


def key_of(field: Given) -> str:
    """The key that a text names, in the form in which summaries have it; raises SourceError."""
    texts, _ = _cleaned(field)
    if not texts:
        remedy = "write the summary's key, or remove the line"
        raise SourceError(field.place, "a key is empty", remedy)
    return str(_ruled("key", texts, field.place))


def day(text: str, place: str) -> date:
    """A day in ISO 8601; raises SourceError."""
    try:
        return day_of(text)
    except BadValueError as error:
        raise SourceError(place, error.problem, error.remedy) from None


def _cleaned(field: Given) -> tuple[tuple[str, ...], tuple[Taken, ...]]:
    values = (field.value,) if isinstance(field.value, str) else field.value
    cleaned = [clean(value, field.place) for value in values]
    texts = tuple(text for text, _ in cleaned)
    blank = isinstance(field.value, str) and not texts[0].strip()
    return () if blank else texts, tuple(took for _, taken in cleaned for took in taken)


def _cards(related: tuple[tuple[date, Given], ...]) -> tuple[tuple[Card, ...], tuple[Taken, ...]]:
    """The cards, and the characters that were removed from them; raises SourceError."""
    cards: list[Card] = []
    taken: list[Taken] = []
    if problem := too_many_cards(len(related)):
        raise SourceError(related[0][1].place, f"related: {problem.problem}", problem.remedy)
    for day, field in related:
        texts, took = _cleaned(field)
        if not texts:
            raise SourceError(field.place, "a related summary has no teaser", "write it")
        _check_size("related", texts[0], field.place)
        taken += took
        cards.append(Card(date=day, teaser=_ruled("related", texts, field.place)))
    return tuple(cards), tuple(taken)


def _check_size(name: str, text: str, place: str) -> None:
    """Raise SourceError where the text of a field is over its limit."""
    if fault := over_limit(name, text):
        raise SourceError(place, f"{name}: {fault.problem}", fault.remedy, field=name)


def _ruled(name: str, texts: tuple[str, ...], place: str) -> Any:  # noqa: ANN401  (each field has its own type)
    try:
        return RULES[name](texts if name in LIST_FIELDS else texts[0])
    except BadValueError as error:
        first = texts[0].strip() if name in CODED else ""
        if first and (first[0] in _TYPOGRAPHIC or first[-1] in _TYPOGRAPHIC):
            problem = f"{name}: the quotes in {quoted_value(first)} are typographic"
            raise SourceError(place, problem, "write straight ones, or none", field=name) from None
        raise SourceError(place, f"{name}: {error.problem}", error.remedy, field=name) from None


def _check_together(values: dict[str, Any], given: Mapping[str, Given], location: str) -> None:
    for name in ("key", "headline", "found", "why_it_matters"):
        if name not in values:
            place = given[name].place if name in given else location
            raise SourceError(place, f"no {name!r}", f"add {name!r} with its text", field=name)
    for name, other in (("reviewed_by", "reviewed_on"), ("reviewed_on", "reviewed_by")):
        if name in values and other not in values:
            problem = f"{name!r} without {other!r}"
            raise SourceError(
                given[name].place, problem, "say who checked it and when", field=other
            )
    if values.get("status") is Status.CORRECTED and "note" not in values:
        problem = "is corrected without a 'note'"
        raise SourceError(given["status"].place, problem, "add a note that says why", field="note")


def _take_doi(values: dict[str, Any]) -> None:
    """Take the DOI that an address at doi.org is, where no other is given."""
    if "doi" in values or not _DOI_ADDRESS.match(values.get("url", "")):
        return
    with suppress(BadValueError):  # doi.org has pages of its own
        values["doi"] = doi_of(values["url"])


def _take_mark(values: dict[str, Any], given: Mapping[str, Given]) -> tuple[Note, ...]:
    """Make the publisher's mark in front of the headline the status, and say so."""
    headline = values.get("headline", "")
    marked = unmarked_headline(headline)
    if marked is None:
        return ()
    if not marked.rest:
        problem = f"the headline is only a mark, {quoted_value(headline)}"
        remedy = f"write 'status: {marked.status}' and a note, and leave the headline"
        raise SourceError(given["headline"].place, problem, remedy, field="headline")
    values["headline"] = marked.rest
    before = values.get("status", Status.LIVE)
    if before is marked.status:
        return ()
    if before is Status.LIVE:
        values["status"] = marked.status
        became = f"is its status now, {marked.status}: write 'status: {marked.status}' and a note"
    else:
        became = f"is not part of it, and its status stays {before}"
    text = f"{quoted_value(marked.mark)} before the headline {became}"
    return (Note(place=given["headline"].place, text=text),)


def _drop_repeats(values: dict[str, Any], given: Mapping[str, Given]) -> tuple[Note, ...]:
    """Take out what says the headline once more, and say so: readers would read it twice."""
    if not ("title" in values or "key_messages" in values):
        return ()
    headline, notes = sound_of(values.get("headline", "")), []
    if "title" in values and sound_of(values["title"]) == headline:
        del values["title"]
        text = "the title is the headline once more, and is read as none: a title is shorter"
        notes.append(Note(place=given["title"].place, text=text))
    messages = values.get("key_messages", ())
    if kept := tuple(one for one in messages if sound_of(one) != headline):
        values["key_messages"] = kept
    elif messages:
        del values["key_messages"]
    if len(kept) < len(messages):
        text = "a key message is the headline once more, and is left out: readers have just read it"
        notes.append(Note(place=given["key_messages"].place, text=text))
    return tuple(notes)


def _authors_in_one(values: dict[str, Any], given: Mapping[str, Given]) -> tuple[Note, ...]:
    """A note on one author with commas who looks like several: `Smith J, Lee B, Grün M`."""
    authors = values.get("authors", ())
    if len(authors) != 1:
        return ()
    names = authors[0].split(",")
    # Initials and titles stand alone (`Smith, J. A., PhD`), names of several have a first name.
    if len(names) <= _NAME_PARTS or not all(" " in name.strip() for name in names):
        return ()
    text = (
        f"'authors': is {quoted_value(authors[0])} one author? "
        "Separate names by semicolons, or write a list"
    )
    return (Note(place=given["authors"].place, text=text),)


def _unexplained(summary: Summary, given: Mapping[str, Given]) -> tuple[Note, ...]:
    """A note on a text that is taken back, or doubted, without a word why."""
    if summary.note or summary.status in {Status.LIVE, Status.CORRECTED}:
        return ()
    text = (
        f"it is {summary.status} without a 'note': readers are shown a standard sentence; "
        "a note would say why"
    )
    return (Note(place=given.get("status", given["headline"]).place, text=text),)
