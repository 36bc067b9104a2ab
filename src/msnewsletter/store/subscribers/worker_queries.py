"""Queries on the workers of other machines: which live, and whose claims are theirs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, insert, literal, or_, select, text, update

from msnewsletter.store.base import StoreBase, batches
from msnewsletter.store.subscribers.claim_rows import past_tries
from msnewsletter.store.subscribers.settle_rows import (
    count_sent,
    forget_sent,
    hold_lease,
    settle_rows,
)
from msnewsletter.store.subscribers.subscriber_tables import (
    IS_OPEN,
    deliveries,
    leases,
    sending_terms,
    subscribers,
    workers,
)
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from msnewsletter.subscribers.delivery_state import DeliveryResult, PastTries


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A worker, as it is known to the database.

    Attributes:
        name: its own.
        machine: on which it runs.
        process: its number there.
        release: of the program.
        form: of the jobs that it understands.
        started: when, aware UTC.
        seen: its last sign of life, aware UTC.
        ended: when it ended by itself, aware UTC; None: it has not, or was lost.
        says: what keeps it from working, without an address; None: nothing.
        hindered: since when something does, aware UTC; None: nothing does.
    """

    name: str
    machine: str
    process: int
    release: str
    form: int
    started: datetime
    seen: datetime
    ended: datetime | None = None
    says: str | None = None
    hindered: datetime | None = None


class WorkerQueries(StoreBase):
    """What is asked about workers. Times are those of the database's clock."""

    def database_now(self) -> datetime:
        """The time by the database's clock, aware UTC; SQLite's is this machine's."""
        with self._reading() as connection:
            if connection.dialect.name == "sqlite":
                said = connection.scalar(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"))
                return datetime.fromisoformat(str(said)).replace(tzinfo=UTC)
            found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return found.astimezone(UTC)

    # ── workers ──────────────────────────────────────────────────────────────────────────────────

    def begin_worker(self, worker: WorkerRow) -> None:
        """Note that a worker has begun."""
        row = {column.name: getattr(worker, column.name) for column in workers.c}
        with self._transaction() as connection:
            connection.execute(insert(workers).values(row))

    def end_worker(self, name: str, *, at: datetime, says: str | None = None) -> None:
        """Note that a worker has ended by itself; its leases end where nothing is claimed."""
        with self._transaction() as connection:
            one = update(workers).where(workers.c.name == name)
            connection.execute(one.values(seen=at, ended=at, says=says))
            connection.execute(delete(leases).where(leases.c.worker == name, _without_claims()))

    def workers(self) -> list[WorkerRow]:
        """All workers that are known, in the order in which they began."""
        query = select(workers).order_by(workers.c.started, workers.c.name)
        return self._all(query, _worker)

    def tidy_workers(self, before: datetime) -> None:
        """Forget the workers that gave no sign of life after that (aware), and their leases.

        A lease stays for as long as something that was claimed under it is open.
        """
        with self._transaction() as connection:
            old = select(workers.c.name).where(workers.c.seen < before)
            unknown = leases.c.worker.not_in(select(workers.c.name))
            connection.execute(
                delete(leases).where(
                    or_(leases.c.worker.in_(old), unknown), leases.c.until < before, _without_open()
                )
            )
            theirs = exists().where(leases.c.worker == workers.c.name)
            connection.execute(delete(workers).where(workers.c.seen < before, ~theirs))

    # ── what all have in common ──────────────────────────────────────────────────────────────────

    def share_terms(self, terms: Mapping[str, str]) -> None:
        """Note the settings that workers must have in common with the home: name and value."""
        if terms == self.shared_terms():
            return
        rows = [{"name": name, "value": value} for name, value in terms.items()]
        with self._transaction() as connection:
            connection.execute(delete(sending_terms))
            connection.execute(insert(sending_terms), rows)

    def shared_terms(self) -> dict[str, str]:
        """What `share_terms` has noted; nothing where no home has yet."""
        query = select(sending_terms.c.name, sending_terms.c.value)
        return dict(self._all(query, tuple))

    # ── leases ───────────────────────────────────────────────────────────────────────────────────

    def lease_journal(self, journal: str, *, worker: str, until: datetime) -> None:
        """Begin a journal's lease; what is claimed for it is its worker's until then (aware)."""
        row = {"journal": journal, "worker": worker, "until": until}
        with self._transaction() as connection:
            connection.execute(insert(leases).values(row))

    def renew_leases(
        self, worker: str, *, now: datetime, until: datetime, says: str | None = None
    ) -> frozenset[str]:
        """A worker's sign of life: it keeps its leases until then; returns their journals.

        A lease that was lost is not among them. `says` as in WorkerRow.
        """
        with self._transaction() as connection:
            one = update(workers).where(workers.c.name == worker)
            since = literal(now, workers.c.hindered.type)
            hindered = func.coalesce(workers.c.hindered, since) if says else None
            connection.execute(one.values(seen=now, says=says, hindered=hindered))
            theirs = and_(leases.c.worker == worker, leases.c.lost.is_(None))
            connection.execute(update(leases).where(theirs).values(until=until))
            return frozenset(connection.scalars(select(leases.c.journal).where(theirs)))

    def end_lease(self, journal: str) -> None:
        """Forget the lease of a journal that is settled, unless something is claimed for it."""
        with self._transaction() as connection:
            connection.execute(delete(leases).where(leases.c.journal == journal, _without_claims()))

    def doubt_lost(self, now: datetime) -> Mapping[str, int]:
        """Put in doubt what is claimed under leases that have passed at `now` (aware).

        It counts as sent now. Returns how many there are of each worker. Doing it twice, or by two
        at once, does the same as once.
        """
        passed = and_(leases.c.until <= now, leases.c.lost.is_(None))
        with self._transaction() as connection:
            query = select(leases.c.journal, leases.c.worker).where(passed)
            query = query.order_by(leases.c.journal).with_for_update(skip_locked=True)
            lost = {row.journal: row.worker for row in connection.execute(query)}
            found: Counter[str] = Counter()
            domains: Counter[str] = Counter()
            for journal, worker in lost.items():
                of = _doubt(connection, journal, now=now)
                found[worker] += of.total()
                domains += of
            count_sent(connection, domains, at=now, moments=True)
            forget_sent(connection, at=now)
        return {worker: number for worker, number in found.items() if number}

    # ── what a journal has in hand ───────────────────────────────────────────────────────────────

    def claimed_by(self, journal: str) -> dict[int, PastTries]:
        """What was tried before of each delivery that waits for what a journal says, by its id.

        It is claimed, or in doubt because the journal's lease has passed.
        """
        query = select(deliveries).where(_in_hand(journal))
        found = self._all(query, lambda row: (row.id, past_tries(row.attempts, row.refused)))
        return dict(found)

    def settle_leased(
        self,
        results: Sequence[DeliveryResult],
        *,
        at: datetime,
        domains: Mapping[str, int],
        journal: str,
    ) -> None:
        """Note what became of what a journal has in hand, whether its lease has passed or not.

        What others have in hand meanwhile, or a person has decided on, stays as it is.

        Args:
            results: a delivery each.
            at: by the database's clock, aware.
            domains: how many of them the server has answered, or may have taken, by the domain of
                their address: they count in the limits that all workers share.
            journal: who claimed them.
        """
        with self._transaction() as connection:
            hold_lease(connection, journal)
            settle_rows(connection, results, at=at, journal=journal)
            count_sent(connection, domains, at=at, moments=True)

    def domains_of(self, numbers: Sequence[int]) -> dict[int, str]:
        """The domain of the address of each of these deliveries; "" where nobody knows any more."""
        with self._reading() as connection:
            return _domains(connection, numbers)


def _worker(row: Any) -> WorkerRow:  # noqa: ANN401  (a row)
    return WorkerRow(
        name=row.name,
        machine=row.machine,
        process=row.process,
        release=row.release,
        form=row.form,
        started=row.started,
        seen=row.seen,
        ended=row.ended,
        says=row.says,
        hindered=row.hindered,
    )


def _in_hand(journal: str) -> ColumnElement[bool]:
    states = (DeliveryState.CLAIMED, DeliveryState.IN_DOUBT)
    theirs = or_(*(deliveries.c.state == state for state in states))
    return and_(deliveries.c.claimed_by == journal, theirs, IS_OPEN)


def _doubt(connection: Connection, journal: str, *, now: datetime) -> Counter[str]:
    """Put a journal's claims in doubt; returns how many there are of each domain."""
    connection.execute(update(leases).where(leases.c.journal == journal).values(lost=now))
    theirs = and_(
        deliveries.c.claimed_by == journal, deliveries.c.state == DeliveryState.CLAIMED, IS_OPEN
    )
    # In the order of their ids, as whoever settles takes them.
    ids = select(deliveries.c.id).where(theirs).order_by(deliveries.c.id).with_for_update()
    numbers = list(connection.scalars(ids))
    for some in batches(numbers):
        one = update(deliveries).where(deliveries.c.id.in_(some))
        connection.execute(one.values(state=DeliveryState.IN_DOUBT, changed=now))
    return Counter(_domains(connection, numbers).values())


def _domains(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in batches(numbers):
        query = (
            select(deliveries.c.id, subscribers.c.key)
            .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber)
            .where(deliveries.c.id.in_(some))
        )
        rows: Any = connection.execute(query)
        found |= {number: (key or "").rpartition("@")[2] for number, key in rows}
    return found


def _without_claims() -> ColumnElement[bool]:
    """That nothing is claimed under a lease."""
    claimed = deliveries.c.state == DeliveryState.CLAIMED
    return ~exists().where(deliveries.c.claimed_by == leases.c.journal, claimed, IS_OPEN)


def _without_open() -> ColumnElement[bool]:
    """That nothing which was claimed under a lease is open."""
    return ~exists().where(deliveries.c.claimed_by == leases.c.journal, IS_OPEN)
