"""Queries on the ledger as a whole, and on one subscriber's part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from msnewsletter.store.base import StoreBase, rows_with
from msnewsletter.store.subscribers.subscriber_tables import (
    BOUNCE_KEY,
    bounces,
    deliveries,
    delivery_id,
    mailing_chunks,
    mailing_mails,
    mailings,
    secrets,
    sent_minutes,
    sent_moments,
)

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDelivery:
    """What became of one issue for one subscriber.

    Attributes:
        issue: its number.
        edition: which mail of it.
        state: what became of it.
        attempts: how often it was tried.
        code: the mail server's last reply code; None: there was none.
        enhanced: its enhanced code, e.g. "5.1.1".
        changed: when it came into that state, aware UTC.
    """

    issue: int
    edition: str
    state: str
    attempts: int
    code: int | None
    enhanced: str | None
    changed: datetime | None


class LedgerQueries(StoreBase):
    """What is asked of the ledger, whatever is sending."""

    def deliveries_to(self, number: int) -> list[PastDelivery]:
        """All deliveries to a subscriber, by issue."""
        # By their ids, which are made of issue and subscriber: no index of a million rows for it.
        issues = self._all(select(mailings.c.issue), lambda row: int(row.issue))
        ids = [delivery_id(issue, number) for issue in issues]
        with self._reading() as connection:
            rows = rows_with(connection, select(deliveries), deliveries.c.id, ids)
        return [
            PastDelivery(
                issue=row.issue,
                edition=row.edition,
                state=row.state,
                attempts=row.attempts,
                code=row.code,
                enhanced=row.enhanced,
                changed=row.changed,
            )
            for row in sorted(rows, key=lambda row: row.issue)
        ]

    def open_mailings(self) -> list[int]:
        """The numbers of the issues that are being sent, or wait for a person to decide."""
        query = select(mailings.c.issue).where(mailings.c.finished.is_(None))
        return self._all(query.order_by(mailings.c.issue), lambda row: int(row.issue))

    def drop_ledger(self) -> None:
        """Forget what was sent, and what came back: numbers begin again, and name others then."""
        with self._transaction() as connection:
            for table in (
                bounces,
                deliveries,
                mailings,
                mailing_chunks,
                mailing_mails,
                sent_minutes,
                sent_moments,
            ):
                connection.execute(delete(table))
            # A bounce of one of the mails that are out is of none that these numbers name later.
            connection.execute(delete(secrets).where(secrets.c.name == BOUNCE_KEY))
