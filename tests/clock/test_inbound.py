"""The clock reads what came back: on time, beside all else, and says once what fails."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from came_back import put, unread
from clock.clocks import at, entries, events, once, scheduled_home
from homes import write_summary
from msnewsletter.clock.heartbeat import read_heartbeat
from msnewsletter.clock.loop import Clock
from msnewsletter.delivery_settings import IMAP_PASSWORD
from msnewsletter.publisher.came_back import inbound_poll
from msnewsletter.publisher.came_back.inbound_memory import read_inbound_memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

SLOT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # Monday, 08:00 in Berlin
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LETTER = b"From: a@reader.example\nSubject: Thanks\n\nI like it.\n"
NOTIFY = "notify = \"sh -c 'echo $MSNEWSLETTER_EVENT $MSNEWSLETTER_SUBJECT >> notices'\""
WEEKLY = f'every = "week"\non = ["monday"]\nat = "08:00"\n{NOTIFY}'


def with_inbound(root: Path, lines: str) -> Home:
    home = scheduled_home(root, WEEKLY)
    with home.settings.open("a") as file:
        file.write(f"\n[inbound]\n{lines}\n")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_inbound(tmp_path, 'maildir = "mail"\nevery_minutes = 15')


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    monkeypatch.setenv(IMAP_PASSWORD, "x")
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening.getsockname()[1]


def letters(home: Home, count: int) -> None:
    for number in range(count):
        put(home.root / "mail", f"17638812{number:04d}.M1P1.mx", LETTER)


def notified(home: Home) -> list[str]:
    path = home.root / "notices"
    return path.read_text().splitlines() if path.exists() else []


def end_readings() -> None:
    for thread in threading.enumerate():
        if thread.name == "inbound":
            thread.join()


def test_a_clock_that_cron_starts_reads_as_often_as_the_settings_say(home: Home) -> None:
    box = home.root / "mail"
    letters(home, 2)
    logged = once(home, SLOT - DAY)
    assert [(one["event"], one.get("letter")) for one in logged if "letter" in one] == [
        ("came back", 2)
    ]
    assert unread(box) == []
    letters(home, 1)
    once(home, SLOT - DAY + 14 * MINUTE)
    assert len(unread(box)) == 1
    once(home, SLOT - DAY + 15 * MINUTE)
    assert unread(box) == []


def test_a_clock_that_stays_reads_beside_all_else(home: Home) -> None:
    letters(home, 1)
    now = [SLOT - DAY]
    clock = Clock(home, now=lambda: now[0], every=30)
    clock.wake()
    end_readings()
    assert unread(home.root / "mail") == []
    clock.wake()
    assert clock.healthy
    assert "inbound" not in clock._attempts.busy
    clock.leave()


def test_of_very_many_the_next_wake_reads_the_rest_at_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound_poll, "_MOST", 2)
    letters(home, 5)
    clock = Clock(home, now=lambda: SLOT - DAY, every=30)
    left = []
    for _ in range(5):  # what a reading brings is taken at the wake that began it, or at the next
        clock.wake()
        end_readings()
        left.append(len(unread(home.root / "mail")))
    assert [*dict.fromkeys(left)] == [3, 1, 0]
    clock.leave()


def test_a_server_that_hangs_holds_up_no_issue_and_is_said_in_time(
    tmp_path: Path, silent: int
) -> None:
    home = with_inbound(tmp_path, f'host = "127.0.0.1"\nport = {silent}\nuser = "me"')
    write_summary(home, "a")
    now = [SLOT]
    clock = Clock(home, now=lambda: now[0], every=30)
    clock.wake()
    assert entries(home) == {1: ["a"]}
    clock.wake()
    assert clock.healthy, "it has not failed yet"
    now[0] += 16 * MINUTE
    clock.wake()
    assert "inbound" in clock._attempts.failing
    clock.stop()
    clock.leave()


def test_what_fails_is_one_notice_and_a_line_of_status_and_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(IMAP_PASSWORD, "x")
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    home = with_inbound(tmp_path, f'host = "127.0.0.1"\nport = {port}\nuser = "me"')
    start = SLOT - DAY
    for minutes in range(0, 60, 5):
        once(home, start + minutes * MINUTE)
    assert notified(home) == ["failed the clock keeps failing"]
    beat = read_heartbeat(home)
    assert beat is not None
    assert beat.failing["inbound"].failures < 12, "it pauses ever longer"
    reason = f"127.0.0.1:{port}: nobody listens there"
    status = at(home, start + HOUR, "status").said
    assert "INBOUND: the clock has failed to read what came back since" in status
    assert reason in status
    doctor = at(home, start + HOUR, "doctor").said.splitlines()
    assert len([line for line in doctor if reason in line]) == 1
    # Mended.
    text = home.settings.read_text()
    (tmp_path / "mail").mkdir()
    letters(home, 1)
    lines = f'host = "127.0.0.1"\nport = {port}\nuser = "me"'
    home.settings.write_text(text.replace(lines, 'maildir = "mail"'))
    logged = once(home, start + 2 * HOUR)
    assert "works again" in events(logged)
    assert unread(home.root / "mail") == []
    assert "ok   inbound: mail, last read" in at(home, start + 2 * HOUR, "doctor").said


def test_a_message_that_cannot_be_read_is_said_once_and_costs_no_other(home: Home) -> None:
    letters(home, 2)
    os.mkfifo(home.root / "mail" / "new" / "1763881000.M1P1.mx")
    start = SLOT - DAY
    logged = [line for minutes in (0, 15, 30) for line in once(home, start + minutes * MINUTE)]
    assert events(logged).count("not handled") == 1
    assert unread(home.root / "mail") == ["1763881000.M1P1.mx"]
    assert "INBOUND: a message that came back cannot be handled: new/1763881000" in (
        at(home, start + HOUR, "status").said
    )
    (home.root / "mail" / "new" / "1763881000.M1P1.mx").unlink()
    once(home, start + HOUR)
    assert "INBOUND" not in at(home, start + HOUR, "status").said


def test_while_the_machine_s_clock_is_in_doubt_nothing_is_read(tmp_path: Path) -> None:
    home = with_inbound(tmp_path, 'maildir = "mail"')
    text = home.settings.read_text()
    home.settings.write_text(text.replace("sandbox = true", "samples = true"))
    write_summary(home, "a")
    once(home, SLOT)
    letters(home, 1)
    before = read_inbound_memory(home)
    once(home, SLOT + 400 * DAY)
    assert len(unread(home.root / "mail")) == 1
    assert read_inbound_memory(home) == before


def test_a_home_without_a_mailbox_reads_nothing(tmp_path: Path) -> None:
    home = with_inbound(tmp_path, "")
    once(home, SLOT - DAY)
    assert read_inbound_memory(home) is None
    doctor = at(home, SLOT - DAY, "doctor").said
    assert "ok   inbound: your mail server hands over what comes back" in doctor
