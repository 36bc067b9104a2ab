"""The newsletter's own words in one language: sentences, counts, dates. Pure.

A text of the program is its English: it stands in code and templates as English readers get it, and
it is the name under which each catalogue has its translation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

# `%(name)s` is a place for a value; `%%` is how Jinja writes a percent sign of a template's text.
_PLACE: Final = re.compile(r"%(?:\((\w+)\)s|%)")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def to_say(text: str) -> str:
    """The text itself: marks it for the catalogues where it is said later."""
    return text


def to_say_many(one: str, many: str) -> tuple[str, str]:
    """Both texts: marks them for the catalogues where `say_many` says them later."""
    return one, many


_SPELLED: Final = (
    to_say("no"),
    to_say("one"),
    to_say("two"),
    to_say("three"),
    to_say("four"),
    to_say("five"),
    to_say("six"),
    to_say("seven"),
    to_say("eight"),
    to_say("nine"),
    to_say("ten"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """How a language writes dates for people.

    Attributes:
        day, month: with the year: `3 May 2026`, `May 2026`.
        day_within, month_within: without it, where the year is known: `3 May`, `May`.
    """

    day: Callable[[date], str]
    day_within: Callable[[date], str]
    month: Callable[[date], str]
    month_within: Callable[[date], str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OwnWords:
    """What the newsletter says in one language.

    Attributes:
        language: BCP 47.
        texts: each translation by its English: one text, or its plural forms in order.
        plural: which plural form goes with a number.
        dates: how dates are written.
    """

    language: str
    texts: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]
    dates: Dates

    def say(self, text: str, /, **values: object) -> str:
        """The text in this language, its places filled; a text that is not known stays as it is."""
        return fill(self.translated(text), values)

    def say_many(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The form of a text that goes with a count; `%(number)s` is the count in digits.

        Another `number` among the values, e.g. one in words, takes its place.
        """
        return fill(self.form(one, many, count), {"number": count, **values})

    def translated(self, text: str) -> str:
        """The text in this language, its places not filled."""
        known = self.texts.get(text) or (self.texts.get(on_one_line(text)) if self.texts else None)
        return known[0] if known else text

    def form(self, one: str, many: str, count: int) -> str:
        """The form that goes with a count, its places not filled."""
        known = self.texts.get(one) or (self.texts.get(on_one_line(one)) if self.texts else None)
        if known and len(known) > 1:
            return known[self.plural(count)]
        return one if count == 1 else many

    def spelled(self, number: int) -> str:
        """`five`, as prose wants it; digits from eleven on, `no` for none."""
        return self.say(_SPELLED[number]) if number < len(_SPELLED) else str(number)

    def day(self, day: date) -> str:
        """A day for people: `3 May 2026`."""
        return self.dates.day(day)


def on_one_line(text: str) -> str:
    """A text as catalogues have it: in a template it may run over several lines."""
    return re.sub(r"\s*\n\s*", " ", text.strip()) if "\n" in text else text


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its values; raises KeyError where one is missing.

    Never more than that: a format of Python's may ask for any width.
    """
    if "%" not in text:
        return text
    return _PLACE.sub(lambda found: str(values[found[1]]) if found[1] else "%", text)


def parted(text: str) -> list[tuple[str, str]]:
    """The text between its places, each with the name of the place after it; the last has none."""
    parts, at = [], 0
    for found in _PLACE.finditer(text):
        if found[1]:
            parts.append((text[at : found.start()], found[1]))
            at = found.end()
    return [*parts, (text[at:], "")]


ENGLISH: Final = OwnWords(
    language="en",
    texts=MappingProxyType({}),
    plural=lambda count: int(count != 1),
    # Not Babel's: an English newsletter starts without it, and its dates never change with it.
    dates=Dates(
        day=lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        day_within=lambda day: f"{day.day} {_MONTHS[day.month - 1]}",
        month=lambda day: f"{_MONTHS[day.month - 1]} {day.year}",
        month_within=lambda day: _MONTHS[day.month - 1],
    ),
)
