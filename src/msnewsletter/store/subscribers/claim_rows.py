"""How rows of deliveries are claimed: which are due, who left meanwhile, and whose they are now.

Each function works in the transaction of its caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select, update

from msnewsletter.store.base import batches, one_of
from msnewsletter.store.subscribers.subscriber_tables import (
    IS_OPEN,
    deliveries,
    mailings,
    of_issue,
    subscribers,
)
from msnewsletter.subscribers.address import Address
from msnewsletter.subscribers.delivery_state import ClaimedDelivery, DeliveryState, PastTries
from msnewsletter.subscribers.subscriber import SubscribedEdition, gets_mail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


def open_of(issue: int) -> ColumnElement[bool]:
    """The deliveries of an issue that are open: their index has no others."""
    return and_(of_issue(issue), IS_OPEN)


def is_new() -> ColumnElement[bool]:
    """The deliveries that are queued."""
    return and_(deliveries.c.state == DeliveryState.QUEUED, deliveries.c.due.is_(None))


def is_due_again(now: datetime) -> ColumnElement[bool]:
    """The deliveries that were refused for now, and are to be tried again at `now` (aware)."""
    return and_(deliveries.c.state == DeliveryState.TEMP_FAILED, deliveries.c.due <= now)


def due_rows(
    connection: Connection,
    within: ColumnElement[bool],
    due: Sequence[ColumnElement[bool]],
    *,
    most: int,
) -> list[Any]:
    """Rows of deliveries to try, with their subscribers, locked; those of others are passed over.

    Args:
        connection: in a transaction.
        within: which deliveries, all of them open.
        due: what makes them due: one range of their index each, the first ones first.
        most: how many.
    """
    rows: list[Any] = []
    for condition in due:
        if len(rows) < most:
            found = _with_subscribers(within, condition, most=most - len(rows))
            rows += connection.execute(found).all()
    return rows


def _with_subscribers(
    within: ColumnElement[bool], condition: ColumnElement[bool], *, most: int
) -> Any:  # noqa: ANN401  (a query of ten columns)
    return (
        select(
            deliveries.c.id,
            deliveries.c.edition,
            deliveries.c.attempts,
            deliveries.c.refused,
            subscribers.c.handle,
            subscribers.c.typed,
            subscribers.c.mailbox,
            subscribers.c.key,
            subscribers.c.state,
            subscribers.c.paused_until,
        )
        .select_from(deliveries)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .where(condition, within)
        .order_by(deliveries.c.id)
        .limit(most)
        # SQLite has one writer at a time, and says nothing of this.
        .with_for_update(of=deliveries, skip_locked=True)
    )


def without_gone(connection: Connection, rows: Sequence[Any], *, now: datetime) -> list[Any]:
    """Those whose subscribers get mail at `now` (aware); the others are put aside as LEFT."""
    kept = [row for row in rows if gets_mail(row.state, row.paused_until, now=now)]
    gone = sorted({row.id for row in rows}.difference(row.id for row in kept))
    _mark(connection, gone, state=DeliveryState.LEFT, claimed_by=None, changed=now)
    return kept


def take_rows(
    connection: Connection, rows: Sequence[Any], *, journal: str, now: datetime
) -> list[ClaimedDelivery]:
    """Claim rows for a journal."""
    taken = [row.id for row in rows]
    state = DeliveryState.CLAIMED
    _mark(connection, taken, state=state, claimed_by=journal, due=None, changed=now)
    return list(map(_claimed, rows))


def count_claim(connection: Connection, issue: int) -> int:
    """Count that something of a mailing was claimed; returns how often it was.

    The last step of a transaction: all claims of a mailing meet at this row.
    """
    one = update(mailings).where(mailings.c.issue == issue)
    counted = one.values(claims=mailings.c.claims + 1).returning(mailings.c.claims)
    return int(connection.execute(counted).scalar_one())


def _mark(connection: Connection, ids: Sequence[int], **values: object) -> None:
    as_array = connection.dialect.name == "postgresql"
    statement = update(deliveries).where(one_of(deliveries.c.id, "ids", as_array=as_array))
    for some in batches(ids):
        connection.execute(statement.values(values), {"ids": some})


# Nearly all deliveries are tried for the first time.
_NEVER_TRIED: Final = PastTries()


def _claimed(row: Any) -> ClaimedDelivery:  # noqa: ANN401  (a row)
    number, edition, attempts, refused, handle, typed, mailbox, key, *_ = row
    return ClaimedDelivery(
        id=number,
        handle=handle,
        address=Address(typed=typed, mailbox=mailbox, key=key),
        edition=SubscribedEdition(edition),
        past=past_tries(attempts, refused),
    )


def past_tries(attempts: int, refused: datetime | None) -> PastTries:
    """What was tried of a delivery before, by its row."""
    tried = attempts or refused
    return PastTries(attempts=attempts, refused=refused) if tried else _NEVER_TRIED
