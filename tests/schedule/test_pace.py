"""A schedule in the words that feeds have for it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from msnewsletter.schedule.pace import Pace, pace_of
from msnewsletter.schedule.rule import rule_from

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY, YEARLY = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1;BYHOUR=8"
ANCHOR = {"anchor": "2026-11-23"}


@pytest.mark.parametrize(
    ("settings", "period", "frequency"),
    [
        ({"every": "day", "at": "08:00"}, "daily", 1),
        ({"every": "day", "at": ["08:00", "20:00"]}, "daily", 2),
        ({"every": "week", "on": "monday", "at": "08:00"}, "weekly", 1),
        ({"every": "week", "on": ["monday", "thursday"], "at": "08:00"}, "weekly", 2),
        ({"every": "week", "on": "weekdays", "at": "08:00"}, "weekly", 5),
        ({"every": "month", "on": 1, "at": "08:00"}, "monthly", 1),
        ({"every": "month", "on": "last", "at": "08:00"}, "monthly", 1),
        ({"every": "month", "on": [1, 15], "at": "08:00"}, "monthly", 2),
        (
            {"rrule": f"{WEEKLY};INTERVAL=2", **ANCHOR},
            "monthly",
            2,
        ),
        ({"rrule": "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8"}, "monthly", 1),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2,5,8,11;BYMONTHDAY=1;BYHOUR=8"}, "yearly", 4),
        ({"rrule": YEARLY}, "yearly", 1),
        (
            {"rrule": f"{YEARLY};INTERVAL=2", **ANCHOR},
            "yearly",
            1,
        ),
        ({"every": "day", "at": [f"{hour:02}:00" for hour in range(24)]}, "hourly", 1),
    ],
)
def test_a_schedule_has_a_period_and_a_frequency(
    settings: dict[str, object], period: str, frequency: int
) -> None:
    # An hour at most: a reader that keeps to it must not sleep through a correction.
    assert pace_of(rule_from(zone=BERLIN, **settings)) == Pace(
        period=period, frequency=frequency, ttl=60
    )


def test_a_copy_is_good_for_no_longer_than_the_shortest_time_between_two_issues() -> None:
    rule = rule_from(zone=BERLIN, every="day", at=["08:00", "08:20", "20:00"])
    assert pace_of(rule) == Pace(period="daily", frequency=3, ttl=20)


def test_a_single_slot_has_no_pace() -> None:
    rule = rule_from(zone=BERLIN, rrule="FREQ=DAILY;COUNT=1;BYHOUR=8", anchor="2026-11-23")
    assert pace_of(rule) is None
