"""Every change of the clocks in ten years, in six zones, against an oracle that watches a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from msnewsletter.schedule.rule import rule_from
from msnewsletter.schedule.slots import Slot, due_slots, next_slots
from schedule import oracle

if TYPE_CHECKING:
    from collections.abc import Callable

# Apia's ten years hold the day that never was and the end of its summer time.
ZONES = {
    "America/New_York": 2020,
    "Europe/Berlin": 2020,
    "Europe/London": 2020,
    "Australia/Lord_Howe": 2020,  # moves its clocks by half an hour
    "Asia/Kathmandu": 2020,  # 5 h 45 min ahead, never moved
    "Pacific/Apia": 2011,
}
TIMES = ("00:00", "00:30", "01:30", "02:30", "03:00")
WALL = {time.fromisoformat(text) for text in TIMES}


def decade(zone: str) -> tuple[datetime, datetime]:
    start = datetime(ZONES[zone], 1, 1, tzinfo=UTC)
    return start, start.replace(year=start.year + 10)


@cache
def shown(zone: str) -> dict[datetime, datetime]:
    start, end = decade(zone)
    return oracle.first_shown(zone, start, end, WALL)


def first_or_last(day: date) -> bool:
    return day.day == 1 or (day + timedelta(days=1)).day == 1


PATTERNS: dict[str, tuple[dict[str, Any], Callable[[date], bool]]] = {
    "daily": ({"every": "day"}, lambda _: True),
    "Sunday": ({"every": "week", "on": "sunday"}, lambda day: f"{day:%a}" == "Sun"),
    "Friday": ({"every": "week", "on": ["friday"]}, lambda day: day.isoweekday() == 5),
    "monthly": ({"every": "month", "on": [1, "last"]}, first_or_last),
}


def expected(zone: str, pattern: str, at: tuple[str, ...]) -> list[str]:
    times = {time.fromisoformat(text) for text in at}
    falls_on = PATTERNS[pattern][1]
    return oracle.fires(shown(zone), lambda local: local.time() in times and falls_on(local.date()))


@pytest.mark.parametrize("at", [*((text,) for text in TIMES), TIMES], ids=", ".join)
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("zone", ZONES)
def test_every_nominal_slot_of_ten_years_comes_exactly_once_and_when_the_oracle_says(
    zone: str, pattern: str, at: tuple[str, ...]
) -> None:
    rule = rule_from(zone=ZoneInfo(zone), at=list(at), **PATTERNS[pattern][0])
    start, end = decade(zone)
    due = due_slots(rule, start - timedelta(seconds=1), end)
    assert [oracle.line(slot.instant, slot.local) for slot in due] == expected(zone, pattern, at)
    assert len({slot.key for slot in due}) == len(due)
    assert len({slot.instant for slot in due}) == len(due)


@pytest.mark.parametrize("zone", ZONES)
def test_a_clock_that_wakes_every_half_hour_around_each_change_finds_each_slot_once(
    zone: str,
) -> None:
    rule = rule_from(zone=ZoneInfo(zone), every="day", at=list(TIMES))
    moved = oracle.changes(zone, *decade(zone))
    assert len(moved) == {"Asia/Kathmandu": 0, "Pacific/Apia": 21}.get(zone, 20)
    for change in moved:
        start = change - timedelta(days=2)
        last: Slot | datetime = start
        found = []
        for n in range(1, 4 * 48):
            now = start + n * timedelta(minutes=30)
            due = due_slots(rule, last, now)
            found += [oracle.line(slot.instant, slot.local) for slot in due]
            last = due[-1] if due else last
        came = oracle.first_shown(zone, start + oracle.QUARTER, now, WALL)
        assert found == oracle.fires(came, lambda _: True)


@pytest.mark.parametrize("zone", ZONES)
def test_the_next_slots_are_the_ones_that_then_become_due(zone: str) -> None:
    rule = rule_from(zone=ZoneInfo(zone), every="week", on="sunday", at=list(TIMES))
    start, end = decade(zone)
    due = due_slots(rule, start, end)
    assert next_slots(rule, start, len(due)) == due


def local_times(zone: str, day: str, *at: str) -> list[str]:
    """What clocks show when the slots of one day come."""
    rule = rule_from(zone=ZoneInfo(zone), every="day", at=list(at))
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    due = due_slots(rule, midnight - timedelta(seconds=1), midnight + timedelta(days=1))
    return [f"{slot.local:%H:%M} at {slot.shown:%H:%M %z}" for slot in due if day in slot.key]


def test_a_time_that_spring_leaves_out_comes_an_hour_later() -> None:
    assert local_times("Europe/Berlin", "2026-03-29", "02:30") == ["02:30 at 03:30 +0200"]
    assert local_times("Australia/Lord_Howe", "2026-10-04", "02:15") == ["02:15 at 02:45 +1100"]


def test_a_time_that_comes_twice_in_autumn_is_the_first_of_the_two() -> None:
    assert local_times("America/New_York", "2026-11-01", "01:30") == ["01:30 at 01:30 -0400"]


def test_a_slot_that_spring_moves_onto_another_one_is_that_one() -> None:
    assert local_times("Europe/Berlin", "2026-03-29", "02:30", "03:30") == ["03:30 at 03:30 +0200"]


def test_a_slot_that_spring_moves_past_another_one_comes_after_it() -> None:
    assert local_times("Europe/Berlin", "2026-03-29", "02:30", "03:15") == [
        "03:15 at 03:15 +0200",
        "02:30 at 03:30 +0200",
    ]


def test_the_day_that_apia_never_had_is_not_lost_and_not_doubled() -> None:
    friday = rule_from(zone=ZoneInfo("Pacific/Apia"), every="week", on="friday", at="08:00")
    daily = rule_from(zone=ZoneInfo("Pacific/Apia"), every="day", at="08:00")
    start, end = datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)
    assert [f"{slot} {slot.shown:%A}" for slot in due_slots(friday, start, end)] == [
        "2011-12-30T08:00[Pacific/Apia] Saturday"
    ]
    assert [f"{slot.local:%d}" for slot in due_slots(daily, start, end)] == ["28", "29", "31", "01"]
    eight = datetime(2011, 12, 30, 18, tzinfo=UTC)
    assert len(due_slots(friday, eight - timedelta(seconds=1), eight)) == 1
