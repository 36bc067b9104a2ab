"""An archive that was copied in by accident waits for a word, and everybody hears why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clock.clocks import entries, events, once, scheduled_home
from homes import AT, command, empty_home, write_summary
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

WEEK = timedelta(weeks=1)


def without_dates(home: Home, count: int) -> None:
    for number in range(count):
        path = write_summary(home, f"s{number}")
        path.write_text(path.read_text().replace("published: 2026-11-20\n", ""))


def test_sixty_files_without_a_date_wait_for_a_word_and_it_is_said_everywhere(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    without_dates(home, 60)
    done = command(home, "publish", "--at", AT.isoformat())
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "msnewsletter: issue 0001: 60 of its summaries have no date and came at once: "
        "give them dates; "
        "look at 'msnewsletter status', then run 'msnewsletter publish --yes'"
    )
    for words in (["status"], ["check"], ["publish", "--dry-run"]):
        said = command(home, *words, "--at", AT.isoformat()).stdout
        assert "It would wait: 60 of its summaries have no date and came at once: give them" in said
    assert entries(home) == {}
    assert command(home, "publish", "--at", AT.isoformat(), "--yes").returncode == 0
    assert len(entries(home)[1]) == 60


def test_by_the_clock_it_waits_and_the_editors_hear_of_it(tmp_path: Path) -> None:
    rule = 'every = "week"\non = ["monday"]\nat = "08:00"\nnotify = "sh -c \'cat > said\'"'
    home = scheduled_home(tmp_path, rule)
    once(home, AT - timedelta(hours=1))
    without_dates(home, 60)
    assert "waits" in events(once(home, AT))
    said = (home.root / "said").read_text()
    assert (
        "waits for a person: 60 of its summaries have no date and came at once: give them" in said
    )
    assert "if all of it is meant, run 'msnewsletter publish --yes'" in said
    assert entries(home) == {}


def test_an_approval_is_the_word_where_one_is_required(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    without_dates(home, 60)
    assert next_issue_preview(home, at=AT, by_hand=True).waiting_reason == "nobody has approved it"
    approve(home, by="Ada", at=AT)
    assert isinstance(publish(home, at=AT + timedelta(hours=1)), Released)


def test_the_word_is_for_one_publish(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    without_dates(home, 60)
    publish(home, at=AT, agreed=True)
    for number in range(300):
        write_summary(home, f"t{number}", published="2026-11-24")
    assert next_issue_preview(home, at=AT + WEEK, by_hand=True).unusual is not None
