"""A worker as most queues have them: what a lost one had in hand goes back to the queue.

Postgres-backed queues call it "at least once": a job whose worker is not heard of is run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from msnewsletter.store.subscribers import SubscriberStore
from msnewsletter.store.subscribers.subscriber_tables import deliveries, leases
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def requeue_lost(store: SubscriberStore, now: datetime) -> Mapping[str, int]:
    """In place of `doubt_lost`: queue what is claimed under leases that have passed."""
    lost = (leases.c.until <= now) & leases.c.lost.is_(None)
    with store.transaction() as connection:
        journals = list(
            connection.scalars(
                update(leases).where(lost).values(lost=now).returning(leases.c.journal)
            )
        )
        claimed = (deliveries.c.state == DeliveryState.CLAIMED) & deliveries.c.claimed_by.in_(
            journals
        )
        again = {"state": DeliveryState.QUEUED, "claimed_by": None, "due": None, "changed": now}
        connection.execute(update(deliveries).where(claimed).values(again))
    return {}


def be_naive() -> None:
    """Have this process work so from now on."""
    SubscriberStore.doubt_lost = requeue_lost  # type: ignore[method-assign]
