"""Queries on deliveries: which are claimed, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, not_, or_, select, text, update

from msnewsletter.store.base import StoreBase, batches
from msnewsletter.store.subscribers.claim_rows import (
    count_claim,
    due_rows,
    is_due_again,
    is_new,
    open_of,
    past_tries,
    take_rows,
    without_gone,
)
from msnewsletter.store.subscribers.settle_rows import count_sent, forget_sent, settle_rows
from msnewsletter.store.subscribers.subscriber_tables import (
    IS_OPEN,
    deliveries,
    leases,
    mailings,
    of_issue,
    sent_minutes,
    subscribers,
)
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from msnewsletter.subscribers.delivery_state import (
        ClaimedDelivery,
        DeliveryResult,
        PastTries,
    )


class DeliveryQueries(StoreBase):
    """What is asked about deliveries."""

    def claim_deliveries(
        self,
        issue: int,
        *,
        most: int,
        journal: str,
        now: datetime,
        without: Collection[str] = (),
        after: int = 0,
    ) -> list[ClaimedDelivery]:
        """Claim deliveries of an issue that are queued, or due again, at most so many.

        Deliveries whose subscriber left or paused meanwhile are put aside as LEFT; they do not
        count, so fewer than `most` means that nothing else is due.

        Args:
            issue: its number.
            most: how many.
            journal: the name of the journal that will know what became of them.
            now: aware.
            without: domains in lower case; who has an address there is passed over.
            after: of those that are queued only what has a higher id.
        """
        passed = _addressed_elsewhere(without)
        due = (
            and_(is_due_again(now), *passed),
            and_(is_new(), deliveries.c.id > after, *passed),
        )
        claimed: list[ClaimedDelivery] = []
        with self._transaction() as connection:
            while len(claimed) < most:
                rows = due_rows(connection, open_of(issue), due, most=most - len(claimed))
                kept = without_gone(connection, rows, now=now)
                claimed += take_rows(connection, kept, journal=journal, now=now)
                if len(kept) == len(rows):
                    break
            if claimed:
                count_claim(connection, issue)
        return claimed

    def settle(
        self, results: Sequence[DeliveryResult], *, at: datetime, domains: Mapping[str, int]
    ) -> None:
        """Note what became of claimed deliveries, in one transaction.

        A delivery that is not claimed any more stays as it is: what was noted of it stands.

        Args:
            results: a delivery each.
            at: aware.
            domains: how many of them the server has answered, or may have taken, by the domain of
                their address: what limits are counted from.
        """
        with self._transaction() as connection:
            settle_rows(connection, results, at=at, journal=None)
            count_sent(connection, domains, at=at, moments=False)
            forget_sent(connection, at=at)

    def await_claims(self) -> None:
        """Wait until every claim that was begun has ended; raises StoreError after ten seconds.

        Of a sender that was killed PostgreSQL may still be ending the last one, where its disk is
        slow. SQLite's transactions end with the process.
        """
        if self.shared:
            with self._transaction() as connection:
                connection.execute(text(f"LOCK TABLE {deliveries.name} IN EXCLUSIVE MODE"))

    def claimed(self) -> dict[str, dict[int, PastTries]]:
        """What was tried of each claimed delivery before, by its journal and its id."""
        query = select(deliveries).where(deliveries.c.state == DeliveryState.CLAIMED, IS_OPEN)
        found: dict[str, dict[int, PastTries]] = {}
        for row in self._all(query, lambda row: row):
            past = past_tries(row.attempts, row.refused)
            found.setdefault(row.claimed_by, {})[row.id] = past
        return found

    def next_due(self, issue: int) -> datetime | None:
        """When the next delivery of an issue that was refused for now is due; None: there is none.

        In the past it is due now.
        """
        query = select(func.min(deliveries.c.due)).where(
            deliveries.c.state == DeliveryState.TEMP_FAILED, open_of(issue)
        )
        return self._value(query)

    def has_work(self, issue: int, *, now: datetime) -> bool:
        """Whether a run of the sender would do something for an unfinished mailing at `now`.

        It has something to send, or to settle after a kill; or nothing is open, so that it ends.
        """
        waiting = (DeliveryState.QUEUED, DeliveryState.CLAIMED)
        if any(self._some(issue, deliveries.c.state == state) for state in waiting):
            return True
        due = self.next_due(issue)
        return due <= now if due else not self._some(issue)

    def _some(self, issue: int, *conditions: ColumnElement[bool]) -> bool:
        query = select(deliveries.c.id).where(open_of(issue), *conditions).limit(1)
        return self._first(query) is not None

    def queue_failed(self, issue: int, *, at: datetime) -> int:
        """Queue all deliveries of an issue that have failed as if they were new; returns how many.

        Where there are any, a mailing that was finished is under way again.
        """
        ids = of_issue(issue)
        failed = update(deliveries).where(ids, deliveries.c.state == DeliveryState.PERM_FAILED)
        anew = {
            "state": DeliveryState.QUEUED,
            "attempts": 0,
            "due": None,
            "refused": None,
            "claimed_by": None,
            "changed": at,
        }
        with self._transaction() as connection:
            done = int(connection.execute(failed.values(anew)).rowcount)
            if done:
                one = update(mailings).where(mailings.c.issue == issue)
                connection.execute(one.values(finished=None))
        return done

    def failed_of_confirmed(self, issue: int) -> Mapping[tuple[int, str | None], int]:
        """How many deliveries of an issue have failed whose subscribers still get mail.

        By reply code and enhanced code; without those that were refused by no reply.
        """
        query = (
            select(deliveries.c.code, deliveries.c.enhanced, func.count())
            .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
            .where(
                of_issue(issue),
                deliveries.c.state == DeliveryState.PERM_FAILED,
                deliveries.c.code.is_not(None),
                subscribers.c.state == SubscriberState.CONFIRMED,
            )
            .group_by(deliveries.c.code, deliveries.c.enhanced)
        )
        return {(code, enhanced): number for code, enhanced, number in self._all(query, tuple)}

    def doubt_claimed(self, issue: int, *, at: datetime) -> int:
        """Put all deliveries of an issue that are claimed in doubt; returns how many.

        What a worker has in hand under a lease is its own: it settles that, or its lease passes.
        """
        unleased = deliveries.c.claimed_by.not_in(select(leases.c.journal))
        states = (DeliveryState.CLAIMED, DeliveryState.IN_DOUBT)
        return self._move(issue, *states, unleased, at=at)

    def queue_in_doubt(self, issue: int, *, at: datetime) -> int:
        """Queue all deliveries of an issue that are in doubt again; returns how many."""
        return self._move(issue, DeliveryState.IN_DOUBT, DeliveryState.QUEUED, at=at)

    def accept_in_doubt(self, issue: int, *, at: datetime) -> int:
        """Count all deliveries of an issue that are in doubt as sent; returns how many."""
        return self._move(issue, DeliveryState.IN_DOUBT, DeliveryState.SENT, at=at)

    def _move(
        self,
        issue: int,
        old: DeliveryState,
        new: DeliveryState,
        *conditions: ColumnElement[bool],
        at: datetime,
    ) -> int:
        with self._transaction() as connection:
            theirs = (deliveries.c.state == old, open_of(issue), *conditions)
            moved = update(deliveries).where(*theirs)
            done = connection.execute(moved.values(state=new, claimed_by=None, changed=at))
            return int(done.rowcount)

    def subscriber_of(self, delivery: int) -> int | None:
        """The id of the subscriber of a delivery; None: there is no such delivery."""
        query = select(deliveries.c.subscriber).where(deliveries.c.id == delivery)
        return self._value(query)

    def suppress_dead(self, numbers: Sequence[int], *, at: datetime) -> None:
        """Suppress the subscribers of these deliveries, at whose addresses nobody can be reached.

        Who left, complained or was suppressed by hand meanwhile stays what they are.
        """
        values = {
            "state": SubscriberState.SUPPRESSED,
            "suppression": SuppressionReason.BOUNCE,
            "since": at,
            "paused_until": None,
            "soft_bounces": 0,
        }
        confirmed = subscribers.c.state == SubscriberState.CONFIRMED
        with self._transaction() as connection:
            for some in batches(numbers):
                theirs = select(deliveries.c.subscriber).where(deliveries.c.id.in_(some))
                dead = update(subscribers).where(subscribers.c.id.in_(theirs), confirmed)
                connection.execute(dead.values(values))

    def sent_since(self, since: datetime) -> list[tuple[datetime, str, int]]:
        """How many mails went out in each minute from then on (aware), to each domain, in order."""
        query = (
            select(sent_minutes)
            .where(sent_minutes.c.minute >= since)
            .order_by(sent_minutes.c.minute, sent_minutes.c.domain)
        )
        return self._all(query, lambda row: (row.minute, row.domain, row.sent))


def _addressed_elsewhere(domains: Collection[str]) -> list[ColumnElement[bool]]:
    """That an address is at none of these domains; who was forgotten has none."""
    return [
        or_(
            subscribers.c.key.is_(None),
            not_(subscribers.c.key.endswith(f"@{one}", autoescape=True)),
        )
        for one in sorted(domains)
    ]
