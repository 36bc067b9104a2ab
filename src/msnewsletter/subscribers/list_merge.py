"""What becomes of somebody on a list, by who they are here: nobody who left comes back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.subscribers.listed_subscriber import ListStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSubscriber:
    """Who an address belongs to here.

    Attributes:
        id: their number; None: this very list adds them.
        state: where they stand.
        consented_here: when they last agreed here, aware; None: they only came with a list.
    """

    id: int | None
    state: SubscriberState
    consented_here: datetime | None


class MergeOutcome(StrEnum):
    """What becomes of somebody on a list."""

    ADDED = "added"
    CONFIRMED = "confirmed"  # had asked for it here, and had not confirmed
    TAKEN_OFF = "taken off"  # came with a list, and left or was suppressed by this one
    UNCHANGED = "unchanged"
    NOT_BACK = "not brought back"  # left here, or is suppressed here
    FORGOTTEN = "forgotten"  # was forgotten here: not brought back either
    KEPT = "kept"  # left there, and agreed here, not known to be before


_CONFIRMED, _PENDING = SubscriberState.CONFIRMED, SubscriberState.PENDING
_LEFT, _SUPPRESSED = SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED
# By where somebody stands here, and there.
_OUTCOMES: Final = {
    (_CONFIRMED, _PENDING): MergeOutcome.UNCHANGED,
    (_CONFIRMED, _LEFT): MergeOutcome.TAKEN_OFF,
    (_CONFIRMED, _SUPPRESSED): MergeOutcome.TAKEN_OFF,
    (_PENDING, _CONFIRMED): MergeOutcome.CONFIRMED,
    (_PENDING, _LEFT): MergeOutcome.TAKEN_OFF,
    (_PENDING, _SUPPRESSED): MergeOutcome.TAKEN_OFF,
    (_LEFT, _CONFIRMED): MergeOutcome.NOT_BACK,
    (_LEFT, _PENDING): MergeOutcome.NOT_BACK,
    (_LEFT, _SUPPRESSED): MergeOutcome.TAKEN_OFF,
    (_SUPPRESSED, _CONFIRMED): MergeOutcome.NOT_BACK,
    (_SUPPRESSED, _PENDING): MergeOutcome.NOT_BACK,
    (_SUPPRESSED, _LEFT): MergeOutcome.UNCHANGED,
}
_CHANGING: Final = frozenset({MergeOutcome.CONFIRMED, MergeOutcome.TAKEN_OFF})


def merged(
    known: KnownSubscriber | None,
    listed: ListStanding,
    *,
    forgotten: bool,
    at: datetime | None = None,
) -> tuple[MergeOutcome, SubscriberState | None]:
    """What becomes of somebody, and the state in which they are then; None: not on the books.

    Args:
        known: who they are here; None: nobody on the books.
        listed: where they stand on the list.
        forgotten: whether the address was forgotten here, and nobody with it agreed since.
        at: since when they stand so on the list, aware; None: it does not say.
    """
    state = known.state if known else None
    if forgotten:
        return MergeOutcome.FORGOTTEN, state
    if known is None:
        return MergeOutcome.ADDED, listed.state
    outcome = _OUTCOMES.get((known.state, listed.state), MergeOutcome.UNCHANGED)
    agreed = known.consented_here
    # A list that says that they left later has more to say than their consent: a home that was
    # restored from a backup reads in who left after it.
    if (
        agreed
        and (at is None or at < agreed)
        and (known.state, outcome) == (_CONFIRMED, MergeOutcome.TAKEN_OFF)
    ):
        outcome = MergeOutcome.KEPT
    return outcome, listed.state if outcome in _CHANGING else state
