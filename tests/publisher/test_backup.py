"""A backup is whole or not there, holds all that cannot be made again, and says what it lacks."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import stat
import threading
import zipfile
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from databases import lose_database, rows
from homes import (
    AT,
    command,
    empty_home,
    published_tree,
    sample_home,
    tree,
    write_summary,
)
from made_kinds import article, made_sources, with_sources
from msnewsletter.disk.backup_file import BackupWriter
from msnewsletter.disk.lock import locked, take_file_lock
from msnewsletter.disk.private_file import new_private_file
from msnewsletter.errors import BusyError, NewsletterError, OutboxError, RefusedError, StoreError
from msnewsletter.home import Home
from msnewsletter.publisher import backup as module
from msnewsletter.publisher.backup import backup
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.reset import reset
from msnewsletter.publisher.restore import restore
from msnewsletter.publisher.session import Step

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.sqlite("a backup keeps the database's file")


class Crash(Exception):  # noqa: N818  (it stands for a power cut)
    pass


def names_in(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        return archive.namelist()


def manifest_of(file: Path) -> Any:
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("manifest.json"))


def test_it_holds_what_was_fetched_and_restore_and_reset_bring_it_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_sources(monkeypatch)
    made.says["site"] = lambda _: [article(1), article(2)]
    home = with_sources(empty_home(tmp_path / "home"), "site")
    fetch(home, now=lambda: AT)
    fetched = tree(home.fetched)
    assert len(fetched) == 4, "two files, and the two of the memory"
    backup(home, tmp_path / "b.zip", at=AT)
    again = Home(tmp_path / "again")
    restore(tmp_path / "b.zip", again)
    assert tree(again.fetched) == fetched
    made.looks.clear()
    fetch(again, now=lambda: AT + HOUR / 2)
    assert made.looks == [], "when it was last looked at is known there too"
    publish(again, at=AT + HOUR)
    archive = Home(reset(again, at=AT + HOUR).archive)
    assert tree(archive.fetched) == fetched
    assert not again.fetched.exists()


def test_no_reset_is_begun_while_somebody_fetches(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    handle, ours = take_file_lock(home, home.fetch_lock)
    assert ours
    with pytest.raises(BusyError, match="somebody fetches here"):
        reset(home, at=AT)
    os.close(handle)
    reset(home, at=AT)


def test_it_holds_what_cannot_be_made_again_and_nothing_that_can(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    (home.root / "templates/site").mkdir(parents=True)
    (home.root / "templates/site/page.html.j2").write_text("{% extends 'x' %}")
    publish(home, at=AT)
    (home.outbox / "sent/0000").mkdir()
    (home.outbox / "sent/0000/digest.eml").write_text("sent")
    home.next_issue.write_text("A note.\n")
    home.glossary.write_text("# Words\n")
    backup(home, tmp_path / "b.zip", at=AT)
    names = names_in(tmp_path / "b.zip")
    assert names[:-1] == sorted(names[:-1])
    assert names[-1] == "manifest.json"
    assert {name.split("/")[1] for name in names[:-1]} == {
        *("newsletter.toml", "glossary.md", "issues", "summaries", "templates", "outbox", "var"),
    }
    assert {"home/issues/0001.json", "home/issues/next.md", "home/var/newsletter.db"} < set(names)
    assert "home/outbox/new/0001/digest.eml" in names
    assert not [name for name in names if "/site/index" in name or "/sent/" in name]
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    assert manifest_of(tmp_path / "b.zip")["last_issue"] == 1


def test_the_same_home_at_the_same_moment_is_the_same_bytes(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    for name in ("a.zip", "b.zip"):
        backup(home, tmp_path / name, at=AT)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("step", Step)
def test_whatever_step_of_publishing_a_crash_left_a_restored_home_finishes_it(
    tmp_path: Path, step: Step
) -> None:
    """Compared with a home that was never interrupted: nothing twice, nothing lost."""
    smooth, home = sample_home(tmp_path / "smooth"), sample_home(tmp_path / "home")
    publish(smooth, at=AT)

    def reached(now: Step) -> None:
        if now is step:
            raise Crash

    with pytest.raises(Crash):
        publish(home, at=AT, reached=reached)
    backup(home, tmp_path / "b.zip", at=AT)
    new = Home(tmp_path / "new")
    done = restore(tmp_path / "b.zip", new)
    publish(new, at=AT)
    assert published_tree(new) == published_tree(smooth)
    assert rows(new, "SELECT number, state FROM issues") == [(1, "complete")]
    under_way = rows(home, "SELECT number FROM issues WHERE state IN ('selected', 'publishing')")
    assert [*done.state.interrupted] == [number for (number,) in under_way]


@pytest.mark.parametrize("step", Step)
def test_a_backup_during_a_publish_waits_for_its_end(tmp_path: Path, step: Step) -> None:
    home = sample_home(tmp_path / "home")
    target = tmp_path / "b.zip"
    other = threading.Thread(target=partial(backup, home, target, at=AT, wait=60))

    def reached(now: Step) -> None:
        if now is step:
            with pytest.raises(BusyError):
                backup(home, tmp_path / "none.zip", at=AT, wait=0)
            other.start()

    publish(home, at=AT, reached=reached)
    other.join()
    assert not (tmp_path / "none.zip").exists()
    new = Home(tmp_path / "new")
    assert restore(target, new).state.interrupted == ()
    publish(new, at=AT)
    assert published_tree(new) == published_tree(home)


def test_a_name_that_is_taken_stays_what_it_is(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    file = tmp_path / "b.zip"
    file.write_text("something else")
    with pytest.raises(RefusedError, match="is there already"):
        backup(home, file, at=AT)
    with pytest.raises(RefusedError, match="is no earlier backup, so --force leaves it alone"):
        backup(home, file, at=AT, replace=True)
    with pytest.raises(RefusedError, match="is no earlier backup"):
        backup(home, home.settings, at=AT, replace=True)
    assert file.read_text() == "something else"
    file.unlink()
    backup(home, file, at=AT)
    write_summary(home, "later")
    backup(home, file, at=AT, replace=True)
    assert "home/summaries/later.md" in names_in(file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "home"]


def test_a_name_that_is_taken_meanwhile_stays_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"

    def meanwhile() -> None:
        with new_private_file(file, replace=False) as opened:
            opened.write(b"ours")
            file.write_bytes(b"theirs")

    with pytest.raises(RefusedError, match="is there already"):
        meanwhile()
    assert tree(tmp_path) == {f"{tmp_path.name}/b.zip": b"theirs"}


@pytest.mark.parametrize("place", ["b.zip", "summaries/b.zip", "issues/b.zip"])
def test_a_backup_inside_the_home_does_not_contain_itself(tmp_path: Path, place: str) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    file = home.root / place
    for _ in range(2):
        backup(home, file, at=AT, replace=True)
        assert not [name for name in names_in(file) if "b.zip" in name]
    assert manifest_of(file)["left_out"] == []


def test_what_it_leaves_out_is_named(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    text = home.settings.read_text()
    for source in (str(outside), "../sideways", "more", "single.md", "missing"):
        text += f'\n[[sources]]\npath = "{source}"\n'
    home.settings.write_text(text)
    (home.root / "more").mkdir()
    (home.root / "single.md").write_text("x")
    (home.root / "notify.sh").write_text("#!/bin/sh\n")
    os.mkfifo(home.root / "summaries/pipe.md")
    (home.root / "summaries/link.md").symlink_to(outside)
    done = command(home, "backup", str(tmp_path / "b.zip"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Backed up: 2 files, no issue yet.",
        "  NOT in it: summaries/link.md (a link)",
        "  NOT in it: summaries/pipe.md (no file)",
        f"  NOT in it: {outside} (a source outside the home)",
        f"  NOT in it: {tmp_path}/sideways (a source outside the home)",
        "  NOT in it: missing (a source that is missing)",
        "  NOT in it: notify.sh (no part of the newsletter)",
        "  NOT in it: passwords in the environment",
    ]
    restored = command(home, "restore", str(tmp_path / "b.zip"), str(tmp_path / "new"))
    assert f"Not in the backup: {outside} (a source outside the home).\n" in restored.stdout
    assert (tmp_path / "new/more").is_dir()
    assert (tmp_path / "new/single.md").read_text() == "x"


def test_where_the_home_itself_is_a_source_nothing_but_its_summaries_comes_in(
    tmp_path: Path,
) -> None:
    home = sample_home(tmp_path / "home")
    home.settings.write_text(home.settings.read_text().replace('"summaries"', '"."'))
    publish(home, at=AT)
    write_summary(home, "in-a-folder").rename(home.root / "at-the-top.md")
    backup(home, home.root / "old.zip", at=AT)
    backup(home, tmp_path / "b.zip", at=AT)
    names = names_in(tmp_path / "b.zip")
    assert "home/at-the-top.md" in names
    assert not [name for name in names if "old.zip" in name or "/site/" in name]
    restore(tmp_path / "b.zip", Home(tmp_path / "new"))


def test_a_home_without_a_database_is_backed_up(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    backup(home, tmp_path / "b.zip", at=AT)
    assert "tables" not in manifest_of(tmp_path / "b.zip")
    new = Home(tmp_path / "new")
    state = restore(tmp_path / "b.zip", new).state
    assert (state.last_issue, state.interrupted, state.waiting) == (None, (), ())
    publish(new, at=AT)
    assert new.record(1).exists()


def test_what_a_crash_left_in_the_write_ahead_log_is_in_the_backup(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    with sqlite3.connect(home.database) as held:
        held.execute("UPDATE issues SET manifest = 'in the log'")
        held.commit()
        assert home.database.with_name("newsletter.db-wal").stat().st_size
        backup(home, tmp_path / "b.zip", at=AT)
    held.close()
    restore(tmp_path / "b.zip", Home(tmp_path / "new"))
    assert rows(Home(tmp_path / "new"), "SELECT manifest FROM issues") == [("in the log",)]


def test_a_broken_database_is_not_kept_as_if_it_were_whole(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    data = bytearray(home.database.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    home.database.write_bytes(data)
    with pytest.raises(StoreError, match=r"var/newsletter\.db: it is broken"):
        backup(home, tmp_path / "b.zip", at=AT)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("place", ["summaries/a.md", "issues/0001.json", "templates", "summaries"])
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(
    tmp_path: Path, place: str
) -> None:
    home = empty_home(tmp_path / "home")
    (home.root / "templates").mkdir()
    write_summary(home, "a")
    publish(home, at=AT)
    closed = home.root / place
    before = closed.stat().st_mode
    closed.chmod(0)
    done = command(home, "backup", str(tmp_path / "b.zip"), anyone=True)
    closed.chmod(before)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"msnewsletter: {place}: cannot be read (Permission denied)")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_pipe_in_place_of_a_file_of_the_home_does_not_hang_it(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    os.mkfifo(home.glossary)
    with pytest.raises(RefusedError, match=r"glossary\.md: is no plain file"):
        backup(home, tmp_path / "b.zip", at=AT)
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(
    ("limit", "place"),
    [(1_000, "var/newsletter.db"), (40_000, "{target}"), (250_000, "{target}")],
)
def test_a_disk_that_fills_while_writing_is_named_and_leaves_nothing(
    tmp_path: Path, limit: int, place: str
) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    (home.root / "summaries/large.bin").write_bytes(os.urandom(300_000))
    done = command(home, "backup", str(tmp_path / "b.zip"), preexec_fn=little_room)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"msnewsletter: {place.format(target=tmp_path / 'b.zip')}: ")
    assert line.endswith(" and run again")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    publish(home, at=AT + HOUR)


@pytest.mark.parametrize("when", ["before the files", "before the end"])
def test_a_home_that_is_renamed_meanwhile_is_one_line_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    add, last = BackupWriter.add, "var/newsletter.db"

    def renamed(writer: BackupWriter, name: str, *args: Any, **more: Any) -> int:
        read = add(writer, name, *args, **more)
        if name == last or when == "before the files":
            home.root.rename(tmp_path / "elsewhere") if home.root.exists() else None
        return read

    monkeypatch.setattr(BackupWriter, "add", renamed)
    with pytest.raises(RefusedError, match="was renamed or removed during the backup"):
        backup(home, tmp_path / "b.zip", at=AT)
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Gut.md", "gut.md"], "summaries/gut.md: has the name of summaries/Gut.md"),
        (["caf\u00e9.md", "cafe\u0301.md"], "apart from capital letters or accents"),
        (["back\\slash.md"], "a sign in its name"),
        (["line\nfeed.md"], "a sign in its name"),
        (["\udcff.md"], "a sign in its name"),
    ],
)
def test_names_that_could_not_be_restored_everywhere_are_said_when_it_can_be_mended(
    tmp_path: Path, names: list[str], said: str
) -> None:
    home = empty_home(tmp_path / "home")
    for name in names:
        (home.root / "summaries" / name).write_text("x")
    with pytest.raises(RefusedError) as refused:
        backup(home, tmp_path / "b.zip", at=AT)
    assert said in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_junk_that_is_never_read_stops_nothing_and_is_named(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    summaries = home.root / "summaries"
    for name in ("Icon\r", "Thumbs.db", "thumbs.db", "_a\x07.md", "A.md~", "a.md~", "_\udcff.md"):
        (summaries / name).write_text("x")
    (summaries / "_old").mkdir()
    (summaries / "_old" / "line\nfeed.md").write_text("x")
    (home.root / "Icon\r").write_text("x")
    write_summary(home, "a")
    done = command(home, "backup", str(tmp_path / "b.zip"))
    assert done.returncode == 0, done.stderr
    left = [line.strip() for line in done.stdout.splitlines() if "NOT in it: " in line]
    bad = "(never read, under a name that no backup can have)"
    twin = "(never read, and named as another but for capitals)"
    assert sorted(left[:-1]) == sorted(
        f"NOT in it: {line}"
        for line in (
            f"summaries/Icon\N{REPLACEMENT CHARACTER} {bad}",
            f"summaries/_a\N{REPLACEMENT CHARACTER}.md {bad}",
            f"summaries/_\N{REPLACEMENT CHARACTER}.md {bad}",
            f"summaries/_old/line\N{REPLACEMENT CHARACTER}feed.md {bad}",
            f"summaries/thumbs.db {twin}",
            f"summaries/a.md~ {twin}",
            "Icon\N{REPLACEMENT CHARACTER} (no part of the newsletter)",
        )
    )
    restore(tmp_path / "b.zip", Home(tmp_path / "new"))
    assert (tmp_path / "new/summaries/a.md").is_file()


def test_a_home_whose_reset_was_interrupted_is_not_backed_up(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    home.reset.write_text("home.before-reset-2026-11-24\n")
    with pytest.raises(RefusedError, match="run 'msnewsletter reset --yes' again"):
        backup(home, tmp_path / "b.zip", at=AT)
    assert not (tmp_path / "b.zip").exists()
    reset(home, at=AT)
    backup(home, tmp_path / "b.zip", at=AT)


def test_a_file_that_goes_between_two_looks_is_as_if_it_had_gone_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = sample_home(tmp_path / "home")
    contents = module.BackupContents

    def and_one_goes(*args: Any, **more: Any) -> Any:
        found = contents(*args, **more)
        (home.root / "summaries/il6-mice.md").unlink()
        return found

    monkeypatch.setattr(module, "BackupContents", and_one_goes)
    backup(home, tmp_path / "b.zip", at=AT)
    assert "home/summaries/il6-mice.md" not in names_in(tmp_path / "b.zip")
    restore(tmp_path / "b.zip", Home(tmp_path / "new"))


def test_the_target_s_folder_must_be_there(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    with pytest.raises(OutboxError, match=r"b\.zip: cannot be written \(No such file"):
        backup(home, tmp_path / "none/b.zip", at=AT)


@pytest.mark.usefixtures("postgresql")
def test_a_database_on_a_server_is_named_and_the_records_suffice(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    done = backup(home, tmp_path / "b.zip", at=AT)
    assert done.manifest.left_out[0].startswith("the PostgreSQL database")
    held = [name for name in names_in(tmp_path / "b.zip") if "/var/" in name]
    assert held == ["home/var/site.json"]
    lose_database(home)
    new = Home(tmp_path / "new")
    assert restore(tmp_path / "b.zip", new).state.last_issue == 1
    write_summary(new, "later", published="2026-11-23")
    publish(new, at=AT + HOUR)
    assert b"What we know of later" in (new.outbox / "new/0002/digest.txt").read_bytes()
    assert b"1 " in new.record(2).read_bytes()


def test_a_lock_that_stays_is_said_after_the_wait(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    with locked(home), pytest.raises(NewsletterError, match="another msnewsletter is at work"):
        backup(home, tmp_path / "b.zip", at=AT, wait=0.2)
