"""A home that starts over: what was published is archived beside it, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from forks import child_of
from homes import AT, command, copy_of, empty_home, tree, write_summary
from msnewsletter.clock.clock_lock import ClockLock
from msnewsletter.disk.lock import locked
from msnewsletter.errors import BusyError, RefusedError
from msnewsletter.home import Home
from msnewsletter.publisher.delivering.deliver import deliver
from msnewsletter.publisher.delivering.delivery_run import DeliveryClock, DeliveryRequest
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.publisher.delivering.resolve_mailing import resolve_delivered, resolve_failed
from msnewsletter.publisher.delivering.sole_sender import delivery_lock
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.reset import reset
from msnewsletter.publisher.reset_mark import mark_reset
from msnewsletter.publisher.takedown import take_down

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = timedelta(days=1)
NOTE = "---\nissue: 1\n---\nA note.\n"
ARCHIVE = "news.before-reset-2026-11-24"
pytestmark = pytest.mark.sqlite("a home on PostgreSQL is not reset")


def one_issue_and_more(root: Path) -> Home:
    home = empty_home(root)
    write_summary(home, "a")
    home.glossary.write_text("# Lesion\nA scar.\n")
    home.templates.mkdir()
    (home.templates / "mine.txt").write_text("mine")
    publish(home, at=AT)
    home.next_issue.write_text(NOTE)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(one_issue_and_more, tmp_path / "news")


def published(home: Home) -> dict[str, bytes]:
    found = tree(home.outbox, home.records, home.var)
    return {name: data for name, data in found.items() if not name.endswith("lock")}


def test_what_was_published_is_beside_the_home_and_what_was_written_is_in_both(home: Home) -> None:
    before = published(home)
    written = tree(home.root / "summaries", home.templates)
    done = reset(home, at=AT + DAY)
    archive = Home(home.root.with_name(ARCHIVE))
    assert (done.archive, done.issues) == (archive.root, 1)
    assert published(archive) == before
    for one in (home, archive):
        assert tree(one.root / "summaries", one.templates) == written
        assert one.next_issue.read_text() == NOTE
        assert one.glossary.read_text() == "# Lesion\nA scar.\n"
        assert one.settings.is_file()
    assert {path.name for path in home.root.iterdir()} == {
        *("newsletter.toml", "summaries", "templates", "glossary.md", "issues")
    }
    assert os.listdir(home.records) == ["next.md"]  # noqa: PTH208  (a name is enough)


def test_the_home_publishes_issue_1_again_and_the_archive_goes_on(home: Home) -> None:
    reset(home, at=AT + DAY)
    write_summary(home, "b")
    publish(home, at=AT + 2 * DAY)
    assert home.record(1).is_file()
    archive = Home(home.root.with_name(ARCHIVE))
    assert "Last issue: 1" in command(archive, "status", "--at", "2026-11-25T08:00").stdout


def _reset_and_die(home: Home, count: int, calls: tuple[str, ...]) -> None:
    _die_at(count, calls)
    reset(home, at=AT + DAY)


def test_a_kill_at_any_call_loses_nothing_and_the_next_reset_goes_on(
    home: Home, tmp_path: Path
) -> None:
    before = published(home)
    calls = ("rename", "replace", "mkdir", "unlink", "fsync", "sync")
    count = 0
    while True:
        copy = Home(shutil.copytree(home.root, tmp_path / str(count) / "news"))
        _, status = os.waitpid(child_of(partial(_reset_and_die, copy, count, calls)), 0)
        killed = os.WIFSIGNALED(status)
        if killed and copy.reset.exists():
            with pytest.raises(RefusedError, match="a reset was interrupted"):
                publish(copy, at=AT + DAY)
        if killed and (copy.reset.exists() or not copy.root.with_name(ARCHIVE).exists()):
            reset(copy, at=AT + 2 * DAY if copy.reset.exists() else AT + DAY)
        assert published(Home(copy.root.with_name(ARCHIVE))) == before
        left = (copy.reset, copy.outbox, copy.record(1))
        assert not [path for path in left if path.exists()]
        count += 1
        if not killed:
            break
    assert count > 8


def _die_at(number: int, names: tuple[str, ...]) -> None:
    """Let the process be killed before its call with this number of those that change the disk."""
    left = [number]

    def dying(call: Callable[..., object]) -> Callable[..., object]:
        def counted(*words: object, **named: object) -> object:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return call(*words, **named)

        return counted

    for name in names:
        setattr(os, name, dying(getattr(os, name)))


def test_another_process_at_work_or_a_clock_stops_it(home: Home) -> None:
    with locked(home), pytest.raises(BusyError, match="another msnewsletter is at work"):
        reset(home, at=AT + DAY)
    clock = ClockLock(home)
    assert clock.take()
    with pytest.raises(BusyError, match="stop 'run' first"):
        reset(home, at=AT + DAY)
    clock.leave()
    with delivery_lock(home), pytest.raises(BusyError, match="somebody sends here"):
        reset(home, at=AT + DAY)
    reset(home, at=AT + DAY)


def test_nothing_is_sent_or_resolved_while_a_reset_is_not_done(home: Home) -> None:
    with home.settings.open("a") as settings:
        settings.write('\n[smtp]\nhost = "127.0.0.1"\n[subscribe]\n[deliver]\n')
    mark_reset(home, home.root.with_name(ARCHIVE))
    clock = DeliveryClock(now=lambda: AT, monotonic=time.monotonic)
    with pytest.raises(RefusedError, match="a reset was interrupted"):
        deliver(home, DeliveryRequest(clock=clock, stop=StopRequest()))
    for decide in (resolve_delivered, resolve_failed):
        with pytest.raises(RefusedError, match="a reset was interrupted"):
            decide(home, 1, at=AT)


@pytest.mark.parametrize("mark", ["", "\n", "../x", "x", "..", "a/b.before-reset-2026-11-24"])
def test_a_mark_that_names_no_archive_is_one_line_everywhere(home: Home, mark: str) -> None:
    home.reset.write_text(mark)
    before = tree(home.root)
    for words in (["reset", "--yes"], ["reset"], ["publish"]):
        done = command(home, *words)
        assert done.returncode == 1
        [line] = done.stderr.splitlines()
        assert ".reset: does not name the archive of a reset; write its name into it" in line
    assert "BAD  home: .reset: does not name the archive" in command(home, "doctor").stdout
    after = tree(home.root)
    assert after | {"news/var/lock": before["news/var/lock"]} == before


@pytest.mark.parametrize("kind", ["pipe", "folder", "link"])
def test_what_is_no_file_in_place_of_the_mark_is_one_line_and_no_wait(
    home: Home, kind: str
) -> None:
    match kind:
        case "pipe":
            os.mkfifo(home.reset)
        case "folder":
            home.reset.mkdir()
        case _:
            home.reset.symlink_to("nowhere")
    for words in (["reset", "--yes"], ["publish"]):
        done = command(home, *words)
        assert done.returncode == 1
        [line] = done.stderr.splitlines()
        assert line.startswith(".reset: is a ") or ": .reset: is a " in line
    assert "BAD  home: .reset: is a " in command(home, "doctor").stdout


def test_another_archive_of_the_same_day_gets_the_next_name(home: Home) -> None:
    for number in ("", "-2", "-3"):
        done = reset(home, at=AT + DAY)
        assert done.archive == home.root.with_name(ARCHIVE + number)
        assert Home(done.archive).record(1).is_file()
        publish(home, at=AT)


@pytest.mark.parametrize("source", [".", "./", "..", "outbox", "var/texts", "issues"])
def test_a_source_among_what_moves_stops_it_before_anything(home: Home, source: str) -> None:
    (home.root / source).mkdir(exist_ok=True)
    text = home.settings.read_text()
    home.settings.write_text(text.replace('path = "summaries"', f'path = "{source}"'))
    assert source in home.settings.read_text()
    before = tree(home.root.parent)
    with pytest.raises(RefusedError, match="move the summaries to a folder of their own"):
        reset(home, at=AT + DAY)
    assert tree(home.root.parent) == before


def test_a_pipe_stays_where_it_is_and_links_are_links_in_the_archive(home: Home) -> None:
    summaries = home.root / "summaries"
    os.mkfifo(summaries / "pipe.md")
    (summaries / "link.md").symlink_to("a.md")
    (summaries / "empty").mkdir()
    archive = reset(home, at=AT + DAY).archive / "summaries"
    assert sorted(path.name for path in archive.iterdir()) == ["a.md", "empty", "link.md"]
    assert (archive / "link.md").readlink().name == "a.md"
    assert (summaries / "pipe.md").is_fifo()


@pytest.mark.parametrize("place", ["summaries/a.md", "summaries/deep", "templates/mine.txt"])
def test_what_cannot_be_read_stops_it_before_anything(home: Home, place: str) -> None:
    if place.endswith("deep"):
        (home.root / place).mkdir()
    (home.root / place).chmod(0)
    home.root.parent.chmod(0o777)
    for path in (home.root, *home.root.rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)
    before = sorted(home.root.parent.rglob("*"))
    done = command(home, "reset", "--yes", anyone=True)
    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"{place}: cannot be read; check its permissions")
    assert sorted(home.root.parent.rglob("*")) == before


def test_a_site_without_an_issue_starts_over_in_words_that_fit(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "news")
    assert command(home, "publish", "--site").returncode == 0
    for words in (["reset"], ["reset", "--yes"]):
        said = command(home, *words).stdout
        assert "No issue was published" in said or "nothing was published" in said
        assert "0 issues" not in said
        assert "Readers" not in said


def test_a_home_that_published_nothing_is_left_alone(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "news")
    with pytest.raises(RefusedError, match="nothing was published"):
        reset(home, at=AT)
    assert not home.var.exists()


def test_a_text_that_was_taken_down_is_not_published_again(home: Home) -> None:
    take_down(home, "a", reason="law", note=None, at=AT + DAY)
    with pytest.raises(RefusedError, match="was taken down, and a reset would publish it again"):
        reset(home, at=AT + DAY)


def test_a_postgresql_home_is_told_what_to_do(home: Home) -> None:
    text = home.settings.read_text()
    home.settings.write_text(text.replace("[newsletter]", '[newsletter]\ndatabase = "postgresql"'))
    with pytest.raises(RefusedError, match="name an empty database in MSNEWSLETTER_DATABASE_URL"):
        reset(home, at=AT + DAY)


def test_a_parent_that_may_not_be_written_stops_it(home: Home) -> None:
    home.root.parent.chmod(0o555)
    try:
        done = command(home, "reset", "--yes", anyone=True)
    finally:
        home.root.parent.chmod(0o755)
    assert done.returncode == 1
    assert "no folder can be made here; check its permissions" in done.stderr
    assert home.record(1).is_file()


def test_it_asks_for_a_word_and_says_what_readers_keep(home: Home) -> None:
    before = tree(home.root)
    asked = command(home, "reset")
    assert asked.returncode == 1
    assert "run 'msnewsletter reset --yes'" in asked.stderr
    assert tree(home.root) == before
    done = command(home, "reset", "--yes")
    assert done.returncode == 0
    assert "Readers who got an issue keep it" in done.stdout
    assert "set a new id" in done.stdout
