"""Queries on mailings: an issue on its way to its subscribers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, cast, delete, func, insert, literal, or_, select, update

from msnewsletter.store.base import StoreBase
from msnewsletter.store.subscribers.chunk_rows import add_chunks, drop_chunks
from msnewsletter.store.subscribers.subscriber_tables import (
    IS_OPEN,
    deliveries,
    delivery_id,
    mailings,
    of_issue,
    subscribers,
)
from msnewsletter.subscribers.delivery_state import Balance, DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from msnewsletter.store.subscribers.chunk_rows import ForWorkers


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """An issue on its way.

    Attributes:
        issue: its number.
        manifest: the SHA-256 of its folder's manifest, in hexadecimal: which bytes are sent.
        created: when it was enqueued, aware UTC; all that is derived from time in its mails is.
        finished: when nothing was left to do, aware UTC; None: it is under way.
        claims: how often some of its deliveries were claimed.
        remembered: how often, as a worker remembers who found that the ledger knew less; None: none
            did, or a person has decided since.
    """

    issue: int
    manifest: str
    created: datetime
    finished: datetime | None = None
    claims: int = 0
    remembered: int | None = None


class MailingQueries(StoreBase):
    """What is asked about mailings."""

    def enqueue(
        self, issue: int, *, manifest: str, at: datetime, for_workers: ForWorkers | None = None
    ) -> Mailing:
        """Fix a mailing and a delivery to everybody who gets mail now, in one transaction.

        Where the issue is enqueued already, nothing is changed, and the mailing that there is is
        returned.

        Args:
            issue: its number.
            manifest: as in Mailing.
            at: now, aware.
            for_workers: what workers need, where they send it; it is in the same transaction.
        """
        row = {"issue": issue, "manifest": manifest, "created": at}
        with self._transaction() as connection:
            query = select(mailings).where(mailings.c.issue == issue)
            found = connection.execute(query).first()
            if found:
                return _mailing(found)
            connection.execute(insert(mailings).values(row))
            names = ["id", "issue", "subscriber", "edition", "state", "attempts"]
            receivers = select(
                cast(subscribers.c.id, BigInteger) + literal(delivery_id(issue), BigInteger),
                literal(issue),
                subscribers.c.id,
                subscribers.c.edition,
                literal(DeliveryState.QUEUED.value),
                literal(0),
            ).where(_gets_mail(at))
            connection.execute(insert(deliveries).from_select(names, receivers))
            if for_workers:
                add_chunks(connection, issue, for_workers)
        return Mailing(issue=issue, manifest=manifest, created=at)

    def count_readers(self, at: datetime) -> dict[SubscribedEdition, int]:
        """How many would get an issue that is enqueued at `at` (aware), by edition."""
        edition = subscribers.c.edition
        query = select(edition, func.count()).where(_gets_mail(at)).group_by(edition)
        found = self._all(query, tuple)
        return {SubscribedEdition(name): int(number) for name, number in found}

    def cancel_mailing(self, issue: int) -> None:
        """Remove a mailing of which nothing was tried, as if it had never been enqueued."""
        with self._transaction() as connection:
            drop_chunks(connection, issue)
            connection.execute(delete(deliveries).where(of_issue(issue)))
            connection.execute(delete(mailings).where(mailings.c.issue == issue))

    def adopt_mailing(self, issue: int, *, manifest: str, claims: int, at: datetime) -> None:
        """Note that an issue was delivered though nothing is known of it: nobody gets it now.

        Args: see `give_up_mailing`, and Mailing for `manifest`.
        """
        row = {
            "issue": issue,
            "manifest": manifest,
            "claims": claims,
            "created": at,
            "finished": at,
        }
        with self._transaction() as connection:
            connection.execute(insert(mailings).values(row))

    def give_up_mailing(
        self, issue: int, *, state: DeliveryState, claims: int, at: datetime
    ) -> None:
        """Finish a mailing: nobody gets it any more.

        Args:
            issue: its number.
            state: what becomes of all that is open.
            claims: how often some of it was claimed, by what the outbox knows.
            at: now, aware.
        """
        with self._transaction() as connection:
            still_open = update(deliveries).where(of_issue(issue), IS_OPEN)
            given_up = {"state": state, "claimed_by": None, "due": None, "changed": at}
            connection.execute(still_open.values(given_up))
            one = update(mailings).where(mailings.c.issue == issue)
            connection.execute(one.values(claims=claims, remembered=None, finished=at))
            drop_chunks(connection, issue)

    def trust_ledger(self, issue: int, *, claims: int) -> None:
        """Let a mailing go on as the ledger has it, though more of it went out than that says.

        claims: see `give_up_mailing`.
        """
        with self._transaction() as connection:
            one = update(mailings).where(mailings.c.issue == issue)
            connection.execute(one.values(claims=claims, remembered=None))

    def finish_mailing(self, issue: int, *, at: datetime) -> None:
        """Note that nothing is left to do."""
        with self._transaction() as connection:
            one = update(mailings).where(mailings.c.issue == issue, mailings.c.finished.is_(None))
            connection.execute(one.values(finished=at))
            drop_chunks(connection, issue)

    def mailing(self, issue: int) -> Mailing | None:
        """The mailing of an issue; None: nothing is known of it."""
        row = self._first(select(mailings).where(mailings.c.issue == issue))
        return _mailing(row) if row else None

    def mailings(self) -> list[Mailing]:
        """All mailings, by issue."""
        return self._all(select(mailings).order_by(mailings.c.issue), _mailing)

    def first_mailing_above(self, number: int) -> datetime | None:
        """When the first mailing to more than so many was enqueued, aware UTC; None: none was."""
        for one in sorted(self.mailings(), key=lambda one: one.created):
            # Whether there is one more: counting them all takes longer.
            more = select(deliveries.c.id).where(of_issue(one.issue)).order_by(deliveries.c.id)
            if self._first(more.offset(number).limit(1)):
                return one.created
        return None

    def balance(self, issue: int) -> Balance:
        """How many deliveries of an issue are in each state."""
        count = select(deliveries.c.state, func.count()).where(of_issue(issue))
        found = self._all(count.group_by(deliveries.c.state), tuple)
        return Balance(counts={DeliveryState(state): number for state, number in found})


def _gets_mail(at: datetime) -> ColumnElement[bool]:
    """Who gets an issue that is enqueued at `at`."""
    awake = or_(subscribers.c.paused_until.is_(None), subscribers.c.paused_until <= at)
    return and_(subscribers.c.state == SubscriberState.CONFIRMED, awake)


def _mailing(row: Any) -> Mailing:  # noqa: ANN401  (a row)
    return Mailing(
        issue=row.issue,
        manifest=row.manifest,
        created=row.created,
        finished=row.finished,
        claims=row.claims,
        remembered=row.remembered,
    )
