"""Queries on the chunks of mailings: what workers ask, who have no outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case, exists, func, or_, select, update

from msnewsletter.store.base import StoreBase
from msnewsletter.store.subscribers.chunk_rows import (
    CHUNK_SIZE,
    add_chunks,
    chunk_of,
    drop_chunks,
)
from msnewsletter.store.subscribers.claim_rows import (
    count_claim,
    due_rows,
    is_due_again,
    is_new,
    take_rows,
    without_gone,
)
from msnewsletter.store.subscribers.settle_rows import hold_lease, lease_lost
from msnewsletter.store.subscribers.shared_windows import chosen, lock_windows
from msnewsletter.store.subscribers.subscriber_tables import (
    IS_OPEN,
    deliveries,
    mailing_chunks,
    mailing_mails,
    mailings,
)
from msnewsletter.subscribers.delivery_state import ChunkClaim
from msnewsletter.subscribers.subscriber import SubscribedEdition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from msnewsletter.store.subscribers.chunk_rows import ForWorkers
    from msnewsletter.subscribers.delivery_state import Chunk
    from msnewsletter.subscribers.shared_limits import SharedLimits


class ChunkQueries(StoreBase):
    """What is asked about chunks."""

    def hand_to_workers(self, issue: int, given: ForWorkers) -> None:
        """Cut a mailing that was begun without workers, or is under way again, into chunks.

        Where it is cut already nothing is changed.
        """
        with self._transaction() as connection:
            add_chunks(connection, issue, given)

    def take_from_workers(self, issue: int) -> None:
        """Let no worker begin a chunk of a mailing any more: somebody else sends the rest."""
        with self._transaction() as connection:
            drop_chunks(connection, issue)

    def hold_older(self, issue: int, *, remembered: int) -> bool:
        """Let nobody send a mailing on, of which a worker remembers more than the ledger knows.

        A person decides: see `give_up_mailing` and `trust_ledger`. One that has decided since the
        worker read the ledger is not asked again.

        Returns whether the mailing is held by this; False: it was before, or need not be.

        remembered: how often some of it was claimed, as the worker remembers.
        """
        behind = (mailings.c.issue == issue, mailings.c.claims < remembered)
        with self._transaction() as connection:
            found = connection.execute(select(mailings.c.remembered).where(*behind)).first()
            if found is None:
                return False
            drop_chunks(connection, issue)
            one = update(mailings).where(*behind)
            most = func.coalesce(mailings.c.remembered, 0)
            more = case((most < remembered, remembered), else_=most)
            connection.execute(one.values(remembered=more))
            return found.remembered is None

    def is_with_workers(self, issue: int) -> bool:
        """Whether workers have a part in a mailing: it is cut into chunks."""
        query = select(mailing_chunks.c.first).where(mailing_chunks.c.issue == issue).limit(1)
        return self._first(query) is not None

    def mail_of(self, issue: int) -> dict[SubscribedEdition, bytes]:
        """What is filled in for each reader of a mailing, by edition; nothing once it is done."""
        query = select(mailing_mails).where(mailing_mails.c.issue == issue)
        found = self._all(query, lambda row: (SubscribedEdition(row.edition), bytes(row.data)))
        return dict(found)

    def claim_chunk(
        self,
        chunk: Chunk,
        *,
        most: int,
        journal: str,
        now: datetime,
        limits: SharedLimits | None = None,
    ) -> ChunkClaim:
        """Claim what is due of a chunk, as far as limits that all workers share allow.

        What others have in hand is passed over. Without deliveries and without `opens` nothing of
        it is due. Deliveries whose subscriber left or paused meanwhile are put aside as LEFT.

        Args:
            chunk: its range.
            most: how many.
            journal: the name of the journal that will know what became of them; its lease must last
                at `now`.
            now: aware.
            limits: those of the settings; None: there are none.

        Raises StoreError where the lease has passed, or the database fails.
        """
        with self._transaction() as connection:
            if limits:
                # The first step: nobody may claim between the counting and the claim.
                lock_windows(connection, self._location)
            self._refuse_without_lease(connection, journal, now=now)
            rows = due_rows(
                connection,
                and_(deliveries.c.id.between(chunk.first, chunk.last), IS_OPEN),
                (is_due_again(now), is_new()),
                most=CHUNK_SIZE if limits else most,
            )
            kept, opens = without_gone(connection, rows, now=now), None
            if limits and kept:
                kept, opens = chosen(connection, kept, limits, most=most, now=now)
            claimed = take_rows(connection, kept, journal=journal, now=now)
            claims = count_claim(connection, chunk.issue) if claimed else None
        return ChunkClaim(deliveries=claimed, opens=opens, claims=claims)

    def _refuse_without_lease(self, connection: Connection, journal: str, *, now: datetime) -> None:
        """Raise StoreError where a journal has no lease; while we work nobody takes it away."""
        lease = hold_lease(connection, journal)
        if lease is None or lease.lost or lease.until <= now:
            raise lease_lost(self._shown)

    def chunks_due(self, now: datetime) -> list[Chunk]:
        """The chunks of unfinished mailings of which something is due at `now` (aware), in order.

        What somebody has in hand is not due.
        """
        theirs = and_(
            deliveries.c.id.between(mailing_chunks.c.first, mailing_chunks.c.last), IS_OPEN
        )
        query = (
            select(mailing_chunks)
            .join(mailings, mailings.c.issue == mailing_chunks.c.issue)
            .where(
                mailings.c.finished.is_(None),
                or_(*(exists().where(theirs, due) for due in (is_new(), is_due_again(now)))),
            )
            .order_by(mailing_chunks.c.first)
        )
        return self._all(query, chunk_of)
