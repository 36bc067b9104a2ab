"""What comes back for the mails of a test's newsletter, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.delivery.inbound.verp import Verp
from msnewsletter.publisher.came_back.read_mailboxes import read_one
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers.subscriber_tables import delivery_id
from msnewsletter.subscribers.tokens import Purpose, Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from delivering import Newsletter
    from msnewsletter.publisher.came_back.inbound_decision import InboundOutcome
    from msnewsletter.subscribers.bounces import BounceKind
    from msnewsletter.subscribers.subscriber import Subscriber

BOUNCES = "bounces@example.org"

_DSN = """\
Return-Path: <>
Delivered-To: {sender}
From: MAILER-DAEMON@mx.example
To: {sender}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {said}

--b--
"""
_COMPLAINT = """\
Return-Path: <>
From: feedback@provider.example
To: {to}
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is a complaint.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: provider/1
Version: 1

--b
Content-Type: message/rfc822

Return-Path: <{sender}>
From: digest@example.org
List-Unsubscribe: <https://news.example/unsubscribe/{token}>
Subject: an issue

text

--b--
"""


@dataclass(frozen=True, kw_only=True)
class Returns:
    """Makes what comes back for a newsletter that has `deliver.bounces = BOUNCES`."""

    letter: Newsletter

    @property
    def verp(self) -> Verp:
        with self.letter.store() as store:
            return Verp(BOUNCES, store.bounce_secret())

    def sender(self, issue: int, subscriber: Subscriber) -> str:
        """The envelope sender of a delivery."""
        return self.verp.make(delivery_id(issue, subscriber.id))

    def token(self, subscriber: Subscriber) -> str:
        """What the links for leaving in their mails end with."""
        with self.letter.store() as store:
            tokens = Tokens(store.secret())
        return tokens.make(Purpose.UNSUBSCRIBE, subscriber.handle, at=self.letter.now)

    def bounce(
        self,
        issue: int,
        subscriber: Subscriber,
        status: str = "5.1.1",
        *,
        of: str = "",
        sender: str = "",
    ) -> bytes:
        """A bounce, of the subscriber's own address or `of` another."""
        said = {"5.1.1": "550 5.1.1 User unknown", "5.7.1": "550 5.7.1 Message refused"}
        return _DSN.format(
            sender=sender or self.sender(issue, subscriber),
            recipient=of or subscriber.address.mailbox,
            status=status,
            said=said.get(status, f"550 {status} Not now"),
        ).encode()

    def complaint(self, *, sender: str = "reader@example.org", token: str = "x" * 30) -> bytes:
        """A complaint about a mail with this envelope sender, or this token."""
        return _COMPLAINT.format(to="abuse@example.org", sender=sender, token=token).encode()

    def request(
        self, from_address: str, *, to: str = "", subject: str = "unsubscribe", text: str = ""
    ) -> bytes:
        """A letter that asks to leave, to the address for it."""
        to = to or load_settings(self.letter.home.settings).mail.unsubscribe_address
        return f"From: {from_address}\nTo: {to}\nSubject: {subject}\n\n{text}\n".encode()

    def read(self, message: bytes) -> InboundOutcome:
        """What becomes of a message now."""
        return read_one(self.letter.home, message, now=self.letter.now)

    def now(self, subscriber: Subscriber) -> Subscriber:
        """The subscriber as the books have them now."""
        with self.letter.store() as store:
            found = store.subscriber(subscriber.id)
        assert found is not None
        return found

    def counts(self, issue: int) -> Mapping[tuple[BounceKind, str | None], int]:
        """What the ledger says came back of an issue."""
        with self.letter.store() as store:
            return store.count_bounces(issue)


def put(maildir: Path, name: str, content: bytes) -> None:
    """Deliver a message into a Maildir, which is made if need be."""
    for sub in ("new", "cur", "tmp"):
        (maildir / sub).mkdir(parents=True, exist_ok=True)
    (maildir / "tmp" / name).write_bytes(content)
    (maildir / "tmp" / name).rename(maildir / "new" / name)


def unread(maildir: Path) -> list[str]:
    """The names of messages that were not handled."""
    found = [*(maildir / "new").iterdir(), *(maildir / "cur").iterdir()]
    return sorted(one.name for one in found if "S" not in one.name.rpartition(":2,")[2])
