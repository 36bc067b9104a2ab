"""The dates of web pages: what is certain becomes ISO 8601; what could be two days is refused.

Owns the forms in which pages write dates, and which dates no page can have. Pure.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.day_forms import days_named
from msnewsletter.text import quoted_value

_LIMIT: Final = 60  # characters
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" if name != "may" else name for name in _MONTHS)
_MONTH = _MONTH.replace("sep(?:tember)?", "sep(?:t|tember)?")
_WORDS: Final = (
    re.compile(
        rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH}),? (?P<year>\d{{4}})",
        re.IGNORECASE,
    ),
)
_WEEKDAY: Final = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day,? ", re.IGNORECASE)
_ISO: Final = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})? ?"
    r"(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE | re.ASCII,
)
_NUMBERS: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
# The Web is from 1991; what is older is a clock that was never set, or a number that is no date.
_FIRST_YEAR: Final = 1991
_REMEDY: Final = "name the place of the right one in [sources.select]"


def published_of(text: str, at: datetime, *, language: str = "") -> str:
    """A day or an instant in ISO 8601, from ISO 8601, an HTTP date, or words.

    The words are English, or of a language of the catalogues; numbers alone are read as `language`
    (BCP 47) writes them, where that is certain. A time without a zone says its day alone. Raises
    BadValueError for all else, for what could be two days, and for what cannot be: before the Web,
    or more than a day after `at` (aware).
    """
    line = " ".join(text[:_LIMIT].split()) if len(text) <= 10 * _LIMIT else ""
    found = _parsed(line, text, language)
    moment = (
        found
        if isinstance(found, datetime)
        else datetime(found.year, found.month, found.day, tzinfo=UTC)
    )
    if moment.year < _FIRST_YEAR:
        raise BadValueError(f"the date {quoted_value(text)} is before the Web", _REMEDY)
    if moment > at + timedelta(days=1):
        raise BadValueError(f"the date {quoted_value(text)} is in the future", _REMEDY)
    return found.isoformat(timespec="seconds") if isinstance(found, datetime) else found.isoformat()


def cover_date_of(text: str) -> str:
    """A journal's own date, e.g. `2026/12/31`, `2026-12` or `2026`, in ISO 8601; checks no more."""
    return re.sub(r"(?<=\d)[/.](?=\d)", "-", text.strip())


def _parsed(line: str, text: str, language: str) -> date | datetime:
    if match := _ISO.fullmatch(line):
        return _from_iso(match, text)
    words = _WEEKDAY.sub("", line, count=1)
    for form in _WORDS:
        if match := form.fullmatch(words):
            return _from_words(match, text)
    try:
        moment = parsedate_to_datetime(line)
        # RFC 5322, 3.3: -0000 says that no zone is known.
        return moment.astimezone(UTC) if moment.tzinfo else moment.date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return _elsewhere(line, text, language)


def _elsewhere(line: str, text: str, language: str) -> date:
    """The one day that a text names in another language than English."""
    days = days_named(line, language)
    if len(days) == 1:
        return next(iter(days))
    if days or (_NUMBERS.fullmatch(line) and _may_be_a_day(line)):
        problem = f"the date {quoted_value(text)} could be two days"
        raise BadValueError(problem, _REMEDY)
    raise _no_day(text)


def _may_be_a_day(line: str) -> bool:
    """Whether numbers are a day in one of the orders in which people write them."""
    first, second, year = map(int, re.findall(r"\d+", line)[:3])
    for month, day in ((first, second), (second, first)):
        with suppress(ValueError):
            date(year, month, day)
            return True
    return False


def _from_iso(match: re.Match[str], text: str) -> date | datetime:
    try:
        if not (match["time"] and match["offset"]):
            return date.fromisoformat(match["day"])
        offset = match["offset"].upper()
        moment = datetime.fromisoformat(f"{match['day']}T{match['time']}{offset}")
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_day(text) from None
    return moment


def _from_words(match: re.Match[str], text: str) -> date:
    number = next(
        index
        for index, name in enumerate(_MONTHS, start=1)
        if name.startswith(match["month"].lower()[:3])
    )
    try:
        return date(int(match["year"]), number, int(match["day"]))
    except ValueError:
        raise _no_day(text) from None


def _no_day(text: str) -> BadValueError:
    return BadValueError(
        f"{quoted_value(' '.join(text.split()))} is no date that is certain", _REMEDY
    )
