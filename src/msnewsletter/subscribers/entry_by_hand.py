"""What becomes of an address that an operator enters by hand. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from msnewsletter.subscribers.subscriber import Subscriber


class EntryOutcome(StrEnum):
    """What becomes of an address that is to be added."""

    ADDED = "added"
    CONFIRMED = "confirmed"  # was on the books, and had not agreed, or not any more
    ALREADY = "already"  # is there as asked for, or with more consent
    LEFT = "left"  # once, and gave no new consent: stays so
    SUPPRESSED = "suppressed"  # stays so


def entry_outcome(known: Subscriber | None, *, confirmed: bool, again: bool) -> EntryOutcome:
    """What becomes of an address.

    Args:
        known: who has it; None: nobody on the books.
        confirmed: whether they gave their consent outside of the program, e.g. on paper.
        again: whether that counts for somebody who is suppressed, too.
    """
    if known is None:
        return EntryOutcome.ADDED
    match known.state:
        case SubscriberState.CONFIRMED:
            return EntryOutcome.ALREADY
        case SubscriberState.PENDING:
            return EntryOutcome.CONFIRMED if confirmed else EntryOutcome.ALREADY
        case SubscriberState.UNSUBSCRIBED:
            return EntryOutcome.CONFIRMED if confirmed else EntryOutcome.LEFT
        case SubscriberState.SUPPRESSED:
            agreed = confirmed and again
            return EntryOutcome.CONFIRMED if agreed else EntryOutcome.SUPPRESSED
