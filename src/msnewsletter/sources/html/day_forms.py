"""Days as people write them in the languages of the catalogues, by CLDR's patterns. Pure.

Owns which of these forms are certain. English ones are in page_dates.py, so that Babel, which is
slow to import, is asked for no date that is in ISO 8601 or in English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.catalogue_files import catalogue_for, languages
from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.sources.html.date_words import DATE_WORDS, DateWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from babel import Locale

# Characters; the longest of all forms has 60.
_LONGEST: Final = 100
_WIDTHS: Final = ("long", "medium", "short")
_DAY, _YEAR, _NUMBER = r"(?P<day>\d{1,2})", r"(?P<year>\d{4})", r"(?P<number>\d{1,2})"
# By the letter of CLDR's patterns (UTS #35), and whether they stand for a name.
_OF_LETTER: Final = {
    ("d", False): _DAY,
    ("y", False): _YEAR,
    ("y", True): _YEAR,
    ("M", False): _NUMBER,
    ("L", False): _NUMBER,
}
# So many letters stand for a name, fewer for a number.
_NAMED: Final = 3
_NAMED_MONTH: Final = {("M", True), ("L", True)}
# Between numbers these stand in either order, whatever the language: 3/4 is March to some.
_IN_EITHER_ORDER: Final = re.compile("[/-]")
# A dot in an escaped pattern, after which people write a space or none.
_SPACED_DOT: Final = re.compile(r"\\\.(?:\\ )?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """The forms of one language; `months` are numbers by their names in small letters."""

    words: tuple[re.Pattern[str], ...]
    numbers: tuple[re.Pattern[str], ...]
    months: Mapping[str, int]


def days_named(text: str, language: str = "") -> frozenset[date]:
    """The days that a text may be, as `12. November 2026`, `Do., 12. Nov. 2026, 10:30 Uhr`.

    `language`: of the page (BCP 47). In its own way it may give numbers alone, as `12.11.2026` in
    German; where they are parted by strokes, they are none. A time of day is not looked at.
    """
    line = " ".join(text.split()).casefold()
    if len(line) > _LONGEST or not any(map(str.isdigit, line)):
        return frozenset()
    own = catalogue_for(language) if language else None
    found = set[date]()
    for tag in languages():
        if tag != ENGLISH.language:
            forms = _forms(tag)
            found.update(_days(line, forms.words, forms.months))
            found.update(_days(line, forms.numbers, {}) if tag == own else ())
    return frozenset(found)


def _days(
    line: str, patterns: Iterable[re.Pattern[str]], months: Mapping[str, int]
) -> Iterator[date]:
    for pattern in patterns:
        if match := pattern.fullmatch(line):
            given = match.groupdict()
            month = months[given["month"]] if "month" in given else int(given["number"])
            try:
                yield date(int(given["year"]), month, int(given["day"]))
            except ValueError:
                continue


@cache
def _forms(tag: str) -> _Forms:
    """The forms of a language, with the names that any of its countries has for months."""
    from babel import Locale, localedata  # noqa: PLC0415  (slow, and not for English)

    locale = Locale.parse(tag, sep="-")
    countries = [
        Locale.parse(name)
        for name in sorted(localedata.locale_identifiers())
        if name.split("_")[0] == locale.language
    ]
    months = {
        name.casefold().rstrip("."): number
        for country in countries
        for number, name in _names(country.months, ("wide", "abbreviated"))
    }
    weekdays = {
        name.casefold().rstrip(".")
        for country in countries
        for _, name in _names(country.days, ("wide", "abbreviated"))
    }
    words, numbers = _patterns(locale, months)
    said = DATE_WORDS.get(tag, DateWords(published=()))
    before, after = rf"(?:{_any_of(weekdays)}\.?,? )?", _time(said)
    return _Forms(
        words=tuple(re.compile(before + one + after) for one in words),
        numbers=tuple(re.compile(before + one + after) for one in numbers),
        months=months,
    )


def _names(of: object, widths: Iterable[str]) -> Iterator[tuple[int, str]]:
    """CLDR's names of months or days, as they stand in a date and alone."""
    for context in ("format", "stand-alone"):
        for width in widths:
            yield from of[context][width].items()  # type: ignore[index]  # Babel says no more


def _patterns(locale: Locale, months: Iterable[str]) -> tuple[list[str], list[str]]:
    """A day with a named month, and one of numbers alone, where that is certain."""
    from babel.dates import tokenize_pattern  # noqa: PLC0415

    words, numbers = [], []
    for width in _WIDTHS:
        parts, between = [], ""
        for _, value in tokenize_pattern(str(locale.date_formats[width].pattern)):
            if isinstance(value, str):
                between += value
                parts.append(_SPACED_DOT.sub(r"\\. ?", re.escape(value.casefold())))
            else:
                letter = (value[0], value[1] >= _NAMED)
                month = rf"(?P<month>{_any_of(months)})\.?" if letter in _NAMED_MONTH else None
                parts.append(month or _OF_LETTER.get(letter, r"(?!)"))
        pattern = "".join(parts)
        if "<month>" in pattern:
            words.append(pattern)
        elif not _IN_EITHER_ORDER.search(between):
            numbers.append(pattern)
    return words, numbers


def _time(said: DateWords) -> str:
    at = f"(?:{_any_of(said.at)} )?" if said.at else ""
    clock = f"(?: {_any_of(said.clock)})?" if said.clock else ""
    return rf"(?:,? {at}\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?{clock})?"


def _any_of(names: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))})"
