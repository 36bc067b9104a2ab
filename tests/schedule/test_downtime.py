"""A publisher that sleeps, fails, and wakes to a clock that was set forwards or backwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.schedule.recurrence import crowded
from msnewsletter.schedule.rule import WEEKDAYS, rule_from
from msnewsletter.schedule.slots import Slot, due_slots, next_slots, plan
from schedule import oracle

if TYPE_CHECKING:
    from collections.abc import Callable

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",  # moves its clocks around Ramadan
    "America/Nuuk",  # changed its rules in 2023
)
# Most slots where clocks are moved: on Sundays, soon after midnight.
HOURS = st.sampled_from([0, 1, 1, 2, 2, 3, 3, 4, 8, 22, 23])
TIMES = st.lists(
    st.builds(time, HOURS, st.sampled_from([0, 15, 30, 45])), min_size=1, max_size=4, unique=True
).filter(lambda times: not crowded(times))
STARTS = st.sampled_from(
    [
        datetime(2011, 12, 20, tzinfo=UTC),  # Apia
        datetime(2023, 3, 15, tzinfo=UTC),  # Nuuk, Casablanca
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 9, 20, tzinfo=UTC),
        datetime(2028, 2, 20, tzinfo=UTC),  # a leap year
    ]
)
# How much later the clock is when the publisher wakes, and whether it then succeeds.
WAKES = st.lists(
    st.tuples(
        st.one_of(
            st.integers(1, 8).map(lambda n: timedelta(minutes=15 * n)),
            st.integers(1, 12).map(lambda n: timedelta(days=n)),
            st.integers(-3 * 96, 3 * 96).map(lambda n: timedelta(minutes=15 * n)),
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def is_day_of_month(day: date, on: int) -> bool:
    tomorrow = day + timedelta(days=1)
    return day.day == on or (tomorrow.day == 1 and on > day.day)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[dict[str, Any], Callable[[datetime], bool]]:
    """Settings, and which nominal times they mean."""
    times = draw(TIMES)
    chosen: dict[str, Any] = {"at": [f"{at:%H:%M}" for at in times]}
    skip = draw(st.sets(st.dates(date(2026, 3, 20), date(2026, 4, 5)), max_size=3))
    chosen["skip"] = sorted(skip)
    chosen["every"] = every = draw(st.sampled_from(["day", "week", "month"]))
    falls: Callable[[date], bool] = lambda _: True  # noqa: E731  (the first of three)
    if every == "week":
        chosen["on"] = names = draw(
            st.lists(st.sampled_from([*WEEKDAYS, "sunday"]), min_size=1, max_size=3)
        )
        falls = lambda day: f"{day:%A}".lower() in names  # noqa: E731
    if every == "month":
        chosen["on"] = days = draw(st.lists(st.integers(1, 31), min_size=1, max_size=3))
        falls = lambda day: any(is_day_of_month(day, on) for on in days)  # noqa: E731
    return (
        chosen,
        lambda local: local.time() in times and local.date() not in skip and falls(local.date()),
    )


@given(schedules(), st.sampled_from(ZONES), STARTS, WAKES)
def test_whatever_the_clock_does_each_slot_is_taken_once_and_in_order(
    schedule: tuple[dict[str, Any], Callable[[datetime], bool]],
    zone: str,
    start: datetime,
    wakes: list[tuple[timedelta, bool]],
) -> None:
    chosen, wanted = schedule
    rule = rule_from(zone=ZoneInfo(zone), **chosen)
    last: Slot | datetime = start
    published: list[Slot] = []
    taken: list[Slot] = []
    now = latest = start
    for later, succeeds in [*wakes, (timedelta(), True)]:
        now += later
        todo = plan(due_slots(rule, last, now))
        if todo is not None and succeeds:
            latest = max(latest, now)
            taken += [*todo.coalesce, todo.publish]
            published.append(todo.publish)
            last = todo.publish
        elif todo is None:
            latest = max(latest, now)  # it saw that there was nothing to do
    times = {time.fromisoformat(text) for text in chosen["at"]}
    came = oracle.first_shown(zone, start + oracle.QUARTER, latest, times)
    assert [oracle.line(slot.instant, slot.local) for slot in taken] == oracle.fires(came, wanted)
    assert all(early.instant < late.instant for early, late in pairwise(taken))
    assert len({slot.key for slot in taken}) == len(taken)
    assert set(published) <= set(taken)


@given(schedules(), st.sampled_from(ZONES), STARTS, st.integers(0, 4000), st.integers(0, 4000))
def test_waking_in_between_changes_nothing(
    schedule: tuple[dict[str, Any], Any], zone: str, start: datetime, first: int, second: int
) -> None:
    rule = rule_from(zone=ZoneInfo(zone), **schedule[0])
    between, end = start + first * oracle.QUARTER, start + (first + second) * oracle.QUARTER
    at_once = due_slots(rule, start, end)
    assert due_slots(rule, start, between) + due_slots(rule, between, end) == at_once
    assert next_slots(rule, start, len(at_once)) == at_once


@given(schedules(), st.sampled_from(ZONES), STARTS, st.integers(0, 4000), st.integers(-4000, 0))
def test_no_slot_at_or_before_the_last_one_is_ever_due(
    schedule: tuple[dict[str, Any], Any], zone: str, start: datetime, later: int, step: int
) -> None:
    rule = rule_from(zone=ZoneInfo(zone), **schedule[0])
    now = start + later * oracle.QUARTER
    for last in due_slots(rule, start, now)[-1:]:
        assert due_slots(rule, last, now + step * oracle.QUARTER) == ()
        assert due_slots(rule, last, last.instant) == ()


DAYS = {
    "DAILY": ["", ";BYDAY=MO,TU", ";BYMONTHDAY=1,-1,15", ";BYMONTH=2,3"],
    "WEEKLY": [";BYDAY=MO", ";BYDAY=SU,WE", ";BYDAY=SA,SU;WKST=SU", ";BYDAY=TU;BYMONTH=3,4"],
    "MONTHLY": [
        ";BYDAY=1TU",
        ";BYDAY=-1FR,2MO",
        ";BYMONTHDAY=31",
        ";BYMONTHDAY=-1",
        ";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ";BYDAY=SU;BYMONTHDAY=1,2,3,4,5,6,7",
    ],
    "YEARLY": [
        ";BYMONTH=2;BYMONTHDAY=28",
        ";BYDAY=20MO",
        ";BYYEARDAY=1,100,-1",
        ";BYWEEKNO=1,20;BYDAY=MO,SU",
        ";BYMONTH=3,11;BYDAY=1SU",
    ],
}
RULES = st.sampled_from([(name, days) for name, parts in DAYS.items() for days in parts])


@given(
    days=RULES,
    interval=st.integers(1, 5),
    anchor=st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    times=st.sampled_from(["BYHOUR=8;BYMINUTE=0", "BYHOUR=2,20;BYMINUTE=30"]),
    skipped=st.integers(0, 20_000),
    length=st.integers(0, 1500),
)
def test_starting_near_the_slots_finds_what_counting_from_the_anchor_finds(
    *, days: tuple[str, str], interval: int, anchor: date, times: str, skipped: int, length: int
) -> None:
    text = f"FREQ={days[0]}{days[1]};{times};INTERVAL={interval}"
    rule = rule_from(zone=ZoneInfo("UTC"), rrule=text, anchor=anchor)
    start = datetime.combine(anchor, time())
    first = start + timedelta(days=skipped, hours=9)
    last = first + timedelta(days=length)
    slowly = rrulestr(text, dtstart=start).between(first, last, inc=True)
    assert list(rule.recurrence.between(first, last)) == slowly
