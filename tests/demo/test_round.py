"""`msnewsletter demo`, from the command to the mails that were received."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy

from forks import forked
from homes import command, tree
from msnewsletter.demo.round import READER, demo_round
from msnewsletter.errors import RefusedError
from msnewsletter.home import Home
from msnewsletter.settings import load_settings


def test_the_demo_publishes_subscribes_and_delivers_and_says_where_to_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "shown"
    done = command(Home(tmp_path), "demo", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^(\d)\. ", done.stdout, re.MULTILINE) == list("12345")
    listed = [Path(line.strip()) for line in done.stdout.splitlines() if line.startswith("   /")]
    assert len(listed) == 8
    assert all(path.is_file() for path in listed)
    asked, issue = (
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "received").glob("*.eml"))
    )
    assert [one["To"] for one in (asked, issue)] == [READER, READER]
    assert "Sample issue 1" in (folder / "received" / "2-issue-1.txt").read_text()
    assert issue["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    # It has ended: what it made is a home like any other, and its mail server is gone.
    home = Home(folder / "newsletter")
    assert "Subscribers: 1 confirmed, 0 pending" in command(home, "status").stdout
    smtp = load_settings(home.settings).smtp
    assert smtp
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((smtp.host, smtp.effective_port)).close()
    assert "Nothing is due." in command(home, "deliver").stdout


@pytest.mark.parametrize(
    "machine", [datetime(2020, 1, 1, tzinfo=UTC), datetime(2031, 5, 5, tzinfo=UTC)]
)
def test_it_does_the_same_whatever_the_day(tmp_path: Path, machine: datetime) -> None:
    began = time.monotonic()
    steps = list(
        demo_round(
            tmp_path / "shown",
            now=lambda: machine + timedelta(seconds=int(time.monotonic() - began)),
            monotonic=time.monotonic,
        )
    )
    assert len(steps) == 5
    assert "8 studies" in steps[1].what


def test_a_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("Mine.")
    before = tree(tmp_path)
    for place in (tmp_path, tmp_path / "mine"):
        with pytest.raises(RefusedError, match="not an empty folder"):
            list(demo_round(place, now=lambda: datetime.now(UTC), monotonic=time.monotonic))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("limit", [3_000, 60_000])
def test_a_demo_for_which_there_is_no_room_can_be_run_again(tmp_path: Path, limit: int) -> None:
    def before() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    folder = tmp_path / "shown"
    done = forked(["demo", str(folder)], before=before)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not folder.exists()


def test_without_a_folder_it_makes_one_that_it_names_and_that_nobody_else_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    done = command(Home(tmp_path), "demo")
    assert done.returncode == 0, done.stderr
    [made] = tmp_path.glob("msnewsletter-demo-*")
    assert f"Delete {made} when" in done.stdout
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("words", [["demo"], ["demo", "round"]], ids=" ".join)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_ended_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def end(*_: object) -> None:
        assert [*tmp_path.iterdir()]
        os.kill(os.getpid(), number)

    def before() -> None:
        tempfile.tempdir = str(tmp_path)
        sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", end)

    done = forked(words, before=before)
    assert done.returncode == 128 + number, done.stderr
    assert "Traceback" not in done.stderr
    assert not [*tmp_path.iterdir()]
