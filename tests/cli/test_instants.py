"""Moments on the command line: none that is to come is ever fixed, except in a sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from homes import TOLD, command, empty_home, published_tree, sample_home, write_summary
from msnewsletter.cli.instants import refuse_future
from msnewsletter.errors import RefusedError
from msnewsletter.home import Home
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

YEARS_AHEAD = "2062-11-23T08:00"
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_a_moment_to_come_is_refused_in_one_line_with_the_remedy(tmp_path: Path) -> None:
    home = empty_home(tmp_path, sandbox="false")
    write_summary(home, "gut")
    done = command(home, "publish", "--at", YEARS_AHEAD)
    assert done.returncode == 1
    assert done.stderr == (
        "msnewsletter: --at 2062-11-23T08:00+01:00: that is later than now, by this machine's "
        "clock; leave out --at, or look with --dry-run; to try it out: "
        "'msnewsletter init --samples DIR'\n"
    )
    assert not published_tree(home)
    assert not home.var.exists()


@pytest.mark.parametrize("words", [["publish"], ["publish", "--dry-run"]])
def test_where_the_last_slot_lies_ahead_of_the_clock_the_way_back_is_named(
    tmp_path: Path, words: list[str]
) -> None:
    home = empty_home(tmp_path, sandbox="false")
    write_summary(home, "gut")
    with time_machine.travel(NOON + timedelta(days=400), tick=False):
        assert command(home, "publish").returncode == 0
    with time_machine.travel(NOON, tick=False):
        done = command(home, *words)
    assert done.returncode == 1
    assert done.stderr == (
        "msnewsletter: Mon 2026-11-23 12:00 (Europe/Berlin): it is before the last slot, "
        "Tue 2027-12-28 12:00 (Europe/Berlin); nothing can go out before it: set this machine's "
        "clock, or, if it is right, run 'msnewsletter resolve --clock'\n"
    )


def test_a_past_moment_before_the_last_slot_is_no_fault_of_the_clock(tmp_path: Path) -> None:
    home = empty_home(tmp_path, sandbox="false")
    write_summary(home, "gut")
    with time_machine.travel(NOON, tick=False):
        assert command(home, "publish").returncode == 0
        done = command(home, "publish", "--at", "2026-11-23T08:00")
    assert done.returncode == 1
    assert "(Europe/Berlin); publish at a later moment: issues only go forward" in done.stderr


@pytest.mark.parametrize("words", [["publish", "--dry-run"], ["status"], ["check"]])
def test_looking_at_a_moment_to_come_is_allowed(tmp_path: Path, words: list[str]) -> None:
    home = empty_home(tmp_path, sandbox="false")
    write_summary(home, "gut")
    done = command(home, *words, "--at", YEARS_AHEAD)
    assert done.returncode == 0, done.stderr
    assert "Issue 1" in done.stdout


@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [
        (timedelta(days=-400), True),
        (timedelta(0), True),
        (timedelta(minutes=1), True),
        (timedelta(minutes=1, seconds=1), False),
        (timedelta(days=1), False),
    ],
)
def test_clocks_may_differ_by_a_minute(tmp_path: Path, ahead: timedelta, *, allowed: bool) -> None:
    home = empty_home(tmp_path, sandbox="false")
    with time_machine.travel(NOON, tick=False):
        if allowed:
            refuse_future(home, NOON + ahead)
        else:
            with pytest.raises(RefusedError, match="later than now"):
                refuse_future(home, NOON + ahead)


def test_in_a_sandbox_any_moment_is_allowed_and_status_names_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert command(home, "init", "--samples", str(home.root)).returncode == 0
    assert load_settings(home.settings).newsletter.sandbox
    done = command(home, "publish", "--at", YEARS_AHEAD)
    assert done.returncode == 0, done.stderr
    assert "Issue 1 is published to the outbox" in done.stdout
    assert "A sandbox: " in command(home, "status").stdout


def test_nothing_is_sent_from_a_sandbox(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    home.settings.write_text(f'{home.settings.read_text()}\n[smtp]\nhost = "127.0.0.1"\n')
    done = command(home, "test-send", "editor@example.net")
    assert done.returncode == 1
    assert "nothing is sent from a sandbox; remove 'sandbox' from [newsletter]" in done.stderr


def test_a_new_home_is_no_sandbox_unless_it_is_asked_for(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert command(home, "init", *TOLD, str(home.root)).returncode == 0
    assert not load_settings(home.settings).newsletter.sandbox
    assert "A sandbox" not in command(home, "status").stdout
