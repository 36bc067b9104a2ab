"""What entries of our own feeds say, in one language: how it is read back. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import ENGLISH, parted
from msnewsletter.issue.entry_words import BECAME, EVIDENCE, STATUS_WORDS, TAKEN_DOWN, WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Evidence, Status, WrittenBy

_MONTHS: Final = range(1, 13)
_YEAR, _DAY = 4321, 27  # of a sample date: numbers of four and of two digits
_NUMBER: Final = re.compile(r"\d+")
_DAYS: Final = re.compile("[1-9]|[12][0-9]|3[01]")
_ANY: Final = ".+?"
# What older versions said, in English.
_OLD_UNDATED: Final = "First seen %(day)s (the page gave no date)"
_OLD_CHANGED: Final = "%(checked)s, changed on %(day)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDate:
    """A date as ISO 8601, as precise as it is; `is_day`: to the day."""

    iso: str
    is_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReview:
    """A line on who wrote and who checked a text.

    Attributes:
        by: who wrote it.
        name, on: who checked it, and the day; empty where it does not say so.
        changed: whether it was changed after that.
    """

    by: WrittenBy
    name: str = ""
    on: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntryPatterns:
    """What entries say in one language.

    Attributes:
        issue: the last link's words.
        seen: what is said of an entry without a date; cover: of the journal's own; with a `day`.
        checks: what is said of a check, with the groups `name` and `on`, the most telling first;
            and whether the text was changed after it.
        unchecked: that nobody checked it.
        days, months: the month of each, by how a day or a month of the sample year is written.
        before_studied, before_paper: what stands before who was studied, and a paper's title.
    """

    issue: re.Pattern[str]
    seen: tuple[re.Pattern[str], ...]
    cover: re.Pattern[str]
    checks: tuple[tuple[re.Pattern[str], bool], ...]
    unchecked: str
    days: Mapping[str, int]
    months: Mapping[str, int]
    written: Mapping[str, WrittenBy]
    evidence: Mapping[Evidence, str]
    status_words: Mapping[Status, str]
    became: Mapping[Status, str]
    taken_down: str
    before_studied: str
    before_paper: str

    def date_of(self, text: str) -> EntryDate | None:
        """The date that a text is; None: it is none."""
        numbers = _NUMBER.findall(text)
        years = [one for one in numbers if len(one) == 4]  # noqa: PLR2004  (as written everywhere)
        days = [one for one in numbers if _DAYS.fullmatch(one)]
        if len(years) != 1 or len(years) + len(days) != len(numbers):
            return None
        if text == years[0]:
            return EntryDate(iso=text, is_day=False)
        shape = _NUMBER.sub(lambda found: str(_YEAR if len(found[0]) == 4 else _DAY), text)  # noqa: PLR2004
        if len(days) == 1 and (month := self.days.get(shape)):
            return EntryDate(iso=f"{years[0]}-{month:02}-{int(days[0]):02}", is_day=True)
        if not days and (month := self.months.get(shape)):
            return EntryDate(iso=f"{years[0]}-{month:02}", is_day=False)
        return None

    def is_seen(self, text: str) -> bool:
        """Whether a text says when an entry without a date was first seen."""
        found = (one.fullmatch(text) for one in self.seen)
        return any(one and self.date_of(one["day"]) for one in found)

    def cover_of(self, text: str) -> EntryDate | None:
        """The journal's own date, where a text says one."""
        found = self.cover.fullmatch(text)
        return self.date_of(found["day"]) if found else None

    def review_of(self, text: str) -> EntryReview | None:
        """What a line says of writing and checking; None: it says nothing of the kind."""
        written, _, check = text.partition("; ")
        by = self.written.get(written)
        if by is None or not check:
            return EntryReview(by=by) if by else None
        if check == self.unchecked:
            return EntryReview(by=by)
        for pattern, changed in self.checks:
            found = pattern.fullmatch(check)
            parts = found.groupdict() if found else {}
            day = self.date_of(parts["on"]) if parts.get("on") else None
            if found and (day or "on" not in parts):
                on = day.iso if day and day.is_day else ""
                return EntryReview(by=by, name=parts["name"], on=on, changed=changed)
        return None


@cache
def entry_patterns(language: str) -> EntryPatterns:
    """The patterns of entries in the words for a language."""
    words = words_in(language)
    english = words is ENGLISH
    undated = [words.translated("First seen %(day)s (no date given)")]
    cover = words.translated("journal issue dated %(date)s")
    return EntryPatterns(
        issue=_compiled(words.translated("Issue %(number)s"), number="[1-9][0-9]*"),
        seen=tuple(
            _compiled(text, day=f"(?P<day>{_ANY})")
            for text in (*undated, *([_OLD_UNDATED] if english else []))
        ),
        cover=_compiled(cover, date=f"(?P<day>{_ANY})"),
        checks=tuple(_checks(words)),
        unchecked=words.say("not checked by a person"),
        days={words.dates.day(date(_YEAR, month, _DAY)): month for month in _MONTHS},
        months={words.dates.month(date(_YEAR, month, _DAY)): month for month in _MONTHS},
        written={words.say(said): who for who, said in WRITTEN.items()},
        evidence={kind: words.say(said) for kind, said in EVIDENCE.items()},
        status_words={one: words.say(said) for one, said in STATUS_WORDS.items()},
        became={one: words.say(said) for one, said in BECAME.items()},
        taken_down=words.say(TAKEN_DOWN),
        before_studied="In " if english else "",
        before_paper=parted(words.translated("Paper: %(title)s"))[0][0],
    )


def _checks(words: OwnWords) -> Iterator[tuple[re.Pattern[str], bool]]:
    changed = [
        words.translated("%(checked)s, changed on the same day"),
        words.translated("%(checked)s, before it was changed on %(day)s"),
        *([_OLD_CHANGED] if words is ENGLISH else []),
    ]
    dated = words.translated("checked by %(name)s on %(day)s")
    for check in (dated, words.translated("checked by %(name)s")):
        checked = _pattern(check, name=f"(?P<name>{_ANY})", day=f"(?P<on>{_ANY})")
        for text in changed:
            yield re.compile(_pattern(text, checked=checked, day=_ANY)), True
        yield re.compile(checked), False


def _compiled(text: str, **places: str) -> re.Pattern[str]:
    return re.compile(_pattern(text, **places))


def _pattern(text: str, **places: str) -> str:
    """A text as a pattern, with others in its places."""
    parts = parted(text)
    return "".join(re.escape(before) + places.get(place, "") for before, place in parts)
