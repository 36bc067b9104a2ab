"""Whether the rows of subscribers and ledger agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast, select

from msnewsletter.store.base import StoreBase
from msnewsletter.store.subscribers.subscriber_tables import (
    SUBSCRIBERS,
    bounces,
    deliveries,
    delivery_id,
    mailings,
)
from msnewsletter.store.wrong_rows import count_of, wrong_rows
from msnewsletter.subscribers.delivery_state import TO_DO, DeliveryState

if TYPE_CHECKING:
    from msnewsletter.store.wrong_rows import Questions


class LedgerChecks(StoreBase):
    """What contradicts itself."""

    def wrong_rows(self) -> list[str]:
        """What is wrong, a line each; without an address."""
        with self._reading() as connection:
            return wrong_rows(connection, SUBSCRIBERS, _questions())


def _questions() -> Questions:
    to_do = deliveries.c.state.in_(TO_DO)
    finished = select(mailings.c.issue).where(mailings.c.finished.is_not(None))
    numbered = cast(deliveries.c.issue, BigInteger) * delivery_id(1) + deliveries.c.subscriber
    return {
        "deliveries of no mailing": count_of(deliveries).where(
            deliveries.c.issue.not_in(select(mailings.c.issue))
        ),
        "deliveries under a number that is another's": count_of(deliveries).where(
            deliveries.c.id != numbered
        ),
        "deliveries in a state that there is not": count_of(deliveries).where(
            deliveries.c.state.not_in(list(DeliveryState))
        ),
        "deliveries that are claimed by nobody": count_of(deliveries).where(
            deliveries.c.state == DeliveryState.CLAIMED, deliveries.c.claimed_by.is_(None)
        ),
        "deliveries still to do of a mailing that is finished": count_of(deliveries).where(
            to_do, deliveries.c.issue.in_(finished)
        ),
        "bounces of no delivery": count_of(bounces).where(
            bounces.c.delivery.not_in(select(deliveries.c.id))
        ),
    }
