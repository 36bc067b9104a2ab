"""The recording server: a good one by default, and each misbehaviour as its data says."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
import subprocess
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from certificates import client_context
from chance import examples
from patience import PATIENCE
from peers.bad_servers import BAD_SERVERS, behaviours
from peers.behaviours import (
    Behaviour,
    Certificate,
    DataAnyway,
    Drop,
    DropAfterBytes,
    Ending,
    Greylist,
    Login,
    Moment,
    NoEarlyTalk,
    Probation,
    Reply,
    Side,
    SlowReplies,
    Stall,
    Step,
    Talkative,
)
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER, READER = "news@example.org", "reader@example.org"
MESSAGE = b"Message-ID: <1@example.org>\r\nX-ID: 7\r\n\r\nHello\r\n.dot\r\n..\r\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingServer]:
    folder = tmp_path_factory.mktemp("recording")
    with recording_server(folder, keep_messages=True, transcript=True) as server:
        yield server


@pytest.fixture
def server(running: RecordingServer) -> RecordingServer:
    """A server that has recorded nothing yet."""
    running.forget()
    return running


def client(server: RecordingServer) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, timeout=PATIENCE)


def send(server: RecordingServer, *, to: str = READER, sender: str = SENDER) -> None:
    with client(server) as smtp:
        smtp.sendmail(sender, [to], MESSAGE)


def talk(server: RecordingServer, said: bytes) -> bytes:
    """All that the server replies to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(said)
        heard = b""
        while data := connection.recv(65536):
            heard += data
        return heard


def batch(*recipients: str) -> bytes:
    lines = ["EHLO me", f"MAIL FROM:<{SENDER}>", *(f"RCPT TO:<{one}>" for one in recipients)]
    return "\r\n".join([*lines, "DATA", ""]).encode()


PIPELINED = batch(READER) + MESSAGE.replace(b"\r\n.", b"\r\n..") + b".\r\nQUIT\r\n"


# ── a good server ────────────────────────────────────────────────────────────────────────────────


def test_what_was_accepted_is_recorded(server: RecordingServer) -> None:
    send(server)
    [letter] = server.accepted()
    assert (letter.sender, letter.recipients) == (SENDER, [READER])
    assert (letter.message_id, letter.x_id) == ("<1@example.org>", "7")
    assert (letter.size, letter.sha256) == (len(MESSAGE), hashlib.sha256(MESSAGE).hexdigest())
    assert not letter.encrypted
    assert server.message(letter.number) == MESSAGE


def test_a_dialogue_may_come_in_one_piece(server: RecordingServer) -> None:
    codes = [line[:3] for line in talk(server, PIPELINED).decode().splitlines()]
    assert codes == ["220", *["250"] * 4, "250", "250", "354", "250", "221"]
    assert len(server.accepted()) == 1
    server.settle()
    heard = [line for side, line in server.transcript() if side is Side.CLIENT]
    assert heard[-3:] == ["DATA", f"({len(MESSAGE)} bytes)", "QUIT"]


def test_an_empty_message_ends_too(server: RecordingServer) -> None:
    talk(server, batch(READER) + b".\r\nQUIT\r\n")
    assert [letter.size for letter in server.accepted()] == [0]


def test_a_killed_client_leaves_the_server_alive(server: RecordingServer) -> None:
    program = f"""
import os, signal, socket
connection = socket.create_connection(("127.0.0.1", {server.port}))
connection.sendall({PIPELINED[:-10]!r})
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode < 0
    server.settle()
    send(server)
    assert len(server.accepted()) == 1


# ── replies ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.BODY])
def test_a_reply_is_replaced_at_any_step(server: RecordingServer, step: Step) -> None:
    lines = ("550-5.1.1 More than", "550 5.1.1 one line \xff")
    server.behave(Behaviour(rules=(Reply(at=step, lines=lines, times=1),)))
    with pytest.raises(smtplib.SMTPException):
        send(server)
    assert server.accepted() == []
    send(server)
    assert len(server.accepted()) == 1


def test_recipients_are_refused_by_pattern(server: RecordingServer) -> None:
    rule = Reply(at=Step.RCPT, lines=("550 5.1.1 No such user",), to="^gone")
    server.behave(Behaviour(rules=(rule,)))
    with client(server) as smtp:
        refused = smtp.sendmail(SENDER, ["gone@example.org", READER], MESSAGE)
    assert set(refused) == {"gone@example.org"}
    assert [letter.recipients for letter in server.accepted()] == [[READER]]


def test_data_is_answered_by_354_after_a_refused_recipient(server: RecordingServer) -> None:
    refuse = Reply(at=Step.RCPT, lines=("550 5.1.1 No such user",))
    server.behave(Behaviour(rules=(refuse, DataAnyway())))
    replies = talk(server, PIPELINED).decode().splitlines()[-4:]
    assert [line[:3] for line in replies] == ["550", "354", "554", "221"]
    assert server.accepted() == []


def test_each_pair_of_addresses_is_greylisted_once(server: RecordingServer) -> None:
    server.behave(Behaviour(rules=(Greylist(),)))
    for sender in ("a@example.org", "b@example.org"):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(server, sender=sender)
        send(server, sender=sender)
    assert len(server.accepted()) == 2


@pytest.mark.parametrize("seconds", [None, 3600.0])
def test_probation_refuses_after_so_many_recipients(
    server: RecordingServer, seconds: float | None
) -> None:
    server.behave(Behaviour(rules=(Probation(recipients=2, seconds=seconds),)))
    readers = [f"{number}@example.org" for number in range(4)]
    with client(server) as smtp:
        assert set(smtp.sendmail(SENDER, readers, MESSAGE)) == set(readers[2:])
    # Another connection helps where it is the connection that counts.
    if seconds:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(server)
    else:
        send(server)


def test_replies_may_be_long_and_slow(server: RecordingServer) -> None:
    server.behave(Behaviour(rules=(SlowReplies(), Talkative(at=Step.QUIT, size=10_000, lines=2))))
    replies = talk(server, b"QUIT\r\n").splitlines()
    assert [len(line) for line in replies[1:3]] == [10_004, 10_004]
    assert replies[3] == b"221 2.0.0 Bye"


def test_early_talk_may_be_refused(server: RecordingServer) -> None:
    server.behave(Behaviour(extensions=(), rules=(NoEarlyTalk(),)))
    send(server)
    assert b"554 5.5.0" in talk(server, PIPELINED)
    assert len(server.accepted()) == 1


# ── ends ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ending", Ending)
def test_a_connection_ends_before_a_reply(server: RecordingServer, ending: Ending) -> None:
    for kept in (False, True):
        rule = Drop(at=Step.BODY, ending=ending, kept=kept, times=1)
        server.behave(Behaviour(rules=(rule,)))
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            send(server)
        assert len(server.accepted()) == kept


def test_a_connection_ends_after_a_reply(server: RecordingServer) -> None:
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, when=Moment.AFTER, times=1),)))
    with client(server) as smtp:
        assert smtp.sendmail(SENDER, [READER], MESSAGE) == {}
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()
    assert len(server.accepted()) == 1


def test_a_connection_is_cut_after_any_byte_of_the_server(server: RecordingServer) -> None:
    whole = talk(server, PIPELINED)
    for count in range(len(whole)):
        server.behave(Behaviour(rules=(DropAfterBytes(count=count, side=Side.SERVER),)))
        assert talk(server, PIPELINED) == whole[:count]


def test_a_connection_is_cut_after_any_byte_of_the_client(server: RecordingServer) -> None:
    for count in range(len(PIPELINED)):
        server.forget()
        server.behave(Behaviour(rules=(DropAfterBytes(count=count, side=Side.CLIENT),)))
        heard = talk(server, PIPELINED)
        # The message ends six bytes, QUIT and its CRLF, before the dialogue does.
        complete = count >= len(PIPELINED) - 6
        assert (len(server.accepted()), b"Recorded" in heard) == (complete, complete), count


def test_a_connection_stalls_until_the_client_leaves(server: RecordingServer) -> None:
    server.behave(Behaviour(rules=(Stall(at=Step.BODY, kept=True),)))
    connection = socket.create_connection(("127.0.0.1", server.port))
    with closing(connection), connection.makefile("rb") as replies:
        connection.sendall(PIPELINED)
        while not replies.readline().startswith(b"354"):
            pass
        connection.shutdown(socket.SHUT_WR)
        assert replies.read() == b""
    assert len(server.accepted()) == 1


# ── encryption and login ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_starttls_and_a_login(server: RecordingServer, mechanism: str) -> None:
    login = Login(mechanisms=(mechanism,))
    server.behave(Behaviour(security="starttls", login=login))
    with client(server) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("AUTH")
        smtp.starttls(context=client_context())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login(login.user, "wrong")
        with pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail(SENDER, [READER], MESSAGE)
        smtp.login(login.user, login.password)
        smtp.sendmail(SENDER, [READER], MESSAGE)
    assert [(one.encrypted, one.user) for one in server.accepted()] == [(True, login.user)]


def test_encryption_from_the_first_byte(server: RecordingServer) -> None:
    server.behave(Behaviour(security="tls"))
    with smtplib.SMTP_SSL("127.0.0.1", server.port, context=client_context()) as smtp:
        smtp.sendmail(SENDER, [READER], MESSAGE)
    assert [letter.encrypted for letter in server.accepted()] == [True]


@pytest.mark.parametrize(
    ("certificate", "told"),
    [(Certificate.EXPIRED, "expired"), (Certificate.OTHER_NAME, "not valid for '127.0.0.1'")],
)
def test_a_certificate_may_be_wrong(
    server: RecordingServer, certificate: Certificate, told: str
) -> None:
    server.behave(Behaviour(security="starttls", certificate=certificate))
    with client(server) as smtp, pytest.raises(ssl.SSLCertVerificationError, match=told):
        smtp.starttls(context=client_context())


def test_starttls_may_be_refused(server: RecordingServer) -> None:
    rule = Reply(at=Step.STARTTLS, lines=("454 4.7.0 TLS not available",))
    server.behave(Behaviour(security="starttls", rules=(rule,)))
    with client(server) as smtp, pytest.raises(smtplib.SMTPResponseException, match="454"):
        smtp.starttls(context=client_context())


# ── all of them ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", BAD_SERVERS)
def test_each_bad_server_of_the_list_is_bad(server: RecordingServer, name: str) -> None:
    server.behave(BAD_SERVERS[name])
    codes = ["220", *["250"] * 4, "250", "250", "354", "250", "221"]
    heard = b""
    # A connection that is reset is bad enough.
    with suppress(OSError), socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(PIPELINED)
        connection.shutdown(socket.SHUT_WR)
        while data := connection.recv(65536):
            heard += data
    assert [line[:3] for line in heard.decode("latin-1").splitlines()] != codes


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(behaviour=behaviours)
def test_whatever_a_server_was_it_becomes_good_again(
    server: RecordingServer, behaviour: Behaviour
) -> None:
    server.behave(behaviour)
    with suppress(OSError):
        talk(server, PIPELINED)
    server.forget()
    send(server)
    assert len(server.accepted()) == 1
