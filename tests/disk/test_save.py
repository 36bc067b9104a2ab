"""Files appear whole or not at all, and the lock is one at a time."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
from typing import TYPE_CHECKING

import pytest

from forks import child_of
from homes import empty_home
from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import prove_room, write_atomically, write_streamed
from msnewsletter.disk.lock import locked
from msnewsletter.errors import BusyError, OutboxError
from msnewsletter.render.mail.issue_folder import manifest_of

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"b.txt": b"second", "a.txt": b"first"}


def test_an_issue_is_released_whole_with_a_manifest_that_fits(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    manifest = manifest_of(FILES, issue=3)
    outbox.write_issue(home, 3, FILES, manifest)
    assert outbox.issue_waits(home, 3)
    assert not list((home.outbox / "new").iterdir())
    outbox.release_issue(home, 3)
    assert not outbox.issue_waits(home, 3)
    folder = home.outbox / "new" / "0003"
    listed = json.loads((folder / "manifest.json").read_bytes())
    assert listed["issue"] == 3
    assert list(listed["files"]) == ["a.txt", "b.txt"]
    for name, about in listed["files"].items():
        data = (folder / name).read_bytes()
        assert about == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def test_writing_again_replaces_what_a_crash_left(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    outbox.write_issue(home, 1, {"old.txt": b"half"}, b"{}")
    outbox.write_issue(home, 1, FILES, b"{}")
    names = {path.name for path in (home.outbox / "tmp" / "0001").iterdir()}
    assert names == {"a.txt", "b.txt", "manifest.json"}


def test_sweeping_removes_strays_and_only_from_tmp(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    outbox.write_issue(home, 1, FILES, b"{}")
    outbox.release_issue(home, 1)
    outbox.write_issue(home, 2, FILES, b"{}")
    (home.outbox / "tmp" / "stray").write_text("left by a crash")
    outbox.sweep(home)
    assert not list((home.outbox / "tmp").iterdir())
    assert [path.name for path in (home.outbox / "new").iterdir()] == ["0001"]


def test_placing_the_same_bytes_again_writes_nothing(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = home.site / "deep" / "page.html"
    assert write_atomically(home, path, b"one")
    before = path.stat()
    assert not write_atomically(home, path, b"one")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert write_atomically(home, path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_ino != before.st_ino, "readers of the old file keep the old file"
    assert [one.name for one in path.parent.iterdir()] == ["page.html"]


def test_the_lock_is_held_by_one_and_free_again_afterwards(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with (
        locked(home),
        pytest.raises(BusyError, match="another msnewsletter is at work"),
        locked(home),
    ):
        pass
    with locked(home) as touched:
        assert touched == home.lock.stat().st_mtime_ns


def test_a_folder_in_the_way_is_named_with_its_place(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    (home.site / "page.html").mkdir(parents=True)
    with pytest.raises(OutboxError, match=r"outbox/site/page\.html: cannot be written"):
        write_atomically(home, home.site / "page.html", b"x")


def test_a_number_that_is_already_out_is_found(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    assert outbox.stray_issue(home, 1) is None
    outbox.write_issue(home, 1, FILES, b"{}")
    outbox.release_issue(home, 1)
    assert outbox.stray_issue(home, 1) == home.outbox / "new" / "0001"


def test_a_pipe_in_place_of_a_temporary_file_is_written_over(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = home.root / "x.json"
    os.mkfifo(home.root / ".x.json.tmp")
    write_streamed(home, path, [b"a", b"b"])
    assert path.read_bytes() == b"ab"
    os.mkfifo(home.root / ".x.json.tmp")
    write_atomically(home, path, b"c")
    assert path.read_bytes() == b"c"


def test_a_kill_while_room_is_proved_leaves_nothing_that_a_consumer_could_see(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    new = home.outbox / "new"

    def limited() -> None:
        # The kernel kills it in the middle: at the byte that passes the limit.
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        prove_room(home, {new: 1000})

    _, status = os.waitpid(child_of(limited), 0)
    assert os.WTERMSIG(status) == signal.SIGXFSZ
    assert [*new.iterdir()] == []
