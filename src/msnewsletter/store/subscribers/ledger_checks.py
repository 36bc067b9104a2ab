"""Whether the rows of subscribers and ledger agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast, exists, select

from msnewsletter.store.base import StoreBase
from msnewsletter.store.subscribers.subscriber_tables import (
    SUBSCRIBERS,
    bounces,
    deliveries,
    delivery_id,
    mailing_chunks,
    mailing_mails,
    mailings,
)
from msnewsletter.store.wrong_rows import count_of, wrong_rows
from msnewsletter.subscribers.delivery_state import TO_DO, DeliveryState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

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
        "mails of no mailing": count_of(mailing_mails).where(
            mailing_mails.c.issue.not_in(select(mailings.c.issue))
        ),
        "chunks of no mailing": count_of(mailing_chunks).where(
            mailing_chunks.c.issue.not_in(select(mailings.c.issue))
        ),
        "deliveries still to do that no worker would find": count_of(deliveries).where(
            to_do, deliveries.c.issue.in_(select(mailing_chunks.c.issue)), ~_in_a_chunk()
        ),
        "bounces of no delivery": count_of(bounces).where(
            bounces.c.delivery.not_in(select(deliveries.c.id))
        ),
    }


def _in_a_chunk() -> ColumnElement[bool]:
    """That a delivery is in one of the chunks of its mailing."""
    theirs = mailing_chunks.c.issue == deliveries.c.issue
    within = deliveries.c.id.between(mailing_chunks.c.first, mailing_chunks.c.last)
    return exists().where(theirs, within)
