"""What a schedule may be, and the line that says why it may not."""

from __future__ import annotations

import contextlib
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.schedule import rrule_text
from msnewsletter.schedule.recurrence import RuleError
from msnewsletter.schedule.rule import rule_from
from msnewsletter.schedule.slots import next_slots

START = datetime(2026, 1, 1, tzinfo=UTC)


def upcoming(count: int, start: datetime = START, **settings: Any) -> list[str]:
    rule = rule_from(zone=ZoneInfo("UTC"), **settings)
    return [f"{slot.local:%a %Y-%m-%d %H:%M}" for slot in next_slots(rule, start, count)]


def refusal(**settings: Any) -> str:
    with pytest.raises(RuleError) as caught:
        rule_from(**{"zone": ZoneInfo("UTC"), **settings})
    assert str(caught.value).count("\n") == 0
    assert caught.value.setting in settings
    return str(caught.value)


def test_every_day_at_several_times() -> None:
    assert upcoming(3, every="day", at=["18:00", "6:30"]) == [
        "Thu 2026-01-01 06:30",
        "Thu 2026-01-01 18:00",
        "Fri 2026-01-02 06:30",
    ]


def test_every_week_on_some_weekdays() -> None:
    assert upcoming(3, every="week", on=["Monday", "thursday"], at="08:00") == [
        "Thu 2026-01-01 08:00",
        "Mon 2026-01-05 08:00",
        "Thu 2026-01-08 08:00",
    ]


def test_weekdays_are_monday_to_friday() -> None:
    found = upcoming(6, every="week", on="weekdays", at="08:00")
    assert [text[:3] for text in found] == ["Thu", "Fri", "Mon", "Tue", "Wed", "Thu"]


def test_a_day_that_a_month_does_not_have_is_its_last_day_once() -> None:
    assert upcoming(5, every="month", on=[30, 31, "last"], at="08:00") == [
        "Fri 2026-01-30 08:00",
        "Sat 2026-01-31 08:00",
        "Sat 2026-02-28 08:00",
        "Mon 2026-03-30 08:00",
        "Tue 2026-03-31 08:00",
    ]


def test_no_month_of_forty_years_is_without_its_issue_on_the_31st() -> None:
    months = [text[4:11] for text in upcoming(480, every="month", on=31, at="08:00")]
    assert len(set(months)) == 480


def test_an_rrule_keeps_to_its_rfc_and_leaves_out_months_without_that_day() -> None:
    assert upcoming(2, START + timedelta(days=31), rrule="FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=8") == [
        "Tue 2026-03-31 08:00",
        "Sun 2026-05-31 08:00",
    ]


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8", "Tue 2026-01-06 08:00, Tue 2026-02-03 08:00"),
        (" RRULE:freq=monthly; byday=1tu; byhour=8;", "Tue 2026-01-06 08:00, Tue 2026-02-03 08:00"),
        ("FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=45", "Mon 2026-01-05 08:45, Mon 2026-01-12 08:45"),
        (
            "FREQ=WEEKLY;BYDAY=MO,SA;BYSETPOS=1;BYHOUR=8",
            "Mon 2026-01-05 08:00, Mon 2026-01-12 08:00",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=8",
            "Fri 2026-01-30 08:00, Fri 2026-02-27 08:00",
        ),
        ("FREQ=DAILY;BYHOUR=8,20", "Thu 2026-01-01 08:00, Thu 2026-01-01 20:00"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=8",
            "Tue 2028-02-29 08:00, Sun 2032-02-29 08:00",
        ),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=20260101", "Thu 2026-01-01 08:00"),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=20260101T080000", "Thu 2026-01-01 08:00"),
    ],
)
def test_rules_in_the_words_of_rfc_5545(rrule: str, expected: str) -> None:
    assert ", ".join(upcoming(2, rrule=rrule)) == expected


def test_every_second_week_counts_from_the_week_of_the_anchor() -> None:
    rule: dict[str, Any] = {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=8"}
    assert upcoming(3, anchor="2026-01-07", **rule) == [
        "Thu 2026-01-08 08:00",
        "Mon 2026-01-19 08:00",
        "Thu 2026-01-22 08:00",
    ]
    much_later = upcoming(2, START.replace(year=2036), anchor=date(2026, 1, 7), **rule)
    assert much_later == ["Mon 2036-01-07 08:00", "Thu 2036-01-10 08:00"]


def test_a_rare_rule_fires_when_its_anchor_lets_it() -> None:
    rule = "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;BYHOUR=8"
    assert upcoming(2, rrule=rule, anchor="2028-01-01") == [
        "Tue 2028-02-29 08:00",
        "Sun 2032-02-29 08:00",
    ]
    assert "it never names a day" in refusal(rrule=rule, anchor="2027-01-01")


def test_the_first_day_of_a_week_is_looked_for_in_the_whole_week() -> None:
    rule: dict[str, Any] = {"rrule": "FREQ=WEEKLY;BYDAY=MO,SA;BYSETPOS=1;BYHOUR=8"}
    for day in range(1, 8):
        found = upcoming(2, START.replace(day=day), **rule)
        assert all(text.startswith("Mon") for text in found), day


def test_a_count_begins_at_the_anchor_and_ends() -> None:
    rule: dict[str, Any] = {
        "rrule": "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8;COUNT=3",
        "anchor": date(2026, 2, 1),
    }
    assert upcoming(9, **rule)[-1] == "Tue 2026-04-07 08:00"
    assert len(upcoming(9, **rule)) == 3


def test_skipped_days_have_no_slot() -> None:
    skip = [date(2026, 1, 2), "2026-01-04"]
    found = upcoming(3, every="day", at="08:00", skip=skip)
    assert [text[4:14] for text in found] == ["2026-01-01", "2026-01-03", "2026-01-05"]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("2 days", timedelta(days=2)),
        ("1 day", timedelta(days=1)),
        ("12 hours", timedelta(hours=12)),
        ("90 minutes", timedelta(minutes=90)),
        ("1 Week 1day  2 hours", timedelta(days=8, hours=2)),
        ("0 minutes", timedelta()),
    ],
)
def test_durations_are_words(text: str, duration: timedelta) -> None:
    assert (
        rule_from(zone=ZoneInfo("UTC"), every="month", on=1, at="08:00", lead=text).lead == duration
    )


def test_an_issue_may_be_a_day_late_and_is_drafted_at_its_slot_unless_told_otherwise() -> None:
    rule = rule_from(zone=ZoneInfo("UTC"), every="week", on="monday", at="08:00")
    assert (rule.lead, rule.late_after) == (timedelta(), timedelta(days=1))


def test_a_lead_may_be_as_long_as_the_time_between_two_slots_and_no_longer() -> None:
    week = {"every": "week", "on": ["monday", "thursday"], "at": "08:00"}
    assert rule_from(zone=ZoneInfo("UTC"), lead="3 days", **week).lead == timedelta(days=3)
    assert refusal(lead="73 hours", **week) == (
        "lead = '73 hours': two slots are only 3 days apart; make it no longer"
    )
    assert "only 1 day apart" in refusal(lead="2 days", rrule="FREQ=DAILY;BYHOUR=8")
    assert "only 2 hours apart" in refusal(lead="3 hours", every="day", at=["08:00", "10:00"])
    assert "only 75 minutes apart" in refusal(lead="3 hours", every="day", at=["08:00", "09:15"])
    once = {"rrule": "FREQ=DAILY;BYHOUR=8;COUNT=1", "anchor": "2026-01-05"}
    assert rule_from(zone=ZoneInfo("UTC"), lead="9 days", **once).lead == timedelta(days=9)


DAY = {"every": "day", "at": "08:00"}


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {"every": "day", "at": "25:00"},
            "at = '25:00': it is not a valid time of day; write \"08:00\"",
        ),
        ({"every": "day", "at": "24:00"}, "it is not a valid time of day"),
        ({"every": "day", "at": "8 o'clock"}, "it is not a valid time of day"),
        ({"every": "day", "at": "٠٨:٠٠"}, "it is not a valid time of day"),
        ({"every": "day", "at": time(8)}, "in quotes"),
        ({"every": "day", "at": 8}, "at = 8: it is not a valid time of day"),
        ({"every": "day", "at": []}, "there is no time of day"),
        ({"every": "day", "at": {"hour": 8}}, "it is a table; write a list"),
        (
            {"every": "day", "at": ["08:00", "08:14"]},
            "08:00 and 08:14 are less than 15 minutes apart",
        ),
        (
            {"every": "day", "at": ["08:00", "08:00"]},
            "08:00 and 08:00 are less than 15 minutes apart",
        ),
        ({"every": "day", "at": ["00:05", "12:00", "23:55"]}, "23:55 and 00:05 are less than 15"),
        ({"every": "day", "at": "08:00", "on": "monday"}, 'write every = "week"'),
        (
            {"every": "fortnight", "at": "08:00"},
            "every = 'fortnight': it is not a valid interval; write \"day\"",
        ),
        (
            {"every": "week", "at": "08:00", "on": "mondya"},
            "on = 'mondya': it is not a valid weekday; did you mean 'monday'",
        ),
        ({"every": "week", "at": "08:00", "on": ["mon"]}, "did you mean 'monday'"),
        ({"every": "week", "at": "08:00", "on": ["weekday"]}, "did you mean 'weekdays'"),
        ({"every": "week", "at": "08:00", "on": "Montag"}, "it is not a valid weekday"),
        (
            {"every": "week", "at": "08:00", "on": [1]},
            'on = 1: it is not a valid weekday; write e.g. "monday"',
        ),
        ({"every": "week", "at": "08:00", "on": []}, "a week needs its weekdays"),
        (
            {"every": "month", "at": "08:00", "on": [32]},
            "on = 32: it is not a valid day of the month",
        ),
        ({"every": "month", "at": "08:00", "on": [0]}, "it is not a valid day of the month"),
        ({"every": "month", "at": "08:00", "on": True}, "it is not a valid day of the month"),
        ({"every": "month", "at": "08:00", "on": "monday"}, "write an rrule with BYDAY=1TU"),
        ({"every": "month", "at": "08:00", "on": []}, "a month needs its days"),
        ({"anchor": "2026-01-05", **DAY}, "only an rrule counts from a day"),
        (
            {"skip": ["2026-02-30"], **DAY},
            "skip = '2026-02-30': it is not a valid date; write a day that exists",
        ),
        ({"skip": "christmas", **DAY}, "it is not a valid date"),
        ({"skip": [START], **DAY}, "it is not a valid date"),
        ({"skip": [20261225], **DAY}, "it is not a valid date"),
        ({"lead": "-2 days", **DAY}, "lead = '-2 days': it is negative; write e.g. \"2 days\""),
        ({"lead": "two days", **DAY}, "it is not a valid duration"),
        ({"lead": "2", **DAY}, "it is not a valid duration"),
        ({"lead": "1.5 hours", **DAY}, "it is not a valid duration"),
        ({"lead": "", **DAY}, "it is not a valid duration"),
        ({"lead": 2, **DAY}, "lead = 2: it is not a valid duration"),
        ({"lead": "999999 weeks", **DAY}, "it is more than a year"),
        (
            {"late_after": "10 minutes", **DAY},
            'no issue would be in time; write "15 minutes" or more',
        ),
        ({"late_after": "soon", **DAY}, "late_after = 'soon': it is not a valid duration"),
    ],
)
def test_a_setting_that_cannot_be_obeyed_is_refused_with_its_remedy(
    settings: dict[str, Any], line: str
) -> None:
    assert line in refusal(**settings)


def test_a_schedule_without_anything_is_refused() -> None:
    with pytest.raises(RuleError, match="at = None: there is no time of day"):
        rule_from(zone=ZoneInfo("UTC"))
    with pytest.raises(RuleError, match="every = None: it is not a valid interval"):
        rule_from(zone=ZoneInfo("UTC"), at="08:00")
    with pytest.raises(RuleError, match="on = None: a week needs its weekdays"):
        rule_from(zone=ZoneInfo("UTC"), every="week", at="08:00")


@pytest.mark.parametrize(
    ("rrule", "line"),
    [
        (
            "FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2",
            "it never names a day; look at the days and months",
        ),
        ("FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2;BYHOUR=8", "it never names a day"),
        ("FREQ=MONTHLY;BYDAY=6MO;BYHOUR=8", "it never names a day"),
        ("FREQ=DAILY;BYSETPOS=2;BYHOUR=8", "it never names a day"),
        ("FREQ=SECONDLY", "FREQ=SECONDLY is too often: slots are 15 minutes apart at least"),
        ("FREQ=MINUTELY;INTERVAL=30", "too often"),
        ("FREQ=HOURLY", "for several a day write FREQ=DAILY;BYHOUR=8,18"),
        ("FREQ=DAILY;BYHOUR=8;BYMINUTE=0,10", "08:00 and 08:10 are less than 15 minutes apart"),
        ("FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,50", "23:50 and 00:00 are less than 15 minutes apart"),
        ("FREQ=DAILY;BYHOUR=8;BYSECOND=1", "a newsletter's rule has no BYSECOND"),
        ("FREQ=DAILY;BYHOUR=8;BYEASTER=0", "a newsletter's rule has no BYEASTER"),
        ("FREQ=DAILY;BYHUOR=8", "did you mean 'BYHOUR'"),
        ("FREQ=DAILY", "it does not say at which hour; add it, e.g. BYHOUR=8"),
        ("FREQ=WEEKLY;BYHOUR=8", "it does not say on which days; add BYDAY"),
        ("FREQ=MONTHLY;BYHOUR=8", "add BYDAY or BYMONTHDAY"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYHOUR=8", "it does not say on which days"),
        ("FREQ=YEARLY;BYMONTHDAY=1;BYHOUR=8", "it does not say in which month"),
        ("FREQ=WEEKLY;BYMONTHDAY=1;BYDAY=MO;BYHOUR=8", "no BYMONTHDAY with FREQ=WEEKLY"),
        ("FREQ=WEEKLY;BYDAY=1MO;BYHOUR=8", "only a month or a year has a first or last weekday"),
        ("FREQ=MONTHLY;BYDAY=MO,1TU;BYHOUR=8", "BYDAY mixes numbered and plain weekdays"),
        ("FREQ=WEEKLY;BYDAY=MON;BYHOUR=8", "BYDAY=MON is no weekday"),
        ("FREQ=MONTHLY;BYDAY=0MO;BYHOUR=8", "BYDAY=0MO is no weekday"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR=24 does not exist; write 0 to 23"),
        ("FREQ=DAILY;BYHOUR=eight", "BYHOUR=EIGHT does not exist"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,32;BYHOUR=8",
            "BYMONTHDAY=32 does not exist; write 1 to 31, or -1",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=0;BYHOUR=8", "BYMONTHDAY=0 does not exist"),
        ("FREQ=DAILY;BYMONTH=13;BYHOUR=8", "BYMONTH=13 does not exist; write 1 to 12"),
        ("FREQ=WEEKLY;BYDAY=MO;WKST=XX;BYHOUR=8", "WKST=XX is no weekday"),
        ("FREQ=WEEKLY;INTERVAL=0;BYDAY=MO;BYHOUR=8", "INTERVAL=0 does not exist"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=8",
            "INTERVAL=2 needs a day to count from; name it",
        ),
        ("FREQ=WEEKLY;COUNT=10;BYDAY=MO;BYHOUR=8", "COUNT=10 needs a day to count from"),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=20270101T000000Z", "is in UTC, the slots are in local time"),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=20270230", "UNTIL=20270230 does not exist"),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=2027-W01", "UNTIL=2027-W01 does not exist"),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=2027111T080000", "does not exist"),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=soon", "UNTIL=SOON does not exist"),
        ("FREQ=DAILY;BYHOUR=8;UNTIL=19691231", "it ends before its first slot"),
        (
            "DTSTART;TZID=Europe/Berlin:20260101T080000\nRRULE:FREQ=DAILY",
            "it has no DTSTART and no TZID",
        ),
        (
            "DTSTART:20260101T080000Z\nRRULE:FREQ=DAILY",
            "name the first day in a setting of its own",
        ),
        ("FREQ=DAILY;BYHOUR=8\nRRULE:FREQ=DAILY;BYHOUR=9", "it is more than one rule"),
        ("FREQ=DAILY;BYHOUR=8;BYHOUR=9", "BYHOUR is given twice"),
        ("FREQ=DAILY;BYHOUR", "'BYHOUR' is not a part of a rule"),
        ("BYHOUR=8", "it has no known FREQ; start it with FREQ="),
        ("every monday", "'EVERY MONDAY' is not a part of a rule"),
        ("", "is not a part of a rule"),
    ],
)
def test_an_rrule_that_a_newsletter_cannot_follow_is_refused_with_its_remedy(
    rrule: str, line: str
) -> None:
    assert line in refusal(rrule=rrule)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"rrule": 8}, "rrule = 8: it is not a text"),
        (
            {"rrule": "FREQ=DAILY;BYHOUR=8", "at": "08:00"},
            "at = '08:00': there is an rrule already",
        ),
        ({"rrule": "FREQ=DAILY;BYHOUR=8", "every": "day"}, "keep rrule or every"),
        (
            {"rrule": "FREQ=DAILY;BYHOUR=8", "anchor": "1969-12-31"},
            "anchor = '1969-12-31': it is out of range",
        ),
        ({"rrule": "FREQ=DAILY;BYHOUR=8", "anchor": START}, "it is not a valid date"),
        (
            {
                "rrule": "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;BYHOUR=8",
                "anchor": "2026-01-01",
            },
            "it never names a day",
        ),
        (
            {"rrule": "FREQ=DAILY;BYHOUR=8;COUNT=3;UNTIL=20300101", "anchor": "2026-01-01"},
            "both COUNT and UNTIL",
        ),
        (
            {
                "rrule": "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=8;COUNT=102",
                "anchor": "2026-01-01",
            },
            "takes more than 100 years",
        ),
        (
            {"rrule": "FREQ=DAILY;BYHOUR=8;UNTIL=20300101", "anchor": "2031-01-01"},
            "it ends before its first slot",
        ),
    ],
)
def test_an_rrule_and_its_other_settings_must_fit(settings: dict[str, Any], line: str) -> None:
    assert line in refusal(**settings)


@pytest.mark.parametrize("frequency", ["DAILY", "MONTHLY", "YEARLY"])
@pytest.mark.parametrize("interval", [1, 2, 7, 1000])
def test_a_rule_that_never_fires_is_refused_without_searching_for_ever(
    frequency: str, interval: int
) -> None:
    rule = f"FREQ={frequency};INTERVAL={interval};BYMONTH=2;BYMONTHDAY=30;BYHOUR=8"
    start = clock.process_time()
    assert "it never names a day" in refusal(rrule=rule, anchor="2026-01-01")
    assert clock.process_time() - start < 2


PARTS = st.sampled_from([*rrule_text._PARTS, "BYHOUR", "BYSECOND", ""])
VALUES = st.one_of(
    st.sampled_from(
        ["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "MO", "1TU,-1FR", "MO,TU", "8", "20300101"]
    ),
    st.integers(-400, 400).map(str),
    st.text(max_size=5),
)


@given(
    st.one_of(
        st.text(),
        st.tuples(
            st.sampled_from(
                ["FREQ=DAILY;", "FREQ=WEEKLY;BYDAY=MO;", "FREQ=MONTHLY;", "FREQ=YEARLY;"]
            ),
            st.lists(st.tuples(PARTS, VALUES).map("=".join), max_size=5).map(";".join),
        ).map("".join),
    ),
    st.one_of(st.none(), st.dates(date(1970, 1, 1), date(2999, 12, 31))),
)
def test_any_rrule_is_refused_in_one_line_or_has_a_slot(text: str, anchor: date | None) -> None:
    try:
        rule = rule_from(zone=ZoneInfo("Europe/Berlin"), rrule=text, anchor=anchor)
    except RuleError:
        return
    since = datetime.combine(anchor or date(1970, 1, 1), time(), tzinfo=UTC) - timedelta(days=1)
    assert next_slots(rule, since, 1)


@given(
    st.sampled_from(["every", "on", "at", "rrule", "anchor", "skip", "lead", "late_after"]),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.dates()
        | st.times(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=4,
    ),
)
def test_whatever_toml_holds_makes_a_rule_or_is_refused(setting: str, value: Any) -> None:
    with contextlib.suppress(RuleError):
        rule_from(
            **{
                "zone": ZoneInfo("UTC"),
                "every": "week",
                "on": "monday",
                "at": "08:00",
                setting: value,
            }
        )


def test_a_very_long_value_is_cut_in_the_line_that_refuses_it() -> None:
    assert len(refusal(rrule="FREQ=DAILY;BYHOUR=8;" * 1000)) < 250
