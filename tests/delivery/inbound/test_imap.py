"""A mailbox on a real dovecot is read once, loses nothing, and only over TLS that is verified."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

import pytest

import certificates
from free_ports import free_port
from imap_servers import PASSWORD, USER
from msnewsletter.delivery.inbound.bounded_message import READ_LIMIT
from msnewsletter.delivery.inbound.imap import ImapMailbox, imap_messages
from msnewsletter.errors import DeliveryError
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imap_servers import Dovecot

FIRST, SECOND, THIRD = (f"176388120{number}.M1P1.mx" for number in range(3))


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificates.trust(monkeypatch, tmp_path)


def mailbox(dovecot: Dovecot, **more: str) -> ImapMailbox:
    return replace(
        ImapMailbox(host="localhost", port=dovecot.port, user=USER, password=PASSWORD), **more
    )


def handled(place: ImapMailbox, *, most: int = 100) -> list[bytes]:
    """The messages that wait, up to so many, each marked once it was read."""
    found = []
    with imap_messages(place) as mails:
        for mail in mails:
            assert mail.problem == ""
            found.append(mail.content.replace(b"\r\n", b"\n"))
            mail.done()
            if len(found) == most:
                break
    return found


def files(folder: Path) -> list[str]:
    return sorted(path.name for sub in ("new", "cur") for path in (folder / sub).iterdir())


def test_a_message_is_marked_as_seen_and_stays(dovecot: Dovecot) -> None:
    dovecot.put(FIRST, b"Subject: one\n\nbody\n")
    assert handled(mailbox(dovecot)) == [b"Subject: one\n\nbody\n"]
    assert handled(mailbox(dovecot)) == []
    [name] = files(dovecot.maildir)
    assert name.startswith(FIRST)
    assert "S" in name.rpartition(",")[2]


def test_reading_alone_marks_nothing(dovecot: Dovecot) -> None:
    dovecot.put(FIRST, b"Subject: one\n\n")
    with imap_messages(mailbox(dovecot)) as mails:
        assert len(list(mails)) == 1
    assert handled(mailbox(dovecot)) == [b"Subject: one\n\n"]


def test_handled_messages_go_to_a_folder_that_is_made(dovecot: Dovecot) -> None:
    for name, content in ((FIRST, b"A: 1\n\n"), (SECOND, b"A: 2\n\n")):
        dovecot.put(name, content)
    place = mailbox(dovecot, handled='done "here"')
    assert handled(place) == [b"A: 1\n\n", b"A: 2\n\n"]
    assert handled(place) == []
    # Nothing is deleted: where it cannot be moved, the original stays.
    assert len(files(dovecot.maildir)) == (0 if dovecot.moves else 2)
    assert len(handled(mailbox(dovecot, folder='done "here"'))) == 2
    assert len(files(dovecot.maildir / '.done "here"')) == 2


def test_who_stops_in_the_middle_goes_on_where_it_was(dovecot: Dovecot) -> None:
    for number, name in enumerate((FIRST, SECOND, THIRD)):
        dovecot.put(name, b"A: %d\n\n" % number)
    for place in (mailbox(dovecot), mailbox(dovecot, handled="done")):
        assert handled(place, most=1) == [b"A: 0\n\n"]
        assert handled(place) == [b"A: 1\n\n", b"A: 2\n\n"]
        for number, name in enumerate((FIRST, SECOND, THIRD)):
            dovecot.put(f"{name}.again", b"A: %d\n\n" % number)


def test_of_a_large_message_only_the_beginning_comes(dovecot: Dovecot) -> None:
    dovecot.put(FIRST, b"A: 1\n\n" + b"x" * 70 * 300_000)
    [content] = handled(mailbox(dovecot))
    assert READ_LIMIT - 10 < len(content) <= READ_LIMIT


def test_an_empty_message_and_bytes_that_are_no_text_are_read(dovecot: Dovecot) -> None:
    dovecot.put(FIRST, b"")
    dovecot.put(SECOND, bytes(range(1, 256)))
    assert len(handled(mailbox(dovecot))) == 2
    assert handled(mailbox(dovecot)) == []


def test_a_message_that_is_removed_meanwhile_stops_nothing(dovecot: Dovecot) -> None:
    for number, name in enumerate((FIRST, SECOND, THIRD)):
        dovecot.put(name, b"A: %d\n\n" % number)
    found, problems = [], []
    with imap_messages(mailbox(dovecot)) as mails:
        for mail in mails:
            if not found:
                [removed] = (dovecot.maildir / "cur").glob(f"{SECOND}*")
                removed.unlink()
            found.append(mail.content[:4])
            problems.append(mail.problem)
            if not mail.problem:
                mail.done()
    assert found == [b"A: 0", b"", b"A: 2"]
    assert problems == ["", "the server does not give it", ""]


# ── what fails ───────────────────────────────────────────────────────────────────────────────────


def refusal(place: ImapMailbox) -> str:
    with pytest.raises(DeliveryError) as raised, imap_messages(place) as mails:
        list(mails)
    text = str(raised.value)
    assert text.startswith(f"{place.host}:{place.port}: ")
    # The user is an address, and servers repeat it.
    assert "@" not in text
    assert "quiet" not in text
    return text.partition(": ")[2]


def test_a_wrong_password_is_one_line(dovecot: Dovecot) -> None:
    said = refusal(mailbox(dovecot, password="wrong"))  # noqa: S106
    assert said == "it refuses user and password; check both"


def test_a_folder_that_is_not_there_is_one_line(dovecot: Dovecot) -> None:
    assert refusal(mailbox(dovecot, folder="gone")).startswith("there is no folder 'gone'")


def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot) -> None:
    said = refusal(mailbox(dovecot, host="127.0.0.1"))
    assert said.startswith("its certificate cannot be trusted (")


@pytest.mark.parametrize("name", ["user", "password", "folder", "handled"])
def test_a_line_break_in_a_setting_is_never_sent(name: str) -> None:
    place = ImapMailbox(host="localhost", port=1, user=USER, password=PASSWORD)
    place = replace(place, **{name: "a\r\nb"})
    assert refusal(place) == f"{name} holds a control character; remove it"


def test_a_host_where_nobody_listens_is_one_line() -> None:
    place = ImapMailbox(host="localhost", port=free_port(), user=USER, password=PASSWORD)
    assert refusal(place).startswith("nobody listens there")


@contextmanager
def saying(*lines: bytes) -> Iterator[ImapMailbox]:
    """A server that reads one line before each of its own, and then closes."""
    context = certificates.server_context("localhost")
    with socket.create_server(("localhost", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                for line in lines:
                    tag = secure.recv(4096).partition(b" ")[0]
                    secure.sendall(line.replace(b"TAG", tag))

        thread = Thread(target=serve, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        yield ImapMailbox(host="localhost", port=port, user="a", password="b", timeout=PATIENCE)  # noqa: S106
        thread.join(timeout=PATIENCE)


CAPABILITY = b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"
LOGIN = b"TAG OK done\r\n"
SELECT = b"* 1 EXISTS\r\nTAG OK done\r\n"
SEARCH = b"* SEARCH 7\r\nTAG OK done\r\n"


@pytest.mark.parametrize("steps", range(6))
def test_a_server_that_closes_at_any_step_is_one_line(steps: int) -> None:
    with saying(*(CAPABILITY, LOGIN, CAPABILITY, SELECT, SEARCH)[:steps]) as place:
        assert refusal(place) in {
            "it closed the connection; try again later",
            "the connection fails; check the host, and the network",
        }


def test_a_server_that_sends_more_than_was_asked_for_is_left() -> None:
    flood = b"* 1 FETCH (UID 7 RFC822.SIZE 9 BODY[]<0> {9999999999}\r\nx"
    began = time.monotonic()
    with saying(CAPABILITY, LOGIN, CAPABILITY, SELECT, SEARCH, flood) as place:
        assert refusal(place) == "it closed the connection; try again later"
    assert time.monotonic() - began < 5
