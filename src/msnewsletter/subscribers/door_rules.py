"""The rules of the public door: who may ask for a mail, which mail it is, who may come in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dateutil.relativedelta import relativedelta

from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason

if TYPE_CHECKING:
    from msnewsletter.subscribers.subscriber import Subscriber

# A second mail of a kind to one address.
ADDRESS_PAUSE: Final = timedelta(days=1)
# What networks, and all of them together, are counted over.
HOUR: Final = timedelta(hours=1)
# People take longer to read a form and type an address; programs do not.
QUICKEST: Final = timedelta(seconds=2)
# Of who never confirmed nothing is kept for longer than this.
KEPT_PENDING: Final = timedelta(days=7)


class DoorRequestKind(StrEnum):
    """What somebody asks for at the door, by naming an address."""

    SIGN_UP = "sign up"
    LINK = "link"  # to their preferences


class DoorLetter(StrEnum):
    """A mail that the door sends."""

    CONFIRM = "confirm"
    ALREADY = "already"  # they are subscribed
    LINK = "link"


class GuardVerdict(StrEnum):
    """What becomes of a request; to the outside the first two look the same."""

    MAIL = "mail"
    QUIET = "quiet"  # their address had such a mail within a day
    TOO_MANY = "too many"  # of a network, or in all; says nothing about any address


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCounts:
    """What was asked for before.

    Attributes:
        of_address: requests of this kind for this address within `ADDRESS_PAUSE`.
        of_network: requests from this network within `HOUR`.
        in_all: requests within `HOUR` that a mail was due for.
    """

    of_address: int
    of_network: int
    in_all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLimits:
    """How many requests there may be within `HOUR`: of one network, and in all."""

    of_network: int
    in_all: int


def guard_verdict(counts: DoorCounts, limits: DoorLimits) -> GuardVerdict:
    """What becomes of one more request."""
    if counts.of_network >= limits.of_network or counts.in_all >= limits.in_all:
        return GuardVerdict.TOO_MANY
    return GuardVerdict.QUIET if counts.of_address else GuardVerdict.MAIL


_STAY_SUPPRESSED: Final = frozenset({SuppressionReason.COMPLAINT, SuppressionReason.HAND})


def letter_for(kind: DoorRequestKind, known: Subscriber | None) -> DoorLetter | None:
    """The mail that a request leads to; None: there is none, and nobody is told.

    Who left, was forgotten or had bounced may come back by confirming it; who called the mail spam,
    or was suppressed by hand, may not.

    Args:
        kind: what was asked for.
        known: who has the address; None: nobody.
    """
    confirmed = known is not None and known.state is SubscriberState.CONFIRMED
    if kind is DoorRequestKind.LINK:
        return DoorLetter.LINK if confirmed else None
    if confirmed:
        return DoorLetter.ALREADY
    if known is not None and known.suppression in _STAY_SUPPRESSED:
        return None
    return DoorLetter.CONFIRM


class ConfirmOutcome(StrEnum):
    """What a confirmation link is good for."""

    OPEN = "open"  # its button confirms
    DONE = "done"  # it has confirmed
    STALE = "stale"  # whoever has the address left since, or is forgotten: they may sign up again


def confirm_outcome(known: Subscriber | None, *, made: datetime) -> ConfirmOutcome:
    """What a good confirmation link that was made then (aware) is good for."""
    if known is None:
        return ConfirmOutcome.STALE
    if known.state is SubscriberState.CONFIRMED:
        return ConfirmOutcome.DONE
    if known.state is SubscriberState.PENDING:
        return ConfirmOutcome.OPEN
    # An old link must not take back what came after it.
    before = made < known.since.replace(microsecond=0)
    stays = known.suppression in _STAY_SUPPRESSED
    return ConfirmOutcome.STALE if before or stays else ConfirmOutcome.OPEN


def may_come_back(known: Subscriber | None, *, made: datetime, consented: bool) -> bool:
    """Whether having left may be taken back by a link that was made then (aware).

    Args:
        known: who wants it; None: nobody has that name any more.
        made: when they left by the page that has the link.
        consented: whether they had ever agreed to get the mail.
    """
    if known is None or known.state is not SubscriberState.UNSUBSCRIBED:
        return False
    return consented and made >= known.since.replace(microsecond=0)


# Months for which somebody may ask for no mail.
PAUSES: Final = (1, 3, 6)


def pause_until(now: datetime, months: int) -> datetime:
    """The end of a pause that begins now (aware): the same day, so many months on."""
    return now + relativedelta(months=months)


# How long to wait after the first mail that could not be handed over, the second …
_PAUSES: Final = (1, 5, 15, 60, 120, 240)
# A link is no use to who asked for it the day before.
_GIVE_UP: Final = timedelta(days=1)


def next_try(attempts: int, *, asked: datetime, now: datetime) -> datetime | None:
    """When a mail is tried again that could not be handed over now; None: it is given up.

    Args:
        attempts: how often it was tried before.
        asked: when it was asked for, aware.
        now: aware.
    """
    pause = timedelta(minutes=_PAUSES[min(attempts, len(_PAUSES) - 1)])
    return None if now + pause > asked + _GIVE_UP else now + pause
