"""`inbound` as a mail server and an operator meet it; through the real program."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import time_machine

from came_back import BOUNCES, Returns, put, unread
from delivering import Newsletter, newsletter
from forks import forked
from msnewsletter.delivery.inbound import maildir as maildir_module
from msnewsletter.delivery.inbound.bounded_message import READ_LIMIT
from msnewsletter.publisher.came_back.inbound_handler import InboundHandler
from msnewsletter.store import sqlite as sqlite_store
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from msnewsletter.subscribers.subscriber import Subscriber

CONFIRMED = SubscriberState.CONFIRMED
FIRST, SECOND, THIRD = (f"176388120{number}.M1P1.mx" for number in range(3))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingServer]:
    with recording_server(tmp_path_factory.mktemp("server"), keep_messages=True) as running:
        yield running


@pytest.fixture
def letter(tmp_path: Path, server: RecordingServer) -> Newsletter:
    server.forget()
    return newsletter(tmp_path, server, deliver=f'bounces = "{BOUNCES}"')


@pytest.fixture
def returns(letter: Newsletter) -> Returns:
    return Returns(letter=letter)


@pytest.fixture
def readers(letter: Newsletter) -> list[Subscriber]:
    """Ada, Bo and Eve, who have issue 1."""
    found = letter.subscribe("ada", "bo", "eve")
    letter.publish()
    letter.deliver()
    return found


def inbound(
    letter: Newsletter,
    *words: str,
    message: bytes = b"",
    before: Callable[[], object] = lambda: None,
) -> subprocess.CompletedProcess[str]:
    """The program's end, with a message on its standard input."""

    def prepare() -> None:
        time_machine.travel(letter.now, tick=False).start()
        with tempfile.TemporaryFile() as file:
            file.write(message)
            file.seek(0)
            os.dup2(file.fileno(), 0)
        sys.stdin = os.fdopen(0)
        before()

    done = forked(["--home", str(letter.home.root), "inbound", *words], before=prepare)
    assert "@" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_a_message_on_standard_input_is_handled_and_the_program_says_nothing(
    letter: Newsletter, returns: Returns, readers: list[Subscriber]
) -> None:
    ada = readers[0]
    done = inbound(letter, "--stdin", message=returns.bounce(1, ada))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert returns.now(ada).suppression is SuppressionReason.BOUNCE
    # Again, what nobody understands, and nothing at all: the mail server has done its part.
    for message in (returns.bounce(1, ada), b"\xff\0\r\n" * 1000, b""):
        done = inbound(letter, "--stdin", message=message)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_message_of_megabytes_is_taken_whole_and_read_at_its_beginning(
    letter: Newsletter, returns: Returns, readers: list[Subscriber]
) -> None:
    bounce = returns.bounce(1, readers[0]) + b"x" * 8 * READ_LIMIT
    assert inbound(letter, "--stdin", message=bounce).returncode == 0
    assert returns.now(readers[0]).suppression is SuppressionReason.BOUNCE


def test_postfix_s_name_for_the_recipient_tells_the_delivery(
    letter: Newsletter, returns: Returns, readers: list[Subscriber]
) -> None:
    ada = readers[0]
    sender = returns.sender(1, ada)
    bare = returns.bounce(1, ada, sender="undisclosed")

    def environment() -> None:
        os.environ["ORIGINAL_RECIPIENT"] = sender

    done = inbound(letter, "--stdin", message=bare, before=environment)
    assert done.returncode == 0
    assert returns.now(ada).suppression is SuppressionReason.BOUNCE


def test_what_could_not_be_handled_is_to_be_handed_over_again(
    letter: Newsletter, returns: Returns, readers: list[Subscriber]
) -> None:
    bounce = returns.bounce(1, readers[0])
    settings = letter.home.settings.read_text()
    letter.home.settings.write_text(settings + "\n[inbuond]\n")
    done = inbound(letter, "--stdin", message=bounce)
    assert (done.returncode, done.stdout) == (75, "")
    assert "handed over again" in done.stderr
    assert "inbuond" in done.stderr
    letter.home.settings.write_text(settings)
    assert returns.now(readers[0]).state is CONFIRMED
    assert inbound(letter, "--stdin", message=bounce).returncode == 0


@pytest.mark.sqlite("another program holds the database's file")
def test_a_busy_database_has_the_mail_server_wait(
    letter: Newsletter,
    returns: Returns,
    readers: list[Subscriber],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_store, "_BUSY_MS", 1)
    bounce = returns.bounce(1, readers[0])
    with closing(sqlite3.connect(letter.home.subscribers)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = inbound(letter, "--stdin", message=bounce)
        other.rollback()
    assert done.returncode == 75
    assert returns.now(readers[0]).state is CONFIRMED


def test_a_bug_has_the_mail_server_wait_and_says_no_word_of_the_message(
    letter: Newsletter, readers: list[Subscriber]
) -> None:
    del readers

    def break_it() -> None:
        def broken(*_: object, **__: object) -> None:
            raise KeyError("ada@example.org")

        InboundHandler.handle = broken  # type: ignore[method-assign,assignment]

    done = inbound(letter, "--stdin", message=b"From: a@b.example\n\nx", before=break_it)
    assert (done.returncode, "a bug (KeyError)" in done.stderr) == (75, True)


def test_a_maildir_is_handled_and_told_of_by_kind(
    letter: Newsletter, returns: Returns, readers: list[Subscriber], tmp_path: Path
) -> None:
    ada, bo, eve = readers
    box = tmp_path / "ada@example.org"
    put(box, FIRST, returns.bounce(1, ada))
    put(box, SECOND, returns.request("Bo <bo@example.org>"))
    put(box, THIRD, returns.bounce(1, eve, "5.7.1"))
    put(box, "1763881209.M1P1.mx", b"From: eve@example.org\nSubject: Thanks\n\nI like it.\n")
    done = inbound(letter, "--maildir", str(box))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "1 bounce of a dead address: suppressed",
        "1 refusal of our mail, for you to correct: see 'doctor'",
        "1 request to leave: unsubscribed",
        "1 letter for a person to read: nothing changed",
    ]
    assert unread(box) == []
    assert len(list((box / "cur").iterdir())) == 4, "nothing is deleted"
    assert returns.now(bo).state is SubscriberState.UNSUBSCRIBED
    assert inbound(letter, "--maildir", str(box)).stdout == "Nothing came back.\n"


def test_one_message_that_cannot_be_read_costs_no_other_and_stays(
    letter: Newsletter, returns: Returns, readers: list[Subscriber], tmp_path: Path
) -> None:
    box = tmp_path / "box"
    put(box, SECOND, returns.bounce(1, readers[0]))
    os.mkfifo(box / "new" / FIRST)
    done = inbound(letter, "--maildir", str(box))
    assert done.returncode == 1
    assert f"new/{FIRST}" in done.stderr
    assert "it stays where it is" in done.stderr
    assert done.stdout == "1 bounce of a dead address: suppressed\n"
    assert unread(box) == [FIRST]


def test_a_message_that_finds_a_bug_costs_no_other_and_stays(
    letter: Newsletter, returns: Returns, readers: list[Subscriber], tmp_path: Path
) -> None:
    box = tmp_path / "box"
    put(box, FIRST, b"poison")
    put(box, SECOND, returns.bounce(1, readers[0]))
    handle = InboundHandler.handle

    def break_it() -> None:
        def poisoned(self: InboundHandler, message: bytes, **rest: object) -> object:
            if message == b"poison":
                raise KeyError("ada@example.org")
            return handle(self, message, **rest)  # type: ignore[arg-type]

        InboundHandler.handle = poisoned  # type: ignore[method-assign,assignment]

    done = inbound(letter, "--maildir", str(box), before=break_it)
    assert done.returncode == 1
    assert "a bug (KeyError)" in done.stderr
    assert done.stdout == "1 bounce of a dead address: suppressed\n"
    assert unread(box) == [FIRST]


def test_who_is_killed_between_handling_and_marking_repeats_it_without_effect(
    letter: Newsletter, returns: Returns, readers: list[Subscriber], tmp_path: Path
) -> None:
    ada, bo, eve = readers
    box = tmp_path / "box"
    put(box, FIRST, returns.bounce(1, ada, "4.2.2"))
    put(box, SECOND, returns.bounce(1, bo))
    put(box, THIRD, returns.request("eve@example.org"))

    def kill_at_mark() -> None:
        def killed(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        maildir_module._mark = killed

    done = inbound(letter, "--maildir", str(box), before=kill_at_mark)
    assert done.returncode == -signal.SIGKILL
    assert returns.now(ada).soft_bounces == 1
    assert unread(box) == [FIRST, SECOND, THIRD]
    done = inbound(letter, "--maildir", str(box))
    assert done.stdout.splitlines() == [
        "1 bounce of a dead address: suppressed",
        "1 request to leave: unsubscribed",
        "1 message about what was known: nothing changed",
    ]
    assert returns.now(ada).soft_bounces == 1
    assert returns.now(eve).state is SubscriberState.UNSUBSCRIBED
    assert unread(box) == []


def test_what_is_no_maildir_is_one_line(letter: Newsletter, tmp_path: Path) -> None:
    done = inbound(letter, "--maildir", str(tmp_path))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "name a Maildir" in done.stderr


def test_without_options_it_reads_what_the_settings_name(
    letter: Newsletter, returns: Returns, readers: list[Subscriber]
) -> None:
    done = inbound(letter)
    assert done.returncode == 1
    assert "names no maildir and no host" in done.stderr
    letter.set('[inbound]\nmaildir = "mail/returns"')
    put(letter.home.root / "mail" / "returns", FIRST, returns.bounce(1, readers[0]))
    assert inbound(letter).stdout == "1 bounce of a dead address: suppressed\n"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('host = "127.0.0.1"', "inbound.user is missing"),
        ('host = "127.0.0.1"\nuser = "me"', "set MSNEWSLETTER_IMAP_PASSWORD"),
    ],
)
def test_what_is_missing_to_reach_a_server_is_one_line(
    letter: Newsletter, monkeypatch: pytest.MonkeyPatch, lines: str, says: str
) -> None:
    monkeypatch.delenv("MSNEWSLETTER_IMAP_PASSWORD", raising=False)
    letter.set(f"[inbound]\n{lines}")
    done = inbound(letter)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert says in done.stderr


def test_two_ways_at_once_are_refused(letter: Newsletter, tmp_path: Path) -> None:
    assert inbound(letter, "--stdin", "--maildir", str(tmp_path)).returncode == 2
