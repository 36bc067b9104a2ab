"""When a source is due, by its health and the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from msnewsletter.publisher.fetch_rhythm import is_due, pause_after, rhythm
from msnewsletter.publisher.source_memory import SourceHealth
from msnewsletter.schedule_settings import ScheduleSection
from msnewsletter.settings import Settings
from msnewsletter.source_settings import CommandSource

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# Looked at an hour ago, in a rhythm of two.
HEALTH = SourceHealth(added=AT - 9 * HOUR, running=True, tried=AT - HOUR, succeeded=AT - HOUR)
FAILING = replace(HEALTH, failing_since=AT - 3 * HOUR, failures=3)


def source(every: str | None = "2 hours") -> CommandSource:
    given = {"kind": "command", "name": "site", "command": "true"}
    return CommandSource.model_validate(given | ({"every": every} if every else {}))


def settings(collect: str | None = None) -> Settings:
    given = {"every": "week", "on": "monday", "at": "08:00", "collect_every": collect}
    schedule = ScheduleSection.model_validate(given) if collect else None
    return Settings.model_construct(schedule=schedule)


@pytest.mark.parametrize(
    ("health", "at", "due"),
    [
        (HEALTH, AT, False),
        (HEALTH, AT + HOUR - SECOND, False),
        (HEALTH, AT + HOUR, True),
        (replace(HEALTH, tried=None), AT, True),
        (HEALTH, AT - HOUR - SECOND, True),  # the clock was set back
        # What a clock that was ahead once took for a pause is none.
        (replace(HEALTH, not_before=AT + 9000 * HOUR), AT - 2 * HOUR, True),
        (FAILING, AT - HOUR + 4 * MINUTE - SECOND, False),
        (FAILING, AT - HOUR + 4 * MINUTE, True),
        (replace(HEALTH, not_before=AT + 2 * HOUR), AT + 2 * HOUR - SECOND, False),
        (replace(HEALTH, not_before=AT + 2 * HOUR), AT + 2 * HOUR, True),
    ],
)
def test_a_source_is_due_after_its_rhythm_or_its_pause(
    health: SourceHealth, at: datetime, *, due: bool
) -> None:
    assert is_due(health, source(), settings(), at, forced=False) is due


@pytest.mark.parametrize(
    ("slot", "due"),
    [
        (AT - HOUR - SECOND, False),  # looked at after it
        (AT - HOUR, False),
        (AT - HOUR + SECOND, True),
        (AT, True),
        (AT + SECOND, False),  # not yet
    ],
)
def test_a_slot_that_is_due_wants_a_look_that_is_not_older(slot: datetime, *, due: bool) -> None:
    assert is_due(HEALTH, source(), settings(), AT, forced=False, slot=slot) is due


def test_a_person_waits_for_no_rhythm_but_for_what_a_server_asks() -> None:
    assert is_due(HEALTH, source(), settings(), AT, forced=True)
    resting = replace(HEALTH, not_before=AT + SECOND)
    assert not is_due(resting, source(), settings(), AT, forced=True, slot=AT)


@pytest.mark.parametrize(
    ("failures", "pause"),
    [
        (1, MINUTE),
        (2, 2 * MINUTE),
        (3, 4 * MINUTE),
        (9, 256 * MINUTE),
        (10, 6 * HOUR),
        (1000, 6 * HOUR),
    ],
)
def test_pauses_double_up_to_six_hours(failures: int, pause: timedelta) -> None:
    assert pause_after(failures) == pause


@pytest.mark.parametrize(
    ("every", "collect", "found"),
    [
        ("2 hours", "30 minutes", 2 * HOUR),
        (None, "30 minutes", 30 * MINUTE),
        (None, "0 minutes", HOUR),  # collecting is for slots alone
        (None, None, HOUR),
    ],
)
def test_a_source_has_its_own_rhythm_or_that_of_collecting(
    every: str | None, collect: str | None, found: timedelta
) -> None:
    assert rhythm(source(every), settings(collect)) == found
