"""Somebody on a list from another program, or of our own: what its line says. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from msnewsletter.subscribers.address import Address


@dataclass(frozen=True, slots=True)
class ListStanding:
    """Where somebody stands on a list; `suppression` says why they are never mailed."""

    state: SubscriberState
    suppression: SuppressionReason | None = None


# From who gets mail to who never does.
_STRICTER: Final = (
    SubscriberState.CONFIRMED,
    SubscriberState.PENDING,
    SubscriberState.UNSUBSCRIBED,
    SubscriberState.SUPPRESSED,
)


def strictest(standings: Iterable[ListStanding]) -> ListStanding | None:
    """Of all that says something of one person, what keeps most mail from them; None: nothing."""
    return max(standings, key=lambda one: _STRICTER.index(one.state), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSubscriber:
    """A line of a list.

    Attributes:
        line: where it begins, from 1.
        address: theirs.
        standing: where they stand there.
        edition: which mail they get; None: it does not say.
        at: since when they stand so there, or when they agreed, aware; None: it does not say.
        words: what they agreed to; None: they did not.
        paused_until: they asked for no mail until then, aware.
        undated: a time is given that cannot be read, or lies ahead.
    """

    line: int
    address: Address = field(repr=False)
    standing: ListStanding
    edition: SubscribedEdition | None = None
    at: datetime | None = None
    words: str | None = None
    paused_until: datetime | None = None
    undated: bool = False


class LineFault(StrEnum):
    """Why a line of a list is refused."""

    NO_ADDRESS = "no address"
    BAD_ADDRESS = "no valid address"
    UNKNOWN_STATE = "unknown state"
    UNKNOWN_EDITION = "unknown edition"
    NO_CONSENT = "no consent"
    TOO_MANY_CELLS = "more cells than columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A line that cannot be read; `why` is for a person, and repeats nothing of it."""

    line: int
    fault: LineFault
    why: str
