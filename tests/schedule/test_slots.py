"""Slots, their keys, and what is made of those that are due."""

from __future__ import annotations

import ast
import calendar
import time as clock
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.schedule import recurrence, rrule_text, rule, slots
from msnewsletter.schedule.recurrence import RuleError
from msnewsletter.schedule.rule import rule_from
from msnewsletter.schedule.slots import (
    Plan,
    Slot,
    draft_due,
    due_slots,
    is_late,
    next_slot,
    next_slots,
    plan,
    refuse_ended,
    resumed_after,
)

MONDAYS = rule_from(
    zone=ZoneInfo("Europe/Berlin"),
    every="week",
    on="monday",
    at="08:00",
    lead="2 days",
    late_after="1 day",
)
# A Monday.
EIGHT = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/Berlin"))
SECOND = timedelta(seconds=1)


def keys(found: tuple[Slot, ...]) -> list[str]:
    return [slot.key for slot in found]


def test_a_slot_is_known_by_its_local_time_and_zone() -> None:
    slot = Slot.parse("2026-11-23T08:00[Europe/Berlin]")
    assert slot == Slot(local=datetime(2026, 11, 23, 8), zone="Europe/Berlin")  # noqa: DTZ001
    assert slot.key == str(slot) == "2026-11-23T08:00[Europe/Berlin]"
    assert slot.instant == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert slot.instant.tzinfo is UTC
    assert slot.shown.isoformat() == "2026-11-23T08:00:00+01:00"
    assert Slot.is_key(slot.key)
    assert not Slot.is_key(slot.shown.isoformat())


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "Pacific/Apia", "UTC", "America/Argentina/Ushuaia"]),
)
def test_every_key_reads_back_as_its_slot(local: datetime, zone: str) -> None:
    slot = Slot(local=local.replace(second=0, microsecond=0), zone=zone)
    assert Slot.parse(slot.key) == slot


@pytest.mark.parametrize(
    "key",
    [
        "",
        "2026-11-23T08:00",
        "2026-11-23T08:00[Europe/Berlim]",
        "2026-11-23T08:00[]",
        "2026-11-23T08:00[../etc]",
        "2026-02-30T08:00[UTC]",
        "2026-11-23T25:00[UTC]",
        "2026-11-23T08:00+01:00[Europe/Berlin]",
        "2026-11-23 08:00[UTC]",
        "2026-11-23T08:00[UTC]\n",
        "manual 2026-11-23",
    ],
)
def test_text_that_is_no_slot_is_refused_with_an_example(key: str) -> None:
    with pytest.raises(ValueError, match=r"is no slot; write it as 2026-11-23T08:00\["):
        Slot.parse(key)


def test_a_slot_is_due_from_its_very_instant() -> None:
    last = EIGHT - timedelta(days=3)
    assert due_slots(MONDAYS, last, EIGHT - SECOND) == ()
    assert keys(due_slots(MONDAYS, last, EIGHT)) == ["2026-11-23T08:00[Europe/Berlin]"]
    assert next_slot(MONDAYS, EIGHT - SECOND) == Slot.parse("2026-11-23T08:00[Europe/Berlin]")
    assert next_slot(MONDAYS, EIGHT) == Slot.parse("2026-11-30T08:00[Europe/Berlin]")


def test_a_slot_that_was_taken_is_not_due_again_even_if_the_clock_goes_back() -> None:
    last = Slot.parse("2026-11-23T08:00[Europe/Berlin]")
    for now in (EIGHT, EIGHT - timedelta(hours=3), EIGHT - timedelta(days=300)):
        assert due_slots(MONDAYS, last, now) == ()
    assert keys(due_slots(MONDAYS, last, EIGHT + timedelta(days=7))) == [
        "2026-11-30T08:00[Europe/Berlin]"
    ]


def test_instants_in_any_zone_mean_the_same() -> None:
    for zone in ("UTC", "Asia/Kathmandu", "America/New_York"):
        now = EIGHT.astimezone(ZoneInfo(zone))
        assert due_slots(MONDAYS, now - timedelta(days=20), now) == due_slots(
            MONDAYS, EIGHT - timedelta(days=20), EIGHT
        )


def test_without_a_last_slot_only_the_newest_one_is_due() -> None:
    assert keys(due_slots(MONDAYS, None, EIGHT - SECOND)) == ["2026-11-16T08:00[Europe/Berlin]"]
    rare = rule_from(zone=ZoneInfo("UTC"), rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=8")
    assert keys(due_slots(rare, None, EIGHT)) == ["2024-02-29T08:00[UTC]"]
    future = rule_from(zone=ZoneInfo("UTC"), rrule="FREQ=DAILY;BYHOUR=8", anchor="2027-01-01")
    assert due_slots(future, None, EIGHT) == ()


def test_the_newest_due_slot_is_published_and_the_older_ones_are_coalesced() -> None:
    due = due_slots(MONDAYS, EIGHT - timedelta(days=15), EIGHT)
    chosen = plan(due)
    assert chosen is not None
    assert chosen.publish.key == "2026-11-23T08:00[Europe/Berlin]"
    assert keys(chosen.coalesce) == [
        "2026-11-09T08:00[Europe/Berlin]",
        "2026-11-16T08:00[Europe/Berlin]",
    ]
    assert plan(due[-1:]) == Plan(publish=due[-1], coalesce=())
    assert plan(()) is None


def test_a_draft_is_due_the_lead_before_its_slot() -> None:
    slot = next_slot(MONDAYS, EIGHT - SECOND)
    assert slot is not None
    assert draft_due(MONDAYS, slot) == EIGHT - timedelta(days=2)


def test_an_issue_is_late_when_more_than_late_after_has_passed() -> None:
    slot = Slot.parse("2026-11-23T08:00[Europe/Berlin]")
    assert not is_late(MONDAYS, slot, EIGHT + timedelta(days=1))
    assert is_late(MONDAYS, slot, EIGHT + timedelta(days=1) + SECOND)


def test_a_rule_that_has_ended_says_so_and_with_which_slot() -> None:
    rule = rule_from(
        zone=ZoneInfo("Europe/Berlin"), rrule="FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;UNTIL=20261123"
    )
    refuse_ended(rule, EIGHT - SECOND)
    assert keys(next_slots(rule, EIGHT - timedelta(days=8), 3)) == [
        "2026-11-16T08:00[Europe/Berlin]",
        "2026-11-23T08:00[Europe/Berlin]",
    ]
    assert next_slot(rule, EIGHT) is None
    with pytest.raises(RuleError) as refused:
        refuse_ended(rule, EIGHT)
    assert str(refused.value) == (
        f"rrule = {refused.value.value!r}: "
        "it ended with 2026-11-23T08:00[Europe/Berlin]; move or remove UNTIL or COUNT"
    )
    assert str(refused.value.value).startswith("FREQ=WEEKLY;")
    assert refused.value.setting == "rrule"
    refuse_ended(MONDAYS, EIGHT)


def test_a_day_that_is_skipped_has_no_slot_and_the_others_have() -> None:
    rule = rule_from(zone=ZoneInfo("UTC"), every="day", at="08:00", skip=["2026-11-24"])
    assert [slot.local.day for slot in next_slots(rule, EIGHT - timedelta(hours=12), 3)] == [
        23,
        25,
        26,
    ]


def test_a_rule_whose_every_day_is_skipped_has_ended() -> None:
    settings = {"rrule": "FREQ=DAILY;BYHOUR=8;COUNT=1", "anchor": "2026-11-23"}
    rule = rule_from(zone=ZoneInfo("UTC"), skip=["2026-11-23"], **settings)
    with pytest.raises(RuleError, match="it ended; move"):
        refuse_ended(rule, EIGHT - timedelta(days=9))


RULES: dict[str, dict[str, Any]] = {
    "a day": {"every": "day", "at": "08:00"},
    "three times a day": {"every": "day", "at": ["06:00", "12:00", "18:00"]},
    "a month": {"every": "month", "on": [1, "last"], "at": "08:00"},
    "rrule, a month": {"rrule": "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8"},
    "rrule, three times a day": {"rrule": "FREQ=DAILY;BYHOUR=6,12,18"},
    "rrule, second days for 56 years": {
        "rrule": "FREQ=DAILY;INTERVAL=2;BYHOUR=8",
        "anchor": "1970-01-01",
    },
}


@pytest.mark.parametrize("name", RULES)
def test_after_ten_years_of_downtime_every_slot_is_named_once(name: str) -> None:
    rule = rule_from(zone=ZoneInfo("Europe/Berlin"), **RULES[name])
    begin = EIGHT - timedelta(days=3653)
    instants = [slot.instant for slot in due_slots(rule, begin, EIGHT)]
    halfway = EIGHT - timedelta(days=1000)
    halves = [*due_slots(rule, begin, halfway), *due_slots(rule, halfway, EIGHT)]
    assert len(instants) >= 120
    assert instants == sorted(set(instants))
    assert instants == [slot.instant for slot in halves]


def test_the_machines_own_zone_and_week_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, Any] = {
        "zone": ZoneInfo("Europe/Berlin"),
        "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;BYHOUR=2;BYMINUTE=30",
        "anchor": "2026-01-05",
    }

    def looked() -> list[tuple[Slot, ...]]:
        """What is due at each hour of two days."""
        named, hours = rule_from(**settings), (timedelta(hours=hour) for hour in range(-24, 24))
        return [due_slots(named, EIGHT - timedelta(days=300), EIGHT + hour) for hour in hours]

    before = looked()
    calendar.setfirstweekday(calendar.SUNDAY)
    monkeypatch.setenv("TZ", "Pacific/Apia")
    clock.tzset()
    try:
        after = looked()
    finally:
        calendar.setfirstweekday(calendar.MONDAY)
        monkeypatch.undo()
        clock.tzset()
    assert after == before


@pytest.mark.parametrize("module", [slots, rule, rrule_text, recurrence])
def test_no_module_of_the_schedule_reads_a_clock(module: Any, root: Path) -> None:
    source = root / "src" / Path(*module.__name__.split(".")).with_suffix(".py")
    names = {
        node.attr
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert names.isdisjoint({"now", "today", "utcnow", "time_ns", "monotonic", "localtime"})


ZONES = ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Apia")


@given(
    before=st.sampled_from(ZONES),
    after=st.sampled_from(ZONES),
    taken=st.integers(0, 20),
    asked=st.integers(0, 40 * 24),
)
def test_a_change_of_zone_repeats_no_slot_and_loses_none(
    before: str, after: str, taken: int, asked: int
) -> None:
    daily = {"every": "day", "at": ["08:00", "20:00"]}
    old = rule_from(zone=ZoneInfo(before), **daily)
    new = rule_from(zone=ZoneInfo(after), **daily)
    begin = datetime(2026, 11, 2, tzinfo=UTC)
    last = next_slots(old, begin, taken + 1)[-1]
    now = begin + timedelta(hours=asked)
    due = due_slots(new, resumed_after(last, new.zone), now)
    # All that follow the last one in local time and in time, and no other, are due in their order.
    every = due_slots(new, begin, now)
    assert due == tuple(
        slot for slot in every if slot.local > last.local and slot.instant > last.instant
    )


def test_the_same_zone_goes_on_after_the_last_slot_also_where_clocks_go_back() -> None:
    last = Slot.parse("2026-10-25T02:30[Europe/Berlin]")
    assert resumed_after(last, ZoneInfo("Europe/Berlin")) == last.instant
