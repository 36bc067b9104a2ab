"""`doctor` on one screen: how the home stands, what is wrong, then the rest."""

from __future__ import annotations

import fcntl
import struct
import termios
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from homes import AT, command, copy_of, empty_home, write_summary
from msnewsletter.cli.health_report import print_health, state_lines
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.situation import gather
from msnewsletter.publisher.troubles.trouble import Check, HealthLine
from terminals import STDERR, STDOUT, on_terminal, screen

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)


def lay_out(root: Path) -> Home:
    """A sandbox with one issue; one summary waits, and one is dated far ahead."""
    home = empty_home(root)
    write_summary(home, "heart")
    publish(home, at=AT)
    write_summary(home, "sleep", "2026-11-23")
    write_summary(home, "later", "2099-01-01")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(lay_out, tmp_path / "home")


def doctor(home: Home, *words: str) -> list[str]:
    """The lines of `doctor` an hour after the issue."""
    travel = time_machine.travel(AT + HOUR, tick=False)
    return command(home, "doctor", *words, preexec_fn=travel.start).stdout.splitlines()


def test_it_begins_with_the_newsletter_its_issues_and_the_next_slot(home: Home) -> None:
    assert doctor(home)[:5] == [
        f"Plain Research Notes, in {home.root}, a sandbox",
        "  last issue: 1, 1 summary, slot 2026-11-23T08:00[Europe/Berlin]",
        "  next issue: 2, 1 summary if published now, 1 summary is held",
        "  next slot:  Mon 2026-11-30 08:00 (Europe/Berlin)",
        "All is well:",
    ]


def test_what_is_wrong_comes_before_what_is_well(home: Home) -> None:
    (home.root / "summaries" / "heart.md").write_text("no summary")
    lines = doctor(home)
    assert lines[4] == "1 thing is wrong:"
    assert lines[5].startswith("BAD  sent: ")
    assert all(line.startswith("ok   ") for line in lines[6:])
    assert len(lines[6:]) == len(Check) - 1


def test_where_the_settings_cannot_be_read_it_says_that_first(home: Home) -> None:
    home.settings.write_text("[newsletter\n")
    lines = doctor(home)
    assert lines[0] == "1 thing is wrong:"
    assert lines[1].startswith("BAD  settings: newsletter.toml:1: ")
    assert lines[2].startswith("     until then, nothing can be said of: sources, database, ")
    assert lines[3:] == ["ok   home: its own folders and files can be read and written"]


def test_before_the_first_issue_and_without_a_schedule_it_says_so(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    text = home.settings.read_text()
    begins, ends = text.index("[schedule]"), text.index("[mail]")
    home.settings.write_text(text[:begins] + text[ends:])
    assert [*state_lines(gather(home, at=AT))][1:] == [
        "  last issue: none yet",
        "  next issue: 1, nothing is new",
        "  next slot:  none; there is no [schedule]",
    ]


def test_a_slot_that_is_due_is_named(home: Home) -> None:
    last = [*state_lines(gather(home, at=AT + timedelta(days=7)))][-1]
    assert last == "  next slot:  2026-11-30T08:00[Europe/Berlin] is due"


def lines_of(found: list[HealthLine], capsys: pytest.CaptureFixture[str], home: Home) -> list[str]:
    print_health(gather(home, at=AT), found, everything=False)
    return capsys.readouterr().out.splitlines()


def test_where_all_of_it_fills_more_than_a_screen_what_is_well_is_folded(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    well = [HealthLine(check, ok=True, says="fine " * 40) for check in Check]
    wrong = [HealthLine(Check.SENT, ok=False, says=f"thing {number}") for number in range(3)]
    lines = lines_of([*well, *wrong], capsys, home)
    assert lines[4:] == [
        "3 things are wrong:",
        *(f"BAD  sent: thing {number}" for number in range(3)),
        f"ok   {', '.join(Check)}",
        "     what each of these found: msnewsletter doctor --all",
    ]


def test_what_is_wrong_is_never_folded(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [HealthLine(Check.SENT, ok=False, says=f"thing {number}") for number in range(90)]
    lines = lines_of(wrong, capsys, home)
    assert [line for line in lines if line.startswith("BAD")] == [
        f"BAD  sent: thing {number}" for number in range(90)
    ]


def small_screen() -> None:
    fcntl.ioctl(STDOUT, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 80, 0, 0))


@pytest.mark.parametrize(("words", "folded"), [((), True), (("--all",), False)])
def test_on_a_small_screen_it_folds_unless_all_is_asked_for(
    home: Home, words: tuple[str, ...], *, folded: bool
) -> None:
    words = ("--home", str(home.root), "doctor", *words)
    _, shown = on_terminal(words, STDOUT, STDERR, before=small_screen)
    assert ("ok   settings, home, sources" in screen(shown)) == folded
    assert ("newsletter.toml is valid" in screen(shown)) == (not folded)
