"""A bounce is kept once, with what follows for its subscriber, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import empty_home
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.store.subscribers.subscriber_tables import delivery_id
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.bounces import BouncedDelivery, BounceKind, NotedBounce
from msnewsletter.subscribers.delivery_state import DeliveryResult, DeliveryState
from msnewsletter.subscribers.subscriber import Subscriber, SubscriberState, SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SENT = DeliveryState.SENT
WEEK = timedelta(days=7)


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    made = empty_home(tmp_path)
    made.var.mkdir()
    return made


@pytest.fixture
def store(home: Home) -> Iterator[SubscriberStore]:
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        yield opened


@pytest.fixture
def ada(store: SubscriberStore) -> Subscriber:
    """Somebody to whom issues 1 to 3 were sent, a week apart, and 4 is to be."""
    one = store.add_subscriber(
        parse_address("ada@example.org"), at=NOW, state=SubscriberState.CONFIRMED
    )
    for issue in range(1, 5):
        at = NOW + issue * WEEK
        store.enqueue(issue, manifest="x", at=at)
        if issue < 4:
            claimed = store.claim_deliveries(issue, most=9, journal="j", now=at)
            store.settle([DeliveryResult(id=d.id, state=SENT) for d in claimed], at=at, domains={})
    return one


def bounce(
    issue: int, who: Subscriber, kind: BounceKind, code: str | None = "5.1.1"
) -> NotedBounce:
    return NotedBounce(delivery=delivery_id(issue, who.id), at=NOW + 4 * WEEK, kind=kind, code=code)


@on_both
def test_the_first_bounce_of_a_delivery_is_kept_and_no_other_changes_anything(
    store: SubscriberStore, ada: Subscriber
) -> None:
    soft = bounce(1, ada, BounceKind.SOFT, "4.2.2")
    assert store.note_bounce(soft, subscriber=ada.id, suppress=False, soft_bounces=1)
    dead = bounce(1, ada, BounceKind.DEAD)
    assert not store.note_bounce(dead, subscriber=ada.id, suppress=True, soft_bounces=None)
    found = store.subscriber(ada.id)
    assert found is not None
    assert (found.state, found.soft_bounces) == (SubscriberState.CONFIRMED, 1)
    assert store.count_bounces(1) == {(BounceKind.SOFT, "4.2.2"): 1}
    assert store.balance(1).counts == {SENT: 1}


@on_both
def test_who_is_suppressed_is_so_since_then_and_who_left_stays_so(
    store: SubscriberStore, ada: Subscriber
) -> None:
    store.pause(ada.id, until=NOW + 9 * WEEK)
    dead = bounce(2, ada, BounceKind.DEAD)
    assert store.note_bounce(dead, subscriber=ada.id, suppress=True, soft_bounces=None)
    found = store.subscriber(ada.id)
    assert found is not None
    assert (found.suppression, found.since) == (SuppressionReason.BOUNCE, NOW + 4 * WEEK)
    assert (found.paused_until, found.soft_bounces) == (None, 0)
    store.change_state(ada.id, SubscriberState.UNSUBSCRIBED, at=NOW + 5 * WEEK)
    assert store.note_bounce(
        bounce(3, ada, BounceKind.DEAD), subscriber=ada.id, suppress=True, soft_bounces=None
    )
    found = store.subscriber(ada.id)
    assert found is not None
    assert found.state is SubscriberState.UNSUBSCRIBED


@on_both
def test_deliveries_are_looked_back_on_with_their_bounces_the_newest_first(
    store: SubscriberStore, ada: Subscriber
) -> None:
    ours = bounce(2, ada, BounceKind.OURS, None)
    store.note_bounce(ours, subscriber=ada.id, suppress=False, soft_bounces=None)
    sent = [
        BouncedDelivery(issue=issue, state=SENT, changed=NOW + issue * WEEK) for issue in (3, 2, 1)
    ]
    sent[1] = BouncedDelivery(issue=2, state=SENT, changed=NOW + 2 * WEEK, bounced=BounceKind.OURS)
    assert store.past_deliveries(ada.id) == sent
    assert store.past_deliveries(ada.id + 1) == []
    assert store.past_delivery(delivery_id(2, ada.id)) == sent[1]
    # One that waits has stood there since it was enqueued.
    assert store.past_delivery(delivery_id(4, ada.id)) == BouncedDelivery(
        issue=4, state=DeliveryState.QUEUED, changed=NOW + 4 * WEEK
    )
    assert store.past_delivery(delivery_id(4, ada.id + 1)) is None
    assert store.past_delivery(2**63 - 1) is None
    assert store.count_bounces(2) == {(BounceKind.OURS, None): 1}
    assert store.count_bounces(1) == {}


@on_both
def test_of_several_who_keep_one_bounce_at_the_same_time_one_does(
    home: Home, store: SubscriberStore, ada: Subscriber
) -> None:
    location = subscribers_at(home, load_settings(home.settings))

    def keep(_: int) -> bool:
        with open_subscribers(location) as mine:
            dead = bounce(1, ada, BounceKind.DEAD)
            return mine.note_bounce(dead, subscriber=ada.id, suppress=True, soft_bounces=None)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(keep, range(4))) == [False, False, False, True]
    assert store.count_bounces(1) == {(BounceKind.DEAD, "5.1.1"): 1}
