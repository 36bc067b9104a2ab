"""A subscriber: a person on the books, the state they are in, and what they agreed to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.subscribers.address import Address


class SubscriberState(StrEnum):
    """Where a subscriber stands; only who is confirmed, and not paused, is mailed."""

    PENDING = "pending"  # asked for it, and has not confirmed
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"  # never mailed, whatever they asked for: see SuppressionReason


class SuppressionReason(StrEnum):
    """Why we never mail a subscriber."""

    BOUNCE = "bounce"  # their mail server says that there is no such mailbox
    COMPLAINT = "complaint"  # they called it spam
    HAND = "hand"  # an operator decided so


class SubscribedEdition(StrEnum):
    """Which mail of an issue a subscriber gets."""

    FULL = "full"
    LOW_ENERGY = "low-energy"


class ConsentWay(StrEnum):
    """How a subscriber agreed."""

    FORM = "form"  # on the sign-up page, confirmed by a link in a mail
    HAND = "hand"  # an operator entered it, e.g. from a signed form on paper
    IMPORT = "import"  # it came with a list from another program


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody agreed to.

    Attributes:
        at: when, aware UTC.
        way: how.
        words: the very words that they were shown.
    """

    at: datetime
    way: ConsentWay
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A subscriber, as the subscribers' database knows them.

    Attributes:
        id: a positive whole number, never used twice; the only name for logs and errors.
        handle: random and opaque; what tokens carry.
        address: theirs; never shown by `repr`.
        state: where they stand, since `since`.
        suppression: why they are never mailed; None: they are not suppressed.
        edition: which mail they get.
        since: when they came into that state, aware UTC.
        created: when they first came onto the books, aware UTC.
        paused_until: they asked for no mail until then, aware UTC; None: no pause.
        confirmation_sent: when the last mail with a confirmation link was sent, aware UTC.
        soft_bounces: how many temporary bounces in a row there were when the last one was read.
    """

    id: int
    handle: str
    address: Address = field(repr=False)
    state: SubscriberState
    suppression: SuppressionReason | None = None
    edition: SubscribedEdition = SubscribedEdition.FULL
    since: datetime
    created: datetime
    paused_until: datetime | None = None
    confirmation_sent: datetime | None = None
    soft_bounces: int = 0

    def gets_mail(self, now: datetime) -> bool:
        """Whether an issue of this moment (aware) goes to them."""
        return gets_mail(self.state, self.paused_until, now=now)


def gets_mail(state: str | None, paused_until: datetime | None, *, now: datetime) -> bool:
    """Whether an issue of this moment (aware) goes to somebody of that state.

    state: of SubscriberState, or as it is stored; None: they are not on the books any more.
    """
    awake = paused_until is None or paused_until <= now
    return state == SubscriberState.CONFIRMED and awake
