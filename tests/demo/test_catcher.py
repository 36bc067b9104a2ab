"""The demo's mail server, spoken to by the standard library's client and by bare sockets."""

from __future__ import annotations

import smtplib
import socket
from typing import TYPE_CHECKING

import pytest

from msnewsletter.demo import catcher as module
from msnewsletter.demo.catcher import Catcher

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE = b"Subject: A\r\n\r\n.hidden\r\n..\r\nEnd.\r\n"


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with Catcher() as running:
        yield running


def said(catcher: Catcher, heard: bytes) -> list[bytes]:
    """The first three digits of every line that it answers, until it hangs up."""
    with socket.create_connection(("127.0.0.1", catcher.port)) as peer, peer.makefile("rb") as got:
        peer.sendall(heard)
        return [line[:3] for line in got]


def test_it_keeps_a_mail_as_it_was_sent_with_its_dots(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.sendmail("a@example.org", ["b@example.org", "c@example.org"], MESSAGE)
    (letter,) = catcher.letters
    assert (letter.sender, letter.to) == ("a@example.org", ("b@example.org", "c@example.org"))
    assert letter.message == MESSAGE


def test_commands_that_come_all_at_once_are_answered_in_order(catcher: Catcher) -> None:
    heard = b"EHLO me\r\nMAIL FROM:<a@b.c> SIZE=9\r\nRCPT TO:<d@e.f>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n"
    assert said(catcher, heard) == [b"220", *[b"250"] * 4, b"250", b"250", b"354", b"250", b"221"]
    assert catcher.letters[0].message == b"x\r\n"


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (b"DATA\r\n", b"503"),
        (b"MAIL FROM:<a@b.c>\r\nRSET\r\nDATA\r\n", b"503"),
        (b"VRFY everybody\r\n", b"502"),
        (b"\x00\xff\r\n", b"502"),
        (b"x" * 100_000 + b"\r\n", b"502"),
        (b"NOOP\r\n", b"250"),
    ],
)
def test_what_it_does_not_do_is_answered_and_the_session_goes_on(
    catcher: Catcher, heard: bytes, answer: bytes
) -> None:
    *before, last = said(catcher, heard + b"QUIT\r\n")
    assert before[-1] == answer
    assert last == b"221"
    assert catcher.letters == []


def test_what_is_too_large_or_too_many_is_refused(
    catcher: Catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SIZE_LIMIT", 10)
    monkeypatch.setattr(module, "LETTER_LIMIT", 1)
    mail = b"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n%s\r\n.\r\n"
    heard = mail % (b"x" * 9_000) + mail % b"one" + mail % b"two" + b"QUIT\r\n"
    answers = said(catcher, heard)
    assert answers[4::4] == [b"552", b"250", b"452"]
    assert [one.message for one in catcher.letters] == [b"one\r\n"]


def test_whoever_holds_on_or_goes_away_in_a_mail_keeps_nobody_waiting() -> None:
    with Catcher() as catcher:
        held = socket.create_connection(("127.0.0.1", catcher.port))
        held.sendall(b"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nhalf")
        gone = socket.create_connection(("127.0.0.1", catcher.port))
        gone.sendall(b"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nhalf")
        gone.close()
        assert said(catcher, b"QUIT\r\n") == [b"220", b"221"]
        port = catcher.port
    held.close()
    assert catcher.letters == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()
