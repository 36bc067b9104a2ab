"""What the ledger says of one subscriber, and of what is still to be sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from databases import on_both
from homes import empty_home
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.store.subscribers.subscriber_tables import (
    bounces,
    deliveries,
    delivery_id,
    mailings,
    sent_minutes,
)
from msnewsletter.subscribers.bounces import BounceKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.store.subscribers import SubscriberStore

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def sent(*, issue: int, subscriber: int, state: str = "sent") -> dict[str, object]:
    return {
        "id": delivery_id(issue, subscriber),
        "issue": issue,
        "subscriber": subscriber,
        "edition": "full",
        "state": state,
        "changed": NOW,
    }


@pytest.fixture
def store(tmp_path: Path, database: str) -> Iterator[SubscriberStore]:
    del database
    with working_subscribers(empty_home(tmp_path)) as opened:
        with opened._engine.begin() as connection:
            connection.execute(
                insert(mailings),
                [
                    {"issue": 1, "manifest": "a", "created": NOW, "finished": NOW},
                    {"issue": 2, "manifest": "b", "created": NOW, "finished": None},
                ],
            )
            rows = [
                sent(issue=2, subscriber=7, state="queued"),
                sent(issue=1, subscriber=7),
                sent(issue=1, subscriber=6),
            ]
            connection.execute(insert(deliveries), rows)
        yield opened


@on_both
def test_one_subscriber_s_deliveries_come_by_issue(store: SubscriberStore) -> None:
    found = [(one.issue, one.state, one.changed) for one in store.deliveries_to(7)]
    assert found == [(1, "sent", NOW), (2, "queued", NOW)]
    assert store.deliveries_to(8) == []


@on_both
def test_what_is_being_sent_is_named_and_a_dropped_ledger_is_empty(store: SubscriberStore) -> None:
    assert store.open_mailings() == [2]
    with store._engine.begin() as connection:
        connection.execute(
            insert(bounces), [{"delivery": delivery_id(1, 7), "at": NOW, "kind": BounceKind.DEAD}]
        )
        connection.execute(
            insert(sent_minutes), [{"minute": NOW, "domain": "example.org", "sent": 2}]
        )
    store.drop_ledger()
    assert (store.open_mailings(), store.deliveries_to(7)) == ([], [])
    # Issue 1 of next time must not begin with the bounces of this one.
    assert store.count_bounces(1) == {}
    assert store.sent_since(NOW) == []
