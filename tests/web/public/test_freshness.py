"""How long a copy of a feed is good for: until the next slot, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import scheduled_home
from msnewsletter.web.public.freshness import LONGEST, SHORTEST, FeedFreshness

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

SLOT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # Monday, 08:00 in Berlin
LONG_AGO = int((SLOT - timedelta(days=7)).timestamp())


def ages(home: Home, *moments: datetime, modified: int = LONG_AGO) -> list[int]:
    """What one server says at these moments, one after the other."""
    left = list(moments)
    freshness = FeedFreshness(home.settings, now=lambda: left.pop(0))
    return [freshness.max_age(modified) for _ in moments]


@pytest.mark.parametrize(
    ("before", "seconds"),
    [
        (timedelta(days=3), LONGEST),
        (timedelta(hours=1), 3600),
        (timedelta(minutes=20), 1200),
        (timedelta(minutes=5), 300),
        (timedelta(seconds=1), SHORTEST),
    ],
)
def test_until_the_next_slot_between_five_minutes_and_an_hour(
    tmp_path: Path, before: timedelta, seconds: int
) -> None:
    assert ages(scheduled_home(tmp_path), SLOT - before) == [seconds]


def test_after_a_slot_it_is_short_until_the_issue_is_there(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    soon, later = SLOT + timedelta(seconds=20), SLOT + timedelta(hours=1)
    assert ages(home, SLOT, soon, later) == [SHORTEST, SHORTEST, LONGEST]
    assert ages(home, soon, modified=int(SLOT.timestamp())) == [LONGEST]


def test_one_server_that_lives_long_follows_the_slots_and_a_clock_that_is_set_back(
    tmp_path: Path,
) -> None:
    week, minutes = timedelta(weeks=1), timedelta(minutes=10)
    moments = [SLOT - minutes, SLOT + week - minutes, SLOT - minutes]
    assert ages(scheduled_home(tmp_path), *moments) == [600, 600, 600]


def test_the_settings_are_read_again_when_they_change(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    freshness = FeedFreshness(home.settings, now=lambda: SLOT - timedelta(minutes=40))
    assert freshness.max_age(LONG_AGO) == 2400
    text = home.settings.read_text()
    home.settings.write_text(text.replace('at = "08:00"', 'at = "07:30"  # earlier'))
    assert freshness.max_age(LONG_AGO) == 600
    home.settings.write_text("no settings at all")
    assert freshness.max_age(LONG_AGO) == SHORTEST
    home.settings.unlink()
    assert freshness.max_age(LONG_AGO) == SHORTEST
    home.settings.write_text(text)
    assert freshness.max_age(LONG_AGO) == 2400


def test_a_schedule_that_has_ended_brings_nothing_for_an_hour(tmp_path: Path) -> None:
    rule = 'rrule = "FREQ=DAILY;COUNT=2;BYHOUR=8"\nanchor = "2026-11-01"'
    assert ages(scheduled_home(tmp_path, rule), SLOT) == [LONGEST]


def test_without_a_schedule_nobody_knows_when_the_next_issue_comes(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    text = home.settings.read_text()
    begins, ends = text.index("[schedule]"), text.index("[mail]")
    home.settings.write_text(text[:begins] + text[ends:])
    assert ages(home, SLOT) == [SHORTEST]
