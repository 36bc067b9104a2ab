"""The newsletter's schedule, read from the settings of `[schedule]`. Pure.

Owns what a schedule may be and the line that says what is wrong with one. Reads no clock and
no history: slots.py says what is due.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from msnewsletter.schedule.recurrence import EPOCH, CalendarTimes, Recurrence, RuleError, crowded
from msnewsletter.schedule.rrule_text import rfc_times
from msnewsletter.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKDAYS = "weekdays"
_LAST = "last"
_LONGEST_MONTH = 31
_LAST_YEAR = 2999

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_LONGEST_DURATION = timedelta(days=366)
# The clock wakes once a minute at most, and rendering takes its time.
_SHORTEST_LATE = timedelta(minutes=15)
_SAMPLE = 120  # slots, ten years of a monthly letter: enough to find its shortest interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The schedule: when issues go out.

    Attributes:
        zone: the newsletter's one zone, in which all times of the rule are nominal.
        recurrence: the times.
        skip: nominal days without a slot.
        lead: how long before its slot an issue is drafted; at most the time between two slots.
        late_after: how long after its slot an issue may still go out without a person.
    """

    zone: ZoneInfo
    recurrence: Recurrence
    skip: frozenset[date] = frozenset()
    lead: timedelta = timedelta()
    late_after: timedelta = timedelta(days=1)


def rule_from(  # noqa: PLR0913  (one argument for each setting)
    *,
    zone: ZoneInfo,
    every: object = None,
    on: object = None,
    at: object = None,
    rrule: object = None,
    anchor: object = None,
    skip: object = (),
    lead: object = "0 minutes",
    late_after: object = "1 day",
) -> Rule:
    """The rule of plain settings, as TOML gives them; raises RuleError (a ValueError).

    Args:
        zone: the newsletter's.
        every: "day", "week" or "month"; with `at`, and for a week or a month with `on`.
        on: for a week: weekday names, or "weekdays" for Monday to Friday. For a month: days 1 to
            31 and "last"; a day that a month does not have is its last day.
        at: one time of day or several, "08:00"; 15 minutes apart at least.
        rrule: instead of these three, a rule of RFC 5545; see rrule_text.py.
        anchor: the day where the rrule's INTERVAL or COUNT counts from, and its first; a date.
        skip: dates without an issue.
        lead, late_after: durations in words, "2 days", "90 minutes", "1 day 12 hours".
    """
    if rrule is None:
        recurrence: Recurrence = _calendar(every, on, at, anchor)
    else:
        recurrence = _rfc(rrule, {"every": every, "on": on, "at": at}, anchor)
    rule = Rule(
        zone=zone,
        recurrence=recurrence,
        skip=frozenset(_day("skip", day) for day in _several("skip", skip)),
        lead=duration_from("lead", lead),
        late_after=duration_from("late_after", late_after),
    )
    _check_durations(rule, lead, late_after)
    return rule


def _rfc(rrule: object, others: dict[str, object], anchor: object) -> Recurrence:
    for name, value in others.items():
        if value is not None:
            raise RuleError(name, value, "there is an rrule already", f"keep rrule or {name}")
    if not isinstance(rrule, str):
        raise RuleError("rrule", rrule, "it is not a text", 'write "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8"')
    return rfc_times(rrule, None if anchor is None else _anchor(anchor))


def _anchor(value: object) -> date:
    day = _day("anchor", value)
    if not EPOCH.year <= day.year <= _LAST_YEAR:
        remedy = f"write a day from {EPOCH.year} to {_LAST_YEAR}"
        raise RuleError("anchor", value, "it is out of range", remedy)
    return day


def _calendar(every: object, on: object, at: object, anchor: object) -> CalendarTimes:
    if anchor is not None:
        raise RuleError("anchor", anchor, "only an rrule counts from a day", "remove it")
    times = _times(at)
    match every:
        case "day":
            if on is not None:
                raise RuleError("on", on, "every day is on", 'remove it, or write every = "week"')
            return CalendarTimes(times=times)
        case "week":
            days = _days(on, _weekdays, "a week needs its weekdays", 'write on = ["monday"]')
            return CalendarTimes(times=times, weekdays=days)
        case "month":
            days = _days(on, _month_days, "a month needs its days", "write on = [1]")
            return CalendarTimes(times=times, month_days=days)
        case _:
            remedy = 'write "day", "week" or "month", or an rrule'
            raise RuleError("every", every, "it is not a valid interval", remedy)


def _times(at: object) -> tuple[time, ...]:
    times = tuple(sorted(_time(text) for text in _several("at", at)))
    if not times:
        raise RuleError("at", at, "there is no time of day", 'write "08:00"')
    if pair := crowded(times):
        problem = f"{pair[0]:%H:%M} and {pair[1]:%H:%M} are less than 15 minutes apart"
        raise RuleError("at", at, problem, "leave one of them out")
    return times


def _time(text: object) -> time:
    if isinstance(text, str) and (match := re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", text)):
        with suppress(ValueError):
            return time(int(match[1]), int(match[2]))
    raise RuleError(
        "at", text, "it is not a valid time of day", 'write "08:00" in quotes, up to "23:59"'
    )


def _days(
    on: object, numbers: Callable[[object], Iterable[int]], problem: str, remedy: str
) -> frozenset[int]:
    days = frozenset(number for name in _several("on", on) for number in numbers(name))
    if not days:
        raise RuleError("on", on, problem, remedy)
    return days


def _weekdays(name: object) -> Iterable[int]:
    plain = str(name).lower()
    if plain == _WORKDAYS:
        return range(5)
    if plain in WEEKDAYS:
        return (WEEKDAYS.index(plain),)
    hint = did_you_mean(
        plain, (*WEEKDAYS, _WORKDAYS), otherwise='write e.g. "monday", or "weekdays"'
    )
    raise RuleError("on", name, "it is not a valid weekday", hint)


def _month_days(day: object) -> Iterable[int]:
    if day == _LAST:
        return (_LONGEST_MONTH,)
    if type(day) is int and 1 <= day <= _LONGEST_MONTH:  # True is an int, too
        return (day,)
    remedy = 'write 1 to 31, or "last"; for the first Tuesday write an rrule with BYDAY=1TU'
    raise RuleError("on", day, "it is not a valid day of the month", remedy)


def _several(setting: str, value: object) -> Sequence[object]:
    """A setting that may be one value or a list of them."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, dict):
        raise RuleError(setting, value, "it is a table", "write a list in [ ]")
    return (value,)


def _day(setting: str, value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise RuleError(
        setting, value, "it is not a valid date", "write a day that exists, e.g. 2026-12-25"
    )


def duration_from(setting: str, value: object) -> timedelta:
    """A duration in words, "1 day 12 hours", up to a year; raises RuleError naming `setting`."""
    remedy = 'write e.g. "2 days", "12 hours" or "90 minutes"'
    text = value.strip().lower() if isinstance(value, str) else ""
    if not re.fullmatch(r"(?:[0-9]{1,6} *(?:minute|hour|day|week)s?(?: +|$))+", text):
        problem = "it is negative" if text.startswith("-") else "it is not a valid duration"
        raise RuleError(setting, value, problem, remedy)
    pairs = re.findall(r"([0-9]+) *([a-z]+?)s?\b", text)
    duration = sum((int(number) * _UNITS[unit] for number, unit in pairs), timedelta())
    if duration > _LONGEST_DURATION:
        raise RuleError(setting, value, "it is more than a year", remedy)
    return duration


def _check_durations(rule: Rule, lead: object, late_after: object) -> None:
    if rule.late_after < _SHORTEST_LATE:
        remedy = 'write "15 minutes" or more'
        raise RuleError("late_after", late_after, "no issue would be in time", remedy)
    # Else two drafts would be open at once, both with the same summaries.
    if rule.lead and rule.lead > (interval := _shortest_interval(rule.recurrence)):
        problem = f"two slots are only {_in_words(interval)} apart"
        raise RuleError("lead", lead, problem, "make it no longer")


@lru_cache(maxsize=8)
def _shortest_interval(recurrence: Recurrence) -> timedelta:
    """The shortest nominal time between two of its first slots; for a single one, endless."""
    first, last = datetime(EPOCH.year, 1, 1), datetime(_LAST_YEAR, 12, 31)  # noqa: DTZ001  (local)
    moments = islice(recurrence.between(first, last), _SAMPLE)
    return min((late - early for early, late in pairwise(moments)), default=timedelta.max)


def _in_words(duration: timedelta) -> str:
    unit = next(unit for unit in ("day", "hour", "minute") if not duration % _UNITS[unit])
    number = duration // _UNITS[unit]
    return f"{number} {unit}{'s' * (number != 1)}"
