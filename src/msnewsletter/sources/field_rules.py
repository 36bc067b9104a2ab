"""The rule of each field of a summary: what a text of it may be, and the value that it becomes.

Each rule takes the text of a field, or the texts of a list, and raises BadValueError. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

from msnewsletter.errors import BadValueError
from msnewsletter.issue.unfinished import has_words
from msnewsletter.model import WrittenBy
from msnewsletter.partial_date import PartialDate, Precision
from msnewsletter.sources.clean_text import spaced_paragraphs
from msnewsletter.sources.evidence_words import evidence_of
from msnewsletter.sources.identifiers import doi_of, pmid_of, url_of
from msnewsletter.sources.publication_marks import status_of
from msnewsletter.sources.text_limits import each_over_limit
from msnewsletter.text import did_you_mean, quoted_value
from msnewsletter.validators import language_tag

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT_FIELDS = ("headline", "found", "why_it_matters", "cautions")

_KEY_LIMIT = 200
_DATE_LIMIT = 40
# Each tag has a page and three feeds of its own.
_TAGS_LIMIT = 20
_TITLE_LIMIT = 70  # characters of a line on a page of archives
_SAID_LIMIT = 300  # of a caution in short, and of a key message
_MESSAGES_LIMIT = 3
_AUTHORS_LIMIT = 100
_AND = re.compile("[,;/+&]")
_WRITERS = {
    **dict.fromkeys(("ai", "a.i.", "artificial intelligence"), WrittenBy.AI),
    **dict.fromkeys(("people", "person", "human", "humans", "a person"), WrittenBy.PEOPLE),
    "both": WrittenBy.BOTH,
}
_DAY_REMEDY = "write the day as 2026-11-20"


def _bad(text: str, problem: str, remedy: str) -> BadValueError:
    return BadValueError(f"{quoted_value(text)} {problem}", remedy)


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


def day_of(text: str) -> date:
    """A day in ISO 8601; raises BadValueError."""
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
RULES: dict[str, Callable[[Any], object]] = {
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
    "reviewed_on": day_of,
    "status": status_of,
    "note": spaced_paragraphs,
    "headline": _verbatim,
    "found": spaced_paragraphs,
    "why_it_matters": spaced_paragraphs,
    "cautions": spaced_paragraphs,
    "related": _verbatim,
}
# Those whose value is no text that readers read.
CODED = frozenset(
    {
        *("published", "cover_date", "doi", "pmid", "url"),
        *("written_by", "reviewed_on", "status", "evidence", "language"),
    }
)
# What an editor may write above a page, which cannot say it itself.
FRONT_FIELDS = tuple(name for name in RULES if name not in (*TEXT_FIELDS, "related"))
