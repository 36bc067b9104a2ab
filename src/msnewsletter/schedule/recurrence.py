"""The times that a schedule names: by the calendar, or by a rule of RFC 5545. Pure.

Owns patterns of nominal local time: naive date-times, whole minutes, as a wall calendar shows them.
Knows no time zone, no instant and no clock.
"""

from __future__ import annotations

import calendar
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DENSEST = timedelta(minutes=15)
# Where rules without an anchor are counted from: with INTERVAL=1 any day gives the same slots.
EPOCH = date(1970, 1, 1)
_SHOWN = 80  # characters of a refused value

# How long a period of each FREQ is, and the first day of those that a calendar names.
_DAYS = {"DAILY": 1, "WEEKLY": 7}
_MONTHS = {"MONTHLY": 1, "YEARLY": 12}
_FIRST = {"MONTHLY": {"day": 1}, "YEARLY": {"month": 1, "day": 1}}

_EVERY_DAY = frozenset(range(7))
_GREGORIAN_CYCLE = 400  # years, after which days, weekdays and leap years repeat
# Of any 30 years from 1970 + n * 400, seven are leap years, one beginning on each weekday: with
# INTERVAL=1 they hold every calendar there is.
_PROBED_YEARS = 30


class RuleError(ValueError):
    """A setting of `[schedule]` that is wrong.

    Attributes:
        setting: its name, e.g. `at`. value: what it was; `shown`, shortened for a line.
        problem, remedy: as in errors.py.
    """

    def __init__(self, setting: str, value: object, problem: str, remedy: str) -> None:
        shown = repr(value)
        if len(shown) > _SHOWN:
            shown = shown[:_SHOWN] + "…"
        super().__init__(f"{setting} = {shown}: {problem}; {remedy}")
        self.setting = setting
        self.value = value
        self.shown = shown
        self.problem = problem
        self.remedy = remedy


class Recurrence(Hashable, Protocol):
    """A pattern of nominal local times."""

    def between(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """Its times from `first` to `last`, both included, ascending; all naive."""

    def __hash__(self) -> int:
        """Of patterns that are the same: what is known of one is known of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTimes:
    """Times of day on certain weekdays and days of the month.

    Attributes:
        times: ascending, at least one.
        weekdays: 0 is Monday.
        month_days: 1 to 31, or none for any day. A month that is too short has the slot on its
            last day, once. RFC 5545, section 3.3.10, would leave such a month out; we follow
            SKIP=BACKWARD of RFC 7529, section 4.1, because an issue must not vanish in silence.
    """

    times: tuple[time, ...]
    weekdays: frozenset[int] = _EVERY_DAY
    month_days: frozenset[int] = frozenset()

    def between(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """See Recurrence."""
        days = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
        moments = (datetime.combine(day, at) for day in days if self._has(day) for at in self.times)
        return (moment for moment in moments if first <= moment <= last)

    def _has(self, day: date) -> bool:
        if day.weekday() not in self.weekdays:
            return False
        if not self.month_days or day.day in self.month_days:
            return True
        length = calendar.monthrange(day.year, day.month)[1]
        return day.day == length and max(self.month_days) > length


@dataclass(frozen=True, slots=True, kw_only=True)
class RfcTimes:
    """Times of an RFC 5545 rule, evaluated by python-dateutil on nominal local time.

    Attributes:
        pattern: the rule without COUNT and UNTIL; it names days and hours itself, so that nothing
            comes from the anchor but where INTERVAL counts from.
        frequency: FREQ. interval: INTERVAL. week_start: WKST, 0 is Monday.
        anchor: no time before this day; its day, week, month or year is number 0 for INTERVAL.
        until: no time after this, or None; a COUNT has become one.
    """

    pattern: str
    frequency: str
    interval: int = 1
    week_start: int = 0
    anchor: date = EPOCH
    until: datetime | None = None

    def between(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """See Recurrence. Takes time in proportion to its answer, not to the anchor's age."""
        first = max(first, datetime.combine(self.anchor, time()))
        last = last if self.until is None else min(last, self.until)
        if first > last:
            return
        found = takewhile(lambda moment: moment <= last, self._from(self._period(first)))
        yield from (moment for moment in found if moment >= first)

    def __str__(self) -> str:
        return self.pattern

    def ever(self) -> bool:
        """Whether it names a time at all in the 30 years from its anchor, ignoring UNTIL.

        dateutil looks for a match up to the year 9999, which takes it many seconds. So we let it
        start as close to that end as the calendar repeats itself.
        """
        start = EPOCH if self.interval == 1 else self.anchor
        last_start = date.max.year - (_PROBED_YEARS - 1)
        cycles = (last_start - start.year) // _GREGORIAN_CYCLE
        late = start.replace(year=start.year + cycles * _GREGORIAN_CYCLE)
        found = self._from(_period_start(late, self.frequency, self.week_start))
        return next(found, None) is not None

    def _from(self, start: date) -> Iterator[datetime]:
        from dateutil.rrule import rrulestr  # noqa: PLC0415  (slow import, and few need it)

        return iter(rrulestr(self.pattern, dtstart=datetime.combine(start, time())))

    def _period(self, moment: datetime) -> date:
        """The start of the last period of the rule that begins at or before `moment`.

        Always the first day of a day, week, month or year, because dateutil picks BYSETPOS wrongly
        from a first week that is not whole (dateutil#1398).
        """
        start = _period_start(self.anchor, self.frequency, self.week_start)
        passed = _periods(start, moment.date(), self.frequency)
        return _moved(start, passed - passed % self.interval, self.frequency)


def _period_start(day: date, frequency: str, week_start: int) -> date:
    if frequency == "WEEKLY":
        return day - timedelta(days=(day.weekday() - week_start) % 7)
    return day.replace(**_FIRST.get(frequency, {}))


def _periods(start: date, day: date, frequency: str) -> int:
    """The number of whole periods between two days."""
    if months := _MONTHS.get(frequency):
        return ((day.year - start.year) * 12 + day.month - start.month) // months
    return (day - start).days // _DAYS[frequency]


def _moved(start: date, periods: int, frequency: str) -> date:
    """The start of the period that comes so many later."""
    if months := _MONTHS.get(frequency):
        years, month = divmod(start.month - 1 + periods * months, 12)
        return start.replace(year=start.year + years, month=month + 1)
    return start + timedelta(days=periods * _DAYS[frequency])


def crowded(times: Sequence[time]) -> tuple[time, time] | None:
    """Two times of day that are less than 15 minutes apart, midnight between them or not."""
    if len(times) < 2:  # noqa: PLR2004  (two are needed for a distance)
        return None
    ordered = sorted(times)
    day = timedelta(days=1)
    for early, late in pairwise([*ordered, ordered[0]]):
        if (_since_midnight(late) - _since_midnight(early)) % day < DENSEST:
            return early, late
    return None


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)
