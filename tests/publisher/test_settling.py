"""A file that is still being written waits for the next look; nothing half is ever sent."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from clock.clocks import entries
from homes import AT, empty_home, write_summary
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released
from msnewsletter.publisher.settling import SETTLING_S, MachineClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

MOMENT = datetime(2026, 11, 23, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def written(path: Path, seconds_ago: float) -> Path:
    """The file as it is when it was written so long before MOMENT."""
    at = MOMENT.timestamp() - seconds_ago
    os.utime(path, (at, at))
    return path


def machine(*, meanwhile: Callable[[], object] | None = None) -> MachineClock:
    """A clock that stands at MOMENT, and at the end of the pause after it."""
    now = [MOMENT]

    def wait(seconds: float) -> None:
        assert seconds == SETTLING_S
        now[0] += timedelta(seconds=seconds)
        if meanwhile:
            meanwhile()

    return MachineClock(now=lambda: now[0], wait=wait if meanwhile else None)


def real_home(root: Path, **settings: str) -> Home:
    return empty_home(root, sandbox="false", **settings)


def said(home: Home) -> list[str]:
    """The notes of a look at MOMENT."""
    found = next_issue_preview(home, at=AT, by_hand=True, machine=machine())
    return [str(note) for note in found.notes if "a moment ago" in note.text]


def test_a_file_of_a_moment_ago_waits_for_the_next_look(tmp_path: Path) -> None:
    home = real_home(tmp_path)
    written(write_summary(home, "settled"), 2)
    written(write_summary(home, "fresh"), 1.9)
    collected = collect_now(home, at=AT, machine=machine())
    assert [summary.key for summary, _ in collected.read] == ["settled"]
    assert [str(note) for note in collected.warned] == [
        "summaries/fresh.md: changed a moment ago; it is read at the next look"
    ]
    later = MachineClock(now=lambda: MOMENT + timedelta(seconds=1))
    read = collect_now(home, at=AT, machine=later).read
    assert "fresh" in {summary.key for summary, _ in read}


def test_a_file_written_in_two_halves_with_a_publish_in_between_is_sent_whole(
    tmp_path: Path, shared: Path
) -> None:
    home = real_home(tmp_path)
    half = shared / "cases" / "files" / "half-copied.md"
    path = home.root / "summaries" / "half-copied.md"
    shutil.copyfile(half, path)
    written(path, 0.5)

    def second_half() -> None:
        with path.open("a") as file:
            file.write("ow that it helps.\n")
        written(path, -0.1)

    done = publish(home, at=AT, machine=machine(meanwhile=second_half))
    # Changed again during the pause: it waits for the next issue, and nothing half is sent.
    assert isinstance(done, NothingNew)
    after = publish(home, at=AT + DAY, machine=MachineClock(now=lambda: MOMENT + DAY))
    assert isinstance(after, Released)
    [entry] = after.issue.entries
    assert entry.summary.cautions.endswith("The study does not show that it helps.")


def test_what_has_settled_after_the_pause_is_in_the_issue(tmp_path: Path) -> None:
    home = real_home(tmp_path)
    written(write_summary(home, "fresh"), 0.5)
    done = publish(home, at=AT, machine=machine(meanwhile=lambda: None))
    assert isinstance(done, Released)
    assert entries(home) == {1: ["fresh"]}


def test_a_file_whose_size_changes_between_the_looks_waits_whatever_its_time_says(
    tmp_path: Path,
) -> None:
    home = real_home(tmp_path)
    path = written(write_summary(home, "fresh"), 0.5)

    def more() -> None:
        path.write_text(path.read_text() + "More.\n")
        written(path, 3600)

    assert isinstance(publish(home, at=AT, machine=machine(meanwhile=more)), NothingNew)


def test_what_was_read_before_is_neither_lost_nor_held(tmp_path: Path) -> None:
    home = real_home(tmp_path)
    sent = written(write_summary(home, "sent"), 10)
    publish(home, at=AT, machine=machine())
    waits = written(write_summary(home, "waits"), 10)
    collect_now(home, at=AT + DAY, machine=machine())
    for path in (sent, waits):
        path.write_text(path.read_text()[:40])
        written(path, 0.5)
    done = publish(home, at=AT + DAY, machine=machine())
    assert isinstance(done, Released)
    assert [entry.summary.key for entry in done.issue.entries] == ["waits"]
    assert done.preview.draft.held == ()
    assert done.preview.alarms == ()
    assert not done.preview.draft.edits


def test_who_only_looks_sees_at_once_what_was_saved_and_is_told(tmp_path: Path) -> None:
    home = real_home(tmp_path)
    written(write_summary(home, "fresh"), 0.5)
    found = next_issue_preview(home, at=AT, by_hand=True, machine=machine())
    assert found.issue is not None
    [note] = said(home)
    assert note == (
        "summaries/fresh.md: changed a moment ago; it is shown as it is now, and publishing reads "
        "it again"
    )


def test_a_folder_copied_a_moment_ago_is_one_note_however_many_files_it_has(
    tmp_path: Path,
) -> None:
    home = real_home(tmp_path)
    for key, others in (
        ("a", ""),
        ("b", ", as summaries/b.md did"),
        ("c", ", as summaries/b.md and summaries/c.md did"),
        ("d", ", as summaries/b.md, summaries/c.md and 1 more did"),
    ):
        written(write_summary(home, key), 0.5)
        [note] = said(home)
        assert note.startswith(f"summaries/a.md: changed a moment ago{others}; ")
    assert note.endswith("; they are shown as they are now, and publishing reads them again")
    for number in range(5):
        written(write_summary(home, f"n{number}"), 0.5)
    [note] = map(str, collect_now(home, at=AT, machine=machine()).warned)
    assert note == (
        "summaries/a.md: changed a moment ago, as summaries/b.md, summaries/c.md and 6 more did; "
        "they are read at the next look"
    )


def test_a_time_to_come_counts_as_settled_and_so_does_a_past_moment_of_publishing(
    tmp_path: Path,
) -> None:
    home = real_home(tmp_path)
    written(write_summary(home, "ahead"), -3600)
    written(write_summary(home, "old"), 3600)
    # The issue's own moment has nothing to do with it.
    done = publish(home, at=AT - 10 * DAY, machine=machine())
    assert not [note for note in done.preview.notes if "a moment ago" in note.text]  # type: ignore[union-attr]
    assert collect_now(home, at=AT, machine=machine()).unsettled == {}


def test_an_approval_waits_for_the_file_too(tmp_path: Path) -> None:
    home = real_home(tmp_path, review='"required"')
    written(write_summary(home, "fresh"), 0.5)
    done = approve(home, by="Ada", at=AT, machine=machine(meanwhile=lambda: None))
    assert done.preview.issue is not None


def test_in_a_sandbox_no_file_waits(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    written(write_summary(home, "fresh"), 0.5)
    assert [one.key for one, _ in collect_now(home, at=AT, machine=machine()).read] == ["fresh"]
