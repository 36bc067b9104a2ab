"""The command `worker`: what it refuses is one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import command
from workers import shared_newsletter

if TYPE_CHECKING:
    from pathlib import Path

    from peers.recording_server import RecordingServer


@pytest.mark.sqlite("it is about SQLite")
def test_on_sqlite_it_is_refused_with_what_to_set(server: RecordingServer, tmp_path: Path) -> None:
    letter = shared_newsletter(tmp_path, server)
    done = command(letter.home, "worker")
    assert (done.returncode, done.stdout) == (1, "")
    assert "deliver.workers: workers need a database that every machine reaches" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_is_no_home_is_refused_and_stays_as_it_was(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = shared_newsletter(tmp_path, server)
    letter.home.settings.unlink()
    before = sorted(letter.home.root.rglob("*"))
    done = command(letter.home, "worker")
    assert done.returncode == 1
    assert "there is no such file" in done.stderr
    assert sorted(letter.home.root.rglob("*")) == before


@pytest.mark.usefixtures("postgresql")
def test_where_nobody_set_workers_it_says_which_line_lacks(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = shared_newsletter(tmp_path, server, deliver="automatic = true")
    done = command(letter.home, "worker")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.rstrip().endswith("add workers = true to [deliver]")
    assert len(done.stderr.splitlines()) == 1
