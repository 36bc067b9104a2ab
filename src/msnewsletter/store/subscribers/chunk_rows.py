"""How a mailing is cut into chunks for workers, with its mails beside them.

Each function works in the transaction of its caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, delete, func, insert, literal, select

from msnewsletter.store.base import insert_rows
from msnewsletter.store.subscribers.subscriber_tables import (
    deliveries,
    mailing_chunks,
    mailing_mails,
    of_issue,
)
from msnewsletter.subscribers.delivery_state import Chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from msnewsletter.subscribers.subscriber import SubscribedEdition

# Deliveries a chunk: seconds of work, and a job less than a thousandth of it.
CHUNK_SIZE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ForWorkers:
    """What workers need of a mailing.

    Attributes:
        mails: what is filled in for each reader, by edition.
        hand_out: called in the transaction with the chunks, to make a job of each.
    """

    mails: Mapping[SubscribedEdition, bytes]
    hand_out: Callable[[Connection, Sequence[Chunk]], None]


def add_chunks(connection: Connection, issue: int, given: ForWorkers) -> None:
    """Cut a mailing into chunks and keep its mails; where that was done nothing is changed."""
    known = select(mailing_chunks.c.first).where(mailing_chunks.c.issue == issue).limit(1)
    if connection.execute(known).first():
        return
    drop_chunks(connection, issue)
    mails = [
        {"issue": issue, "edition": edition.value, "data": data}
        for edition, data in given.mails.items()
    ]
    insert_rows(connection, mailing_mails, mails)
    number = (func.row_number().over(order_by=deliveries.c.id) - 1) // CHUNK_SIZE
    numbered = select(deliveries.c.id, number.label("chunk")).where(of_issue(issue)).subquery()
    cut = select(literal(issue), func.min(numbered.c.id), func.max(numbered.c.id))
    columns = ["issue", "first", "last"]
    connection.execute(insert(mailing_chunks).from_select(columns, cut.group_by(numbered.c.chunk)))
    chunks = connection.execute(chunks_of(issue)).all()
    given.hand_out(connection, [chunk_of(row) for row in chunks])


def drop_chunks(connection: Connection, issue: int) -> None:
    """Remove the chunks and the mails of a mailing that is done, or was never begun."""
    for table in (mailing_chunks, mailing_mails):
        connection.execute(delete(table).where(table.c.issue == issue))


def chunks_of(issue: int) -> Any:  # noqa: ANN401  (a query of three columns)
    """The chunks of a mailing, in order."""
    return (
        select(mailing_chunks)
        .where(mailing_chunks.c.issue == issue)
        .order_by(mailing_chunks.c.first)
    )


def chunk_of(row: Any) -> Chunk:  # noqa: ANN401  (a row)
    """A chunk by its row."""
    return Chunk(issue=row.issue, first=row.first, last=row.last)
