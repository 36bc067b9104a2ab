"""The text of an RFC 5545 rule: `FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8`. Pure.

Owns which rules a newsletter may have and what is wrong with the others. Everything python-dateutil
would guess, ignore or loop over is refused here; what passes means what the RFC says.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice, product
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError
from msnewsletter.schedule.recurrence import EPOCH, RfcTimes, RuleError, crowded
from msnewsletter.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKS = 53
_INTERVALS = 1000
_COUNTS = 10_000
_LONGEST = timedelta(days=100 * 366)  # that COUNT may last

# RFC 5545, section 3.3.10: the smallest and largest value of each part; below zero counts from the
# end. BYDAY is apart.
_NUMBERS = {
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
# Their order in a pattern, so that equal rules have equal patterns.
_PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_NUMBERS)
# Parts of which a rule needs one, so that its days do not come from the anchor.
_DAYS = {
    "DAILY": (),
    "WEEKLY": ("BYDAY",),
    "MONTHLY": ("BYDAY", "BYMONTHDAY"),
    "YEARLY": ("BYDAY", "BYMONTHDAY", "BYYEARDAY"),
}
# RFC 5545, section 3.3.10: the "N/A" of the table, which dateutil takes nevertheless.
_NOT_WITH = {
    "DAILY": ("BYWEEKNO", "BYYEARDAY"),
    "WEEKLY": ("BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"),
    "MONTHLY": ("BYWEEKNO", "BYYEARDAY"),
    "YEARLY": (),
}
_ANCHOR = "in a setting of its own, e.g. anchor = 2026-01-05"
_OFTEN = ("HOURLY", "MINUTELY", "SECONDLY")


def rfc_times(text: str, anchor: date | None) -> RfcTimes:
    """The rule of a text; raises RuleError, also for one that never names a time.

    Args:
        text: the value of an RRULE property. It must name its hours (BYHOUR), and its days unless
            daily; minutes are 0 and weeks begin on Monday unless it says otherwise.
        anchor: the first day a slot may be on, where INTERVAL and COUNT count from; they need it.
            None is 1 January 1970.
    """
    try:
        return _rfc_times(text, anchor)
    except BadValueError as fault:
        raise RuleError("rrule", text, fault.problem, fault.remedy) from None


def _rfc_times(text: str, anchor: date | None) -> RfcTimes:
    parts = _parts(text)
    frequency = _frequency(parts)
    _check_days(parts, frequency)
    rule = RfcTimes(
        pattern=_pattern(parts),
        frequency=frequency,
        interval=_counted(parts, "INTERVAL", _INTERVALS, anchor, anchor_from=2) or 1,
        week_start=_week_start(parts),
        anchor=anchor or EPOCH,
    )
    if not rule.ever():
        raise BadValueError("it never names a day", "look at the days and months that it asks for")
    _check_times(parts)
    until = _last(rule, parts, anchor)
    return rule if until is None else replace(rule, until=until)


def _parts(text: str) -> dict[str, str]:
    rule = text.strip().upper().removeprefix("RRULE:")
    if "DTSTART" in rule or "TZID" in rule:
        problem = "its times are in the newsletter's zone, so it has no DTSTART and no TZID"
        raise BadValueError(problem, f"name the first day {_ANCHOR}, and the hour in BYHOUR")
    if len(rule.splitlines()) > 1:
        remedy = "write one; days without an issue go into skip"
        raise BadValueError("it is more than one rule", remedy)
    parts: dict[str, str] = {}
    for part in rule.removesuffix(";").split(";"):
        name, equals, value = part.strip().partition("=")
        if not (equals and value):
            remedy = "write parts as FREQ=WEEKLY;BYDAY=MO"
            raise BadValueError(f"{part!r} is not a part of a rule", remedy)
        if name in parts:
            raise BadValueError(f"{name} is given twice", f"join them, e.g. {name}=A,B")
        if name not in _PARTS:
            hint = did_you_mean(name, _PARTS, otherwise=f"it may have {', '.join(_PARTS)}")
            raise BadValueError(f"a newsletter's rule has no {name}", hint)
        parts[name] = value
    return parts


def _frequency(parts: Mapping[str, str]) -> str:
    frequency = parts.get("FREQ", "")
    if frequency in _OFTEN:
        problem = f"FREQ={frequency} is too often: slots are 15 minutes apart at least"
        raise BadValueError(problem, "for several a day write FREQ=DAILY;BYHOUR=8,18")
    if frequency not in _DAYS:
        remedy = f"start it with FREQ= and one of {', '.join(_DAYS)}"
        raise BadValueError("it has no known FREQ", remedy)
    return frequency


def _check_days(parts: Mapping[str, str], frequency: str) -> None:
    for name in _NOT_WITH[frequency]:
        if name in parts:
            raise BadValueError(f"RFC 5545 has no {name} with FREQ={frequency}", f"remove {name}")
    days = _DAYS[frequency]
    if days and not any(name in parts for name in days):
        raise BadValueError("it does not say on which days", f"add {' or '.join(days)}")
    if frequency == "YEARLY" and "BYMONTHDAY" in parts and "BYMONTH" not in parts:
        # The RFC takes the month from DTSTART, dateutil takes every month (dateutil#1452).
        raise BadValueError("it does not say in which month", "add BYMONTH, or write FREQ=MONTHLY")
    for name in _NUMBERS:
        _numbers(parts, name)
    _check_weekdays(parts, frequency)


def _check_weekdays(parts: Mapping[str, str], frequency: str) -> None:
    values = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    matches = [re.fullmatch(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text) for text in values]
    for text, match in zip(values, matches, strict=True):
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= _WEEKS):
            remedy = f"write {', '.join(_WEEKDAYS)}, or 1MO, or -1FR"
            raise BadValueError(f"BYDAY={text} is no weekday", remedy)
    numbered = {bool(match[1]) for match in matches if match}
    if True in numbered and (frequency in {"DAILY", "WEEKLY"} or "BYWEEKNO" in parts):
        # RFC 5545, section 3.3.10; dateutil drops the number without a word.
        raise BadValueError(
            "only a month or a year has a first or last weekday", "write FREQ=MONTHLY"
        )
    if len(numbered) > 1:
        # dateutil would want a day that is both.
        remedy = "number all of them, e.g. 1MO,2MO,-1FR"
        raise BadValueError("BYDAY mixes numbered and plain weekdays", remedy)


def _numbers(parts: Mapping[str, str], name: str) -> tuple[int, ...]:
    least, most = _NUMBERS[name]
    numbers = []
    for text in parts[name].split(",") if name in parts else ():
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,3}", text) else None
        if number is None or not least <= number <= most or (least < 0 and number == 0):
            negative = f", or -1 to {least} from the end" if least < 0 else ""
            remedy = f"write {1 if least else 0} to {most}{negative}"
            raise BadValueError(f"{name}={text} does not exist", remedy)
        numbers.append(number)
    return tuple(numbers)


def _check_times(parts: Mapping[str, str]) -> None:
    if "BYHOUR" not in parts:
        raise BadValueError("it does not say at which hour", "add it, e.g. BYHOUR=8")
    hours, minutes = (set(_numbers(parts, name)) or {0} for name in ("BYHOUR", "BYMINUTE"))
    if pair := crowded([time(hour, minute) for hour, minute in product(hours, minutes)]):
        problem = f"{pair[0]:%H:%M} and {pair[1]:%H:%M} are less than 15 minutes apart"
        raise BadValueError(problem, "leave out BYMINUTE, or give one minute only")


def _counted(
    parts: Mapping[str, str], name: str, most: int, anchor: date | None, *, anchor_from: int
) -> int | None:
    text = parts.get(name)
    if text is None:
        return None
    number = int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 0
    if not 1 <= number <= most:
        raise BadValueError(f"{name}={text} does not exist", f"write 1 to {most}")
    if number >= anchor_from and anchor is None:
        raise BadValueError(f"{name}={text} needs a day to count from", f"name it {_ANCHOR}")
    return number


def _week_start(parts: Mapping[str, str]) -> int:
    # RFC 5545, section 3.3.10: "The default value is MO"; dateutil's is the process's setting.
    name = parts.get("WKST", "MO")
    if name not in _WEEKDAYS:
        raise BadValueError(f"WKST={name} is no weekday", f"write one of {', '.join(_WEEKDAYS)}")
    return _WEEKDAYS.index(name)


def _pattern(parts: Mapping[str, str]) -> str:
    complete = {"WKST": "MO", "BYHOUR": "0", "BYMINUTE": "0", **parts}
    kept = (name for name in _PARTS if name in complete and name not in {"COUNT", "UNTIL"})
    return ";".join(f"{name}={complete[name]}" for name in kept)


def _last(rule: RfcTimes, parts: Mapping[str, str], anchor: date | None) -> datetime | None:
    """The time that UNTIL or COUNT says is the rule's last, if it has one of them."""
    count = _counted(parts, "COUNT", _COUNTS, anchor, anchor_from=1)
    if "UNTIL" not in parts:
        return None if count is None else _nth(rule, count)
    if count is not None:
        raise BadValueError("it has both COUNT and UNTIL", "keep one of them")
    until = _until(parts["UNTIL"])
    if next(rule.between(datetime.combine(rule.anchor, time()), until), None) is None:
        raise BadValueError("it ends before its first slot", "move UNTIL, or leave it out")
    return until


def _nth(rule: RfcTimes, count: int) -> datetime:
    start = datetime.combine(rule.anchor, time())
    last = next(islice(rule.between(start, start + _LONGEST), count - 1, None), None)
    if last is None:
        raise BadValueError(f"COUNT={count} takes more than 100 years", "leave COUNT out")
    return last


def _until(text: str) -> datetime:
    remedy = "write UNTIL=20271231 for all of that day, in the newsletter's zone"
    if text.endswith("Z"):
        raise BadValueError(f"UNTIL={text} is in UTC, the slots are in local time", remedy)
    if re.fullmatch(r"[0-9]{8}(T[0-9]{6})?", text):
        with suppress(ValueError):  # no such day or time
            moment = datetime.fromisoformat(text)
            return moment if "T" in text else datetime.combine(moment, time.max)
    raise BadValueError(f"UNTIL={text} does not exist", remedy)
