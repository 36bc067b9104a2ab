"""The rule of each field of a summary, whatever format gave it.

Owns the rules and the line that says what is wrong. Opens nothing, knows no format.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.issue.teaser import sound_of
from msnewsletter.issue.unfinished import has_words
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Card, Note, Status, Summary, WrittenBy
from msnewsletter.partial_date import PartialDate, Precision
from msnewsletter.sources.clean_text import Taken, clean, spaced_paragraphs, warn
from msnewsletter.sources.evidence_words import evidence_of
from msnewsletter.sources.identifiers import doi_of, pmid_of, url_of
from msnewsletter.sources.parsed import Reading
from msnewsletter.sources.publication_marks import status_of, unmarked_headline
from msnewsletter.sources.text_limits import each_over_limit, over_limit, too_many_cards
from msnewsletter.text import did_you_mean, quoted_value
from msnewsletter.validators import language_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

TEXT_FIELDS = ("headline", "found", "why_it_matters", "cautions")

_KEY_LIMIT = 200
_DATE_LIMIT = 40
# Each tag has a page and three feeds of its own.
_TAGS_LIMIT = 20
_TITLE_LIMIT = 70  # characters of a line on a page of archives
_SAID_LIMIT = 300  # of a caution in short, and of a key message
_MESSAGES_LIMIT = 3
_AUTHORS_LIMIT = 100
_NAME_PARTS = 2  # that a comma parts: `Smith, J.`
_TYPOGRAPHIC = "“”„‟‘’‚‛«»‹›"
_AND = re.compile("[,;/+&]")
_DOI_ADDRESS = re.compile(r"https?://(?:(?:dx|www)\.)?doi\.org/10\.", re.IGNORECASE)
_WRITERS = {
    **dict.fromkeys(("ai", "a.i.", "artificial intelligence"), WrittenBy.AI),
    **dict.fromkeys(("people", "person", "human", "humans", "a person"), WrittenBy.PEOPLE),
    "both": WrittenBy.BOTH,
}
_DAY_REMEDY = "write the day as 2026-11-20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A field as a source gave it, and where: one text, or the texts of a list."""

    value: str | tuple[str, ...]
    place: str


def _bad(text: str, problem: str, remedy: str) -> BadValueError:
    return BadValueError(f"{quoted_value(text)} {problem}", remedy)


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
        return _day(text)
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
        return _RULES[name](texts if name in LIST_FIELDS else texts[0])
    except BadValueError as error:
        first = texts[0].strip() if name in _CODED else ""
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


def _verbatim(text: str) -> str:
    text = text.strip("\n")
    if "\n" in text:
        raise _bad(text, "has a line break", "write it in one line")
    return text


def _line(text: str) -> str:
    return _verbatim(text.strip())


def _key(text: str) -> str:
    text = unicodedata.normalize("NFC", _line(text))
    if len(text) > _KEY_LIMIT:
        remedy = f"choose a key of at most {_KEY_LIMIT}, and keep it"
        raise BadValueError(f"has {len(text)} characters", remedy)
    return text


def _partial_date(text: str) -> PartialDate:
    text = text.strip()
    if len(text) > _DATE_LIMIT:
        raise _bad(text, "is not a valid ISO date", _DAY_REMEDY)
    return PartialDate.parse(text)


def _published(text: str) -> PartialDate:
    found = _partial_date(text)
    if found.precision not in (Precision.DAY, Precision.INSTANT):
        remedy = f"{_DAY_REMEDY}; a journal's month is its 'cover_date'"
        raise BadValueError(f"{found.text!r} names no day", remedy)
    return found


def _day(text: str) -> date:
    found = _partial_date(text)
    if found.precision is not Precision.DAY:
        raise BadValueError(f"{found.text!r} is not a day", _DAY_REMEDY)
    return date.fromisoformat(found.text)


def _written_by(text: str) -> WrittenBy:
    words = " ".join(_AND.sub(" and ", text.casefold()).split())
    parts = words.split(" and ")
    if any(part not in _WRITERS for part in parts):
        known = [str(each) for each in WrittenBy]
        remedy = did_you_mean(words, known, otherwise=f"use one of {', '.join(known)}")
        raise _bad(text, "does not say who wrote it", remedy)
    named = {_WRITERS[part] for part in parts}
    return named.pop() if len(named) == 1 else WrittenBy.BOTH


def _each_line(texts: tuple[str, ...], most: int, remedy: str) -> tuple[str, ...]:
    """The texts of a list, on one line each: at most so many."""
    if len(texts) > most:
        raise BadValueError(f"are {len(texts):,}", remedy)
    lines = tuple(_line(text) for text in texts)
    if "" in lines:
        raise BadValueError("one is empty", "remove it")
    return lines


def _no_two_same(texts: tuple[str, ...]) -> tuple[str, ...]:
    if twice := [text for text in texts if texts.count(text) > 1]:
        raise _bad(twice[0], "is given twice", "remove one")
    return texts


def _tags(texts: tuple[str, ...]) -> tuple[str, ...]:
    tags = _each_line(texts, _TAGS_LIMIT, f"keep the {_TAGS_LIMIT} that matter most")
    return _no_two_same(_each_short("tags", tags))


def _each_short(name: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts of a list; raises BadValueError where one is over its limit."""
    if fault := next(filter(None, (each_over_limit(name, text) for text in texts)), None):
        raise fault
    return texts


def _said(text: str, limit: int, remedy: str) -> str:
    """One line of words: they are shown where there is room for so many characters."""
    line = _line(text)
    if not has_words(line):
        raise _bad(line, "says nothing", "write words, or leave it out")
    if len(line) > limit:
        raise BadValueError(f"has {len(line):,} characters", f"{remedy} {limit} or fewer")
    return line


def _title(text: str) -> str:
    return _said(text, _TITLE_LIMIT, "the headline may be long; say the title in")


def _caution(text: str) -> str:
    return _said(text, _SAID_LIMIT, "'cautions' may be long; say the main one in")


def _key_messages(texts: tuple[str, ...]) -> tuple[str, ...]:
    lines = _each_line(texts, _MESSAGES_LIMIT, f"keep the {_MESSAGES_LIMIT} that matter most")
    return _no_two_same(tuple(_said(line, _SAID_LIMIT, "say each in") for line in lines))


def _authors(texts: tuple[str, ...]) -> tuple[str, ...]:
    remedy = f"name at most {_AUTHORS_LIMIT}; the last may be 'and 20 others'"
    return _each_short("authors", _each_line(texts, _AUTHORS_LIMIT, remedy))


def _language(text: str) -> str:
    return language_tag(_line(text))


# Each field, in the order in which forms and errors name them, and its rule.
_RULES: dict[str, Callable[[Any], object]] = {
    "key": _key,
    "title": _title,
    "published": _published,
    "cover_date": _partial_date,
    "doi": doi_of,
    "pmid": pmid_of,
    "url": url_of,
    "studied_in": _line,
    "evidence": evidence_of,
    "participants": _line,
    "population": _line,
    "paper_title": _line,
    "authors": _authors,
    "funding": _line,
    "interests": _line,
    "tags": _tags,
    "teaser": _line,
    "key_messages": _key_messages,
    "caution": _caution,
    "language": _language,
    "disclaimer": _verbatim,
    "journal": _verbatim,
    "written_by": _written_by,
    "reviewed_by": _line,
    "reviewed_on": _day,
    "status": status_of,
    "note": spaced_paragraphs,
    "headline": _verbatim,
    "found": spaced_paragraphs,
    "why_it_matters": spaced_paragraphs,
    "cautions": spaced_paragraphs,
    "related": _verbatim,
}
# Those whose value is no text that readers read.
_CODED = frozenset(
    {
        *("published", "cover_date", "doi", "pmid", "url"),
        *("written_by", "reviewed_on", "status", "evidence", "language"),
    }
)
# What an editor may write above a page, which cannot say it itself.
FRONT_FIELDS = tuple(name for name in _RULES if name not in (*TEXT_FIELDS, "related"))
