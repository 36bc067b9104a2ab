"""How rows of deliveries are settled, and how what was sent is counted.

Each function works in the transaction of its caller. Several workers do this at the same time, and
each takes its rows of counts in the same order, so that no two wait for each other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, and_, bindparam, delete, or_, select, tuple_, update

from msnewsletter.errors import StoreError
from msnewsletter.store.base import batches, dialect_insert, one_of
from msnewsletter.store.subscribers.subscriber_tables import (
    deliveries,
    leases,
    sent_minutes,
    sent_moments,
)
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.shared_limits import MOMENT, MOMENTS_UP_TO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table, Update

    from msnewsletter.subscribers.delivery_state import DeliveryResult

# Limits are for a day at most; twice that, so that no change of a clock costs what is counted.
_MINUTES_KEPT: Final = timedelta(hours=48)
_MOMENTS_KEPT: Final = 2 * MOMENTS_UP_TO


def hold_lease(connection: Connection, journal: str) -> Any:  # noqa: ANN401  (a row)
    """A journal's lease, or None; until the transaction ends nobody puts its claims in doubt."""
    query = select(leases.c.until, leases.c.lost).where(leases.c.journal == journal)
    # It may be renewed meanwhile (PostgreSQL 17, section 13.3.2).
    return connection.execute(query.with_for_update(read=True, key_share=True)).first()


def lease_lost(shown: str) -> StoreError:
    """What a worker is told whose lease has passed; `shown`: the database's name in messages."""
    return StoreError(
        shown,
        "this worker could not reach it for too long: the mails that it had in hand are in doubt",
        "nothing to do: the worker begins again and settles them by its journals",
        passing=True,
    )


def settle_rows(
    connection: Connection,
    results: Sequence[DeliveryResult],
    *,
    at: datetime,
    journal: str | None,
) -> None:
    """Note what became of deliveries.

    Args:
        connection: in a transaction.
        results: a delivery each.
        at: aware.
        journal: who claimed them; what is in doubt because its lease has passed is settled, too.
            None: whoever claimed them.
    """
    # Nearly all differ by their id alone: one statement for many of them is far quicker.
    alike: dict[tuple[object, ...], list[int]] = {}
    for one in results:
        same = (one.state, one.due, one.refused, one.code, one.enhanced, one.tried)
        alike.setdefault(same, []).append(one.id)
    statement = _SETTLE[journal is not None, connection.dialect.name == "postgresql"]
    own = {} if journal is None else {"journal": journal}
    for (state, due, refused, code, enhanced, tried), ids in alike.items():
        values = {
            "becomes": state,
            "again": due,
            "since": refused,
            "said": code,
            "more": enhanced,
            "tries": int(bool(tried)),
            "now": at,
        }
        for some in batches(ids):
            connection.execute(statement, {"ids": some, **values, **own})


def _settle(*, own: bool, as_array: bool) -> Update:
    claimed = deliveries.c.state == DeliveryState.CLAIMED
    theirs = and_(
        deliveries.c.claimed_by == bindparam("journal"),
        or_(claimed, deliveries.c.state == DeliveryState.IN_DOUBT),
    )
    return (
        update(deliveries)
        .where(one_of(deliveries.c.id, "ids", as_array=as_array), theirs if own else claimed)
        .values(
            state=bindparam("becomes"),
            due=bindparam("again"),
            refused=bindparam("since"),
            code=bindparam("said"),
            enhanced=bindparam("more"),
            attempts=deliveries.c.attempts + bindparam("tries", type_=Integer),
            claimed_by=None,
            changed=bindparam("now"),
        )
    )


# Made once, by whether it settles a journal's own and whether the database has arrays: making one
# takes as long as running it.
_SETTLE: Final = {
    (own, as_array): _settle(own=own, as_array=as_array)
    for own in (False, True)
    for as_array in (False, True)
}


def count_sent(
    connection: Connection, domains: Mapping[str, int], *, at: datetime, moments: bool
) -> None:
    """Count what was sent until `at` (aware), by domain; with `moments` for seconds, too."""
    _add(connection, sent_minutes, at.replace(second=0, microsecond=0), domains)
    if moments:
        _add(connection, sent_moments, moment_end(at), domains)


def forget_sent(connection: Connection, *, at: datetime) -> None:
    """Forget what was sent so long before `at` (aware) that no limit is counted from it.

    Domains of readers are not kept for longer. Done from time to time, and not with each count: it
    would be two of the six times that whoever settles waits for the database.
    """
    _forget(connection, sent_minutes, before=at - _MINUTES_KEPT)
    _forget(connection, sent_moments, before=at - _MOMENTS_KEPT)


def moment_end(at: datetime) -> datetime:
    """The end of the moment that a time is in."""
    return at + (MOMENT - timedelta(microseconds=at.microsecond) % MOMENT) % MOMENT


def _forget(connection: Connection, table: Table, *, before: datetime) -> None:
    keys = list(table.primary_key)
    old = select(*keys).where(keys[0] < before)
    # What another worker is about to remove is passed over.
    old = old.with_for_update(skip_locked=True)
    connection.execute(delete(table).where(and_(keys[0] < before, tuple_(*keys).in_(old))))


def _add(connection: Connection, table: Table, at: datetime, domains: Mapping[str, int]) -> None:
    time, domain = table.primary_key
    rows: list[dict[str, Any]] = [
        {time.name: at, domain.name: name, "sent": sent}
        for name, sent in sorted(domains.items())
        if sent
    ]
    if not rows:
        return
    added = dialect_insert(connection, table)
    total = table.c.sent + added.excluded.sent
    keys = [time.name, domain.name]
    connection.execute(added.on_conflict_do_update(index_elements=keys, set_={"sent": total}), rows)
