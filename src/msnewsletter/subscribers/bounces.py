"""Bounces: what each says of an address, and how many temporary ones are too many. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterable


class BounceKind(StrEnum):
    """What a bounce means for the address."""

    DEAD = "dead"  # nobody can be reached there: suppress at once
    SOFT = "soft"  # this time it failed: count it
    OURS = "ours"  # it says nothing of the address: never count it, tell who runs the newsletter


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedBounce:
    """A bounce as the ledger keeps it, beside a delivery that stays sent.

    Attributes:
        delivery: the id of the delivery.
        at: when it was read, aware UTC.
        kind: what followed for the address.
        code: the enhanced status code (RFC 3463), e.g. "5.1.1"; None: it had none.
    """

    delivery: int
    at: datetime
    kind: BounceKind
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncedDelivery:
    """A delivery to one subscriber, as far as bounces go.

    Attributes:
        issue: its issue.
        state: where it stands.
        changed: since when it stands there, aware UTC; of one that was sent: when.
        bounced: what its bounce meant; None: none was read.
    """

    issue: int
    state: DeliveryState
    changed: datetime
    bounced: BounceKind | None = None

    @property
    def may_have_left(self) -> bool:
        """Whether a mail server may have it, and so may send it back."""
        # A server may be quicker than the sender that notes that it took the mail.
        return self.state in _MAY_HAVE_LEFT


_MAY_HAVE_LEFT: Final = (DeliveryState.SENT, DeliveryState.CLAIMED, DeliveryState.IN_DOUBT)

# Whoever gets a forwarded mail can send it "back": a delivery's bounce counts for so long only.
# Servers give up after five days at most (RFC 5321, section 4.5.4.1), and MTAs' queues, mailboxes
# that nobody fetched for a weekend, come on top.
BOUNCES_COUNT_FOR: Final = timedelta(days=14)
# So many issues in a row, and over so long: Mailman suppresses at a score of 5 (its setting
# `bounce_score_threshold`), a bounce a day at most. The time keeps a daily newsletter from giving
# up a mailbox that was full for one week of holidays.
_SOFT_IN_A_ROW: Final = 5
_SOFT_FOR: Final = timedelta(days=14)
# A delivery without a bounce says that the mailbox is well only when servers have given up trying.
_SETTLED_AFTER: Final = timedelta(days=6)


def soft_bounces_in_a_row(
    past: Iterable[BouncedDelivery], *, now: datetime
) -> list[BouncedDelivery]:
    """The deliveries that bounced for now since the last that arrived, the newest first.

    Args:
        past: deliveries to one subscriber, the newest first, each issue once.
        now: aware.
    """
    told = [one for one in past if one.bounced or now - one.changed >= _SETTLED_AFTER]
    # What is ours to correct says nothing of the mailbox, neither good nor bad.
    about_them = [one for one in told if one.bounced is not BounceKind.OURS]
    return list(takewhile(lambda one: one.bounced is BounceKind.SOFT, about_them))


def is_given_up(row: list[BouncedDelivery]) -> bool:
    """Whether so many temporary bounces in a row, the newest first, are one too many."""
    return len(row) >= _SOFT_IN_A_ROW and row[0].changed - row[-1].changed >= _SOFT_FOR
