"""Queries on bounces: what came back of deliveries, and what follows for their subscribers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from msnewsletter.store.base import StoreBase, dialect_insert, rows_with
from msnewsletter.store.subscribers.subscriber_tables import (
    bounces,
    deliveries,
    delivery_id,
    mailings,
    subscribers,
)
from msnewsletter.subscribers.bounces import BouncedDelivery, BounceKind
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from msnewsletter.subscribers.bounces import NotedBounce

# Issues that are looked back on: two weeks and more of a newsletter that comes daily.
_LOOKED_BACK = 100


class BounceQueries(StoreBase):
    """What is asked about bounces."""

    def past_delivery(self, delivery: int) -> BouncedDelivery | None:
        """A delivery as far as bounces go; None: there is none of that id."""
        row = self._first(_PAST.where(deliveries.c.id == delivery))
        return _past(row) if row else None

    def past_deliveries(self, subscriber: int) -> list[BouncedDelivery]:
        """The last deliveries to a subscriber that were sent, the newest first."""
        newest = select(mailings.c.issue).order_by(mailings.c.issue.desc()).limit(_LOOKED_BACK)
        with self._reading() as connection:
            ids = [delivery_id(issue, subscriber) for issue in connection.scalars(newest)]
            sent = _PAST.where(
                or_(deliveries.c.state == DeliveryState.SENT, bounces.c.delivery.is_not(None))
            )
            found = [_past(row) for row in rows_with(connection, sent, deliveries.c.id, ids)]
        return sorted(found, key=lambda one: one.issue, reverse=True)

    def note_bounce(
        self, bounce: NotedBounce, *, subscriber: int, suppress: bool, soft_bounces: int | None
    ) -> bool:
        """Keep a bounce, with what follows for the subscriber, in one transaction.

        Where the delivery has one already nothing is changed. A subscriber who is not confirmed
        (any more) stays as they are.

        Args:
            bounce: what was read.
            subscriber: the id of the subscriber that the delivery went to.
            suppress: whether the subscriber is never mailed from now on.
            soft_bounces: how many temporary bounces in a row there are; None: as before.

        Returns whether it is new.
        """
        with self._transaction() as connection:
            if not _add(connection, bounce):
                return False
            values: dict[str, object] = {}
            if suppress:
                values = {
                    "state": SubscriberState.SUPPRESSED,
                    "suppression": SuppressionReason.BOUNCE,
                    "since": bounce.at,
                    "paused_until": None,
                    "soft_bounces": 0,
                }
            elif soft_bounces is not None:
                values = {"soft_bounces": soft_bounces}
            if values:
                one = update(subscribers).where(
                    subscribers.c.id == subscriber,
                    subscribers.c.state == SubscriberState.CONFIRMED,
                )
                connection.execute(one.values(values))
        return True

    def count_bounces(self, issue: int) -> Mapping[tuple[BounceKind, str | None], int]:
        """How many deliveries of an issue came back, by kind and enhanced code."""
        of_issue = bounces.c.delivery.between(delivery_id(issue), delivery_id(issue + 1) - 1)
        query = (
            select(bounces.c.kind, bounces.c.code, func.count())
            .where(of_issue)
            .group_by(bounces.c.kind, bounces.c.code)
            .order_by(bounces.c.kind, bounces.c.code)
        )
        rows = self._all(query, tuple)
        return {(BounceKind(kind), code): number for kind, code, number in rows}


_PAST = (
    select(deliveries.c.issue, deliveries.c.state, bounces.c.kind)
    .select_from(deliveries.join(mailings, mailings.c.issue == deliveries.c.issue))
    .outerjoin(bounces, bounces.c.delivery == deliveries.c.id)
    # What was only enqueued has not changed since.
    .add_columns(func.coalesce(deliveries.c.changed, mailings.c.created).label("since"))
)


def _past(row: Any) -> BouncedDelivery:  # noqa: ANN401  (a row)
    return BouncedDelivery(
        issue=row.issue,
        state=DeliveryState(row.state),
        changed=row.since,
        bounced=BounceKind(row.kind) if row.kind else None,
    )


def _add(connection: Connection, bounce: NotedBounce) -> bool:
    """Insert a bounce unless its delivery has one; whether it was inserted."""
    row = {
        "delivery": bounce.delivery,
        "at": bounce.at,
        "kind": bounce.kind,
        "code": bounce.code,
    }
    added = dialect_insert(connection, bounces).values(row).on_conflict_do_nothing()
    return bool(connection.execute(added.returning(bounces.c.delivery)).first())
