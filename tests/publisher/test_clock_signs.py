"""A machine whose clock is years off: nothing goes out by itself, and that is said everywhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clock.clocks import at, entries, events, once, scheduled_home, slots
from databases import on_both, rows
from homes import empty_home, published_tree, write_summary
from msnewsletter.clock.heartbeat import read_heartbeat
from msnewsletter.publisher.publish import publish
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

# Files get their times from the real clock, so these moments hang on it.
REAL = datetime.now(UTC).replace(microsecond=0)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
YEAR = 365 * DAY
# Half a day away, so that no draft is due while a test looks, whatever the time of day.
SLOT_TIME = (REAL + DAY / 2).astimezone(BERLIN).strftime("%H:%M")
DAILY = f'every = "day"\nat = "{SLOT_TIME}"\nlead = "6 hours"\nlate_after = "2 days"'


def daily_home(root: Path, more: str = "") -> Home:
    """A home that publishes daily, and that a clock watches since an hour ago."""
    home = scheduled_home(root, f"{DAILY}\n{more}", sandbox="false")
    once(home, REAL - timedelta(hours=1))
    return home


@on_both
def test_a_clock_that_is_a_year_ahead_publishes_nothing_and_poisons_nothing(
    tmp_path: Path,
) -> None:
    home = daily_home(tmp_path)
    write_summary(home, "a")
    marks = rows(home, "SELECT * FROM clock_marks")
    trusted = read_heartbeat(home).last_trusted
    for minutes in range(0, 60, 5):
        logged = once(home, REAL + YEAR + timedelta(minutes=minutes))
        assert "clock in doubt" in events(logged)
    assert slots(home) == []
    assert not published_tree(home)
    assert rows(home, "SELECT * FROM clock_marks") == marks
    assert rows(home, "SELECT kind FROM notifications") == [("clock",)]
    assert rows(home, "SELECT key FROM summaries") == []
    assert read_heartbeat(home).last_trusted == trusted
    # The clock is right again: everything goes on as if nothing had been.
    assert "clock in doubt" not in events(once(home, REAL + 2 * DAY))
    assert entries(home) == {1: ["a"]}


def test_status_doctor_and_the_notification_say_so_with_the_remedy(tmp_path: Path) -> None:
    home = daily_home(tmp_path, "notify = \"sh -c 'cat > said; env > around'\"")
    wrong = REAL + YEAR
    once(home, wrong)
    said = at(home, wrong, "status").said
    assert f"it says {local_time(wrong, BERLIN)}, 365 days after the clock's last wake, " in said
    assert (
        "nothing goes out by itself; set it, or, if it is right, run 'msnewsletter publish'" in said
    )
    assert json.loads(at(home, wrong, "status", "--json").said)["clock"].startswith("this machine")
    health = at(home, wrong, "doctor")
    assert health.code == 1
    assert "BAD  time: this machine's clock: it says " in health.said
    assert (home.root / "said").read_text().startswith("NOTHING GOES OUT: this machine's clock")
    assert "MSNEWSLETTER_EVENT=clock\n" in (home.root / "around").read_text()
    (home.root / "said").unlink()
    once(home, wrong + timedelta(minutes=5))
    assert not (home.root / "said").exists()


def test_after_two_months_off_a_persons_publish_is_the_word(tmp_path: Path) -> None:
    home = daily_home(tmp_path)
    write_summary(home, "a")
    later = REAL + 60 * DAY
    assert "clock in doubt" in events(once(home, later))
    assert entries(home) == {}
    assert at(home, later, "publish").code == 0
    assert entries(home) == {1: ["a"]}
    assert "clock in doubt" not in events(once(home, later + timedelta(minutes=5)))
    write_summary(home, "b", published=str((later - DAY).date()))
    once(home, later + DAY)
    assert entries(home) == {1: ["a"], 2: ["b"]}


def test_a_file_that_came_lately_speaks_for_the_clock(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path, DAILY, sandbox="false")
    once(home, REAL - 60 * DAY)
    assert "clock in doubt" in events(once(home, REAL - 20 * DAY))
    write_summary(home, "a")
    assert "clock in doubt" not in events(once(home, REAL + DAY))


def test_a_slot_that_lies_ahead_is_bad_and_names_the_way_back(tmp_path: Path) -> None:
    home = empty_home(tmp_path, sandbox="false")
    write_summary(home, "a")
    publish(home, at=REAL + 36 * YEAR)
    health = at(home, REAL, "doctor")
    assert health.code == 1
    assert "BAD  time: this machine's clock: it says " in health.said
    assert "and the last slot is later" in health.said
    assert "run 'msnewsletter resolve --clock'" in health.said
    assert "resolve --clock" in at(home, REAL, "status").said


def test_a_clock_that_is_set_back_by_hours_is_no_doubt(tmp_path: Path) -> None:
    home = daily_home(tmp_path)
    assert "ok   time" in at(home, REAL - timedelta(hours=6), "doctor").said


def test_in_a_sandbox_no_clock_is_doubted(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path, DAILY)
    once(home, REAL)
    assert "clock in doubt" not in events(once(home, REAL + YEAR))
    assert "ok   time" in at(home, REAL - YEAR, "doctor").said
