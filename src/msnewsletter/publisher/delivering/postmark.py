"""What makes each mail its reader's own: address, Message-ID, links, and envelope sender."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.delivery.inbound.verp import Verp
from msnewsletter.delivery.transaction import Outgoing
from msnewsletter.subscribers.tokens import Purpose, Tokens

if TYPE_CHECKING:
    from msnewsletter.delivery_settings import DeliverSection
    from msnewsletter.publisher.delivering.issue_mail import IssueMail
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing
    from msnewsletter.subscribers.delivery_state import ClaimedDelivery


@dataclass(frozen=True, kw_only=True)
class Postmark:
    """What makes each mail its reader's own.

    Attributes:
        tokens: for the links.
        secret: for Message-IDs.
        verp: for envelope senders; None: all have the same, `sender`.
        sender: the envelope sender without VERP.
    """

    tokens: Tokens
    secret: bytes = field(repr=False)
    verp: Verp | None
    sender: str

    def outgoing(self, one: ClaimedDelivery, mail: IssueMail, mailing: Mailing) -> Outgoing:
        """A delivery's mail; the same bytes whenever it is made."""
        # The manifest, because after a reset the numbers of issues begin anew.
        named = f"message:{one.id}:{mailing.manifest}".encode()
        # Not hmac.digest, which lets other threads go first however little there is to do.
        message_id = hmac.new(self.secret, named, "sha256").digest()[:16].hex()
        token = self.tokens.make(Purpose.UNSUBSCRIBE, one.handle, at=mailing.created)
        parts = mail.parts[one.edition].filled(
            address=one.address.mailbox, message_id=message_id, token=token
        )
        sender = self.verp.make(one.id) if self.verp else self.sender
        return Outgoing(id=one.id, sender=sender, recipient=one.address.mailbox, parts=parts)


def postmark_of(settings: Settings, section: DeliverSection, store: SubscriberStore) -> Postmark:
    """The postmark of a newsletter; the same wherever its mail is sent from."""
    secret = store.secret()
    return Postmark(
        tokens=Tokens(secret),
        secret=secret,
        verp=Verp(section.bounces, store.bounce_secret()) if section.bounces else None,
        sender=settings.mail.from_address,
    )
