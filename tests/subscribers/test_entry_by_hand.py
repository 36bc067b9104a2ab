"""Who is entered by hand: new consent brings back who left, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.entry_by_hand import EntryOutcome, entry_outcome
from msnewsletter.subscribers.subscriber import Subscriber, SubscriberState

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def known(state: SubscriberState) -> Subscriber:
    return Subscriber(
        id=1,
        handle="h",
        address=parse_address("ada@example.org"),
        state=state,
        since=NOW,
        created=NOW,
    )


@pytest.mark.parametrize(
    ("state", "pending", "confirmed", "again"),
    [
        ("pending", "already", "confirmed", "confirmed"),
        ("confirmed", "already", "already", "already"),
        ("unsubscribed", "left", "confirmed", "confirmed"),
        ("suppressed", "suppressed", "suppressed", "confirmed"),
    ],
)
def test_what_becomes_of_who_is_on_the_books(
    state: str, pending: str, confirmed: str, again: str
) -> None:
    one = known(SubscriberState(state))
    assert entry_outcome(one, confirmed=False, again=False) == pending
    assert entry_outcome(one, confirmed=False, again=True) == pending, "no consent, no way back"
    assert entry_outcome(one, confirmed=True, again=False) == confirmed
    assert entry_outcome(one, confirmed=True, again=True) == again


def test_a_stranger_is_added() -> None:
    assert entry_outcome(None, confirmed=False, again=False) is EntryOutcome.ADDED
