"""Postfix and dovecot as the tests run them: mail arrives as it was sent, or comes back."""

from __future__ import annotations

import imaplib
import smtplib
from typing import TYPE_CHECKING

import pytest

from certificates import client_context
from patience import PATIENCE
from peers.dovecot import Dovecot, dovecot
from peers.postfix import Postfix, postfix

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUNCES = "bounces@example.org"
VERP = "bounces+17-ab@example.org"
MESSAGE = b"Subject: Hello\r\nMessage-ID: <1@example.org>\r\n\r\n.dot\r\nFrom here\r\n\r\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Postfix]:
    with postfix(
        mailboxes=(BOUNCES,),
        refusing={"refused.example": "5.1.1 No such user"},
        bouncing={"gone.example": "5.1.1 No such user", "later.example": "4.2.2 Mailbox full"},
    ) as server:
        yield server


@pytest.fixture
def server(running: Postfix) -> Postfix:
    running.empty()
    return running


def send(server: Postfix, *to: str) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=PATIENCE) as smtp:
        smtp.starttls(context=client_context())
        for address in to:
            smtp.sendmail(VERP, [address], MESSAGE)


def test_mail_to_any_address_arrives_byte_for_byte(server: Postfix) -> None:
    send(server, "a@example.org", "b@example.org")
    arrived = server.delivered()
    assert sorted(one.to for one in arrived) == ["a@example.org", "b@example.org"]
    assert {one.message for one in arrived} == {MESSAGE}
    assert {one.sender for one in arrived} == {VERP}
    assert all(b"\n\tby mail.test (Postfix) with ESMTPS" in one.received for one in arrived)


def test_encryption_from_the_first_byte(server: Postfix) -> None:
    with smtplib.SMTP_SSL("127.0.0.1", server.tls_port, context=client_context()) as smtp:
        smtp.sendmail(VERP, ["a@example.org"], MESSAGE)
    assert len(server.delivered()) == 1


def test_mail_is_refused_bounced_or_deferred_by_domain(server: Postfix) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match=r"5\.1\.1"):
        send(server, "x@refused.example")
    for elsewhere in ("x@refused.example", "x@another.example"):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(server, elsewhere)
    send(server, "x@gone.example", "x@later.example")
    [bounce] = server.delivered(BOUNCES)
    assert (bounce.sender, bounce.to) == ("", VERP)
    assert b"\r\nStatus: 5.1.1\r\n" in bounce.message
    assert server.queued("deferred") == 1
    assert server.delivered() == []


def test_dovecot_gives_what_postfix_delivered(server: Postfix) -> None:
    send(server, "x@gone.example")
    with dovecot(server.maildir(BOUNCES)) as imap:
        [bounce] = server.delivered(BOUNCES)
        with imaplib.IMAP4("127.0.0.1", imap.port, timeout=PATIENCE) as client:
            client.starttls(client_context())
            client.login(imap.user, imap.password)
            assert client.select()[0] == "OK"
            _, data = client.fetch("1", "(BODY.PEEK[])")
            assert isinstance(data[0], tuple)
            assert data[0][1] == bounce.received.replace(b"\n", b"\r\n")
        refuse_wrong_password(imap)


def refuse_wrong_password(imap: Dovecot) -> None:
    with (
        imaplib.IMAP4_SSL(
            "127.0.0.1", imap.tls_port, ssl_context=client_context(), timeout=PATIENCE
        ) as client,
        pytest.raises(imaplib.IMAP4.error),
    ):
        client.login(imap.user, "wrong")


def test_only_who_logs_in_may_send_where_dovecot_is_asked(server: Postfix) -> None:
    with (
        dovecot(server.maildir(BOUNCES)) as imap,
        postfix(login_at=imap.login_at) as closed,
        smtplib.SMTP("127.0.0.1", closed.port, timeout=PATIENCE) as smtp,
    ):
        smtp.ehlo()
        assert not smtp.has_extn("AUTH")
        smtp.starttls(context=client_context())
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="Access denied"):
            smtp.sendmail(VERP, ["a@example.org"], MESSAGE)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login(imap.user, "wrong")
        smtp.login(imap.user, imap.password)
        smtp.sendmail(VERP, ["a@example.org"], MESSAGE)
        assert len(closed.delivered()) == 1
