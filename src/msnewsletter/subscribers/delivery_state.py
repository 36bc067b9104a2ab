"""A delivery, one issue × one subscriber: the state it is in, and when it is tried again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.subscriber import SubscribedEdition


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"  # a sender has it in hand; its journal knows more
    SENT = "sent"  # the mail server took it
    TEMP_FAILED = "temp_failed"  # the server refused it for now: it is tried again when due
    PERM_FAILED = "perm_failed"  # the server refused it for good, or too often
    IN_DOUBT = "in_doubt"  # it may have been taken: only an operator may send it again
    LEFT = "left"  # before it was sent its subscriber left or paused, or a person ended the mailing


# What is still to be done, and what an operator has to decide.
TO_DO: Final = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.TEMP_FAILED)
OPEN: Final = (*TO_DO, DeliveryState.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTries:
    """What was tried of a delivery before.

    Attributes:
        attempts: how often it was tried; a refusal of us, or of the whole connection, is no try.
        refused: since when the server refuses us with it, aware; None: it does not.
    """

    attempts: int = 0
    refused: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that a sender has in hand.

    Attributes:
        id: of the delivery; the only name for it in journals, logs and errors.
        handle: of its subscriber, for the token in its links.
        address: whom it goes to.
        edition: which mail it is.
        past: what was tried of it before.
    """

    id: int
    handle: str
    address: Address = field(repr=False)
    edition: SubscribedEdition
    past: PastTries


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a mailing for a worker: some hundred deliveries that follow each other.

    Attributes:
        issue: its number.
        first, last: the ids of its first and last delivery.
    """

    issue: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkClaim:
    """What a worker may do of a chunk now.

    Attributes:
        deliveries: those that it has in hand from now on.
        opens: when a limit lets the next one go, aware; None: none is held back by a limit.
        claims: how often some of the mailing was claimed, with this claim; None: it claims nothing.
    """

    deliveries: Sequence[ClaimedDelivery]
    opens: datetime | None = None
    claims: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """What became of a claimed delivery.

    Attributes:
        id: of the delivery.
        state: where it stands now.
        tried: whether this was an attempt: a refusal of the whole connection is none.
        due: when it is tried again, aware; None: not by itself.
        refused: since when the server refuses us with it, aware; None: it does not.
        code: SMTP's reply code; None: there was no reply.
        enhanced: the enhanced status code (RFC 3463), e.g. "5.1.1"; None: the server gave none.
    """

    id: int
    state: DeliveryState
    tried: bool = True
    due: datetime | None = None
    refused: datetime | None = None
    code: int | None = None
    enhanced: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How many deliveries of a mailing are in each state; together they are all of it."""

    counts: Mapping[DeliveryState, int]

    def __getitem__(self, state: DeliveryState) -> int:
        return self.counts.get(state, 0)

    @property
    def enqueued(self) -> int:
        """All deliveries."""
        return sum(self.counts.values())

    @property
    def to_do(self) -> int:
        """Those that go on by themselves."""
        return sum(self[state] for state in TO_DO)


# After the first refusal, the second …; then it has failed. Greylisting takes a server minutes
# (RFC 6647, section 4), a full mailbox a day.
_PAUSES: Final = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
# RFC 5321, section 4.5.4.1: a sender gives up after four or five days at the earliest.
_GIVE_UP: Final = timedelta(days=5)
# A server that takes little at a time, or nobody's mail of a new sender, is asked again soon; one
# that says the same for days is asked rarely.
_SLOWED_LEAST, _SLOWED_MOST = timedelta(minutes=15), timedelta(hours=8)
# A full mailbox (RFC 3463, section 3.3) is not emptied within minutes.
_FULL: Final = frozenset({"4.2.2", "5.2.2"})
_HOURS_FROM: Final = 3


def next_attempt(attempts: int, *, enhanced: str | None, at: datetime) -> datetime | None:
    """When a delivery that was refused for now is tried again; None: it has failed for good.

    Args:
        attempts: how often it was refused before this refusal.
        enhanced: the enhanced status code of this one, if there is any.
        at: when it was refused, aware.
    """
    pauses = _PAUSES[_HOURS_FROM:] if enhanced in _FULL else _PAUSES
    return at + pauses[attempts] if attempts < len(pauses) else None


def next_attempt_slowed(refused: datetime, *, at: datetime) -> datetime | None:
    """When a delivery that was refused because of us is tried again; None: it has failed for good.

    Each pause is as long as all before: about twenty tries within five days.

    Args:
        refused: when it was refused so for the first time, aware.
        at: when it was refused so now, aware.
    """
    waited = at - refused
    if waited >= _GIVE_UP:
        return None
    return at + min(max(waited, _SLOWED_LEAST), _SLOWED_MOST)
