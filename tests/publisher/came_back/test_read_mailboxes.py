"""A mail that real servers send back stops the next one: postfix, a Maildir, dovecot's IMAP."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

import certificates
from came_back import Returns, unread
from delivering import Newsletter
from homes import empty_home
from msnewsletter.delivery_settings import IMAP_PASSWORD
from msnewsletter.publisher.came_back.inbound_decision import InboundOutcome
from msnewsletter.publisher.came_back.read_mailboxes import read_mailboxes, read_maildir
from msnewsletter.store.subscribers.subscriber_tables import delivery_id
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason
from peers.dovecot import dovecot
from peers.postfix import EVERYONE, Postfix, postfix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOUNCES = "bounces@example.org"


@pytest.fixture(scope="module")
def running() -> Iterator[Postfix]:
    with postfix(
        mailboxes=(BOUNCES,),
        bouncing={
            "gone.example": "5.1.1 No such user",
            "full.example": "5.2.2 Mailbox full",
            "strict.example": "5.7.1 Message refused by policy",
        },
    ) as server:
        yield server


@pytest.fixture
def server(running: Postfix) -> Postfix:
    running.empty()
    shutil.rmtree(running.maildir(BOUNCES), ignore_errors=True)
    return running


@pytest.fixture
def letter(tmp_path: Path, server: Postfix, monkeypatch: pytest.MonkeyPatch) -> Newsletter:
    certificates.trust(monkeypatch, tmp_path)
    made = Newsletter(home=empty_home(tmp_path / "home"))
    made.set(f'[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "starttls"')
    made.set(f'[deliver]\nbounces = "{BOUNCES}"')
    return made


def sent(letter: Newsletter, server: Postfix) -> list[str]:
    """Whom one more issue, a week later, reaches."""
    server.empty()
    letter.now += timedelta(days=7)
    letter.publish()
    [report] = letter.deliver().mailings
    assert report.balance.counts.keys() == {DeliveryState.SENT}
    return sorted(one.to for one in server.delivered(EVERYONE))


def test_what_postfix_sends_back_keeps_the_next_issue_from_a_dead_address_alone(
    letter: Newsletter, server: Postfix
) -> None:
    returns = Returns(letter=letter)
    gone, full, strict, fine = letter.subscribe(
        "ada@gone.example", "bo@full.example", "eve@strict.example", "dan@example.org"
    )
    assert sent(letter, server) == ["dan@example.org"]
    server.settle()
    report = read_maildir(letter.home, server.maildir(BOUNCES), now=lambda: letter.now)
    assert report.counts == {
        InboundOutcome.DEAD: 1,
        InboundOutcome.SOFT: 1,
        InboundOutcome.OURS: 1,
    }
    assert returns.now(gone).suppression is SuppressionReason.BOUNCE
    assert returns.now(full).soft_bounces == 1
    assert (returns.now(strict), returns.now(fine)) == (strict, fine)
    assert unread(server.maildir(BOUNCES)) == []
    sent(letter, server)
    with letter.store() as store:
        assert store.balance(2).counts == {DeliveryState.SENT: 3}
        assert store.subscriber_of(delivery_id(2, gone.id)) is None


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_same_over_imap_by_the_settings(
    letter: Newsletter, server: Postfix, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    returns = Returns(letter=letter)
    gone, fine = letter.subscribe("ada@gone.example", "dan@example.org")
    sent(letter, server)
    server.settle()
    with dovecot(server.maildir(BOUNCES)) as box:
        port = box.tls_port if security == "tls" else box.port
        letter.set(
            f'[inbound]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "{security}"\n'
            f'user = "{box.user}"'
        )
        monkeypatch.setenv(IMAP_PASSWORD, box.password)
        report = read_mailboxes(letter.home, now=lambda: letter.now)
        assert report.counts == {InboundOutcome.DEAD: 1}
        assert read_mailboxes(letter.home, now=lambda: letter.now).counts == {}
    assert returns.now(gone).suppression is SuppressionReason.BOUNCE
    assert returns.now(fine) == fine


def test_who_wrote_to_the_address_of_the_header_gets_no_other_issue(
    letter: Newsletter, server: Postfix
) -> None:
    """As a mail program does it that knows no one-click: a mail with the header's subject."""
    letter.subscribe("dan@example.org", "eve@example.org")
    assert sent(letter, server) == ["dan@example.org", "eve@example.org"]
    [mail] = [one for one in server.delivered(EVERYONE) if one.to == "dan@example.org"]
    head = mail.message.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
    address, _, subject = head.partition("<mailto:")[2].partition(">")[0].partition("?subject=")
    asks = f"From: d@elsewhere.example\nTo: {address}\nSubject: {subject.replace('%20', ' ')}\n\n"
    returns = Returns(letter=letter)
    assert returns.read(asks.encode()) is InboundOutcome.UNSUBSCRIBED
    assert sent(letter, server) == ["eve@example.org"]
    with letter.store() as store:
        states = [one.state for one in store.subscribers()]
    assert states == [SubscriberState.UNSUBSCRIBED, SubscriberState.CONFIRMED]
