"""Queries on deliveries: which are claimed, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, and_, bindparam, delete, func, not_, or_, select, update

from msnewsletter.store.base import StoreBase, batches, dialect_insert
from msnewsletter.store.subscribers.subscriber_tables import (
    IS_OPEN,
    deliveries,
    mailings,
    of_issue,
    sent_minutes,
    subscribers,
)
from msnewsletter.subscribers.address import Address
from msnewsletter.subscribers.delivery_state import (
    ClaimedDelivery,
    DeliveryResult,
    DeliveryState,
    PastTries,
)
from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
    gets_mail,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

# Limits are for a day at most; twice that, so that no change of a clock costs what is counted.
_COUNTED: Final = timedelta(hours=48)


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
            and_(deliveries.c.state == DeliveryState.TEMP_FAILED, deliveries.c.due <= now, *passed),
            and_(_is_new(), deliveries.c.id > after, *passed),
        )
        claimed: list[ClaimedDelivery] = []
        with self._transaction() as connection:
            while len(claimed) < most:
                rows = _due(connection, issue, due, most=most - len(claimed))
                kept = [row for row in rows if gets_mail(row.state, row.paused_until, now=now)]
                taken = [row.id for row in kept]
                gone = sorted({row.id for row in rows}.difference(taken))
                _mark(connection, gone, state=DeliveryState.LEFT, claimed_by=None, changed=now)
                state = DeliveryState.CLAIMED
                _mark(connection, taken, state=state, claimed_by=journal, due=None, changed=now)
                claimed += map(_claimed, kept)
                if not gone:
                    break
            if claimed:
                one = update(mailings).where(mailings.c.issue == issue)
                connection.execute(one.values(claims=mailings.c.claims + 1))
        return claimed

    def settle(
        self, results: Sequence[DeliveryResult], *, at: datetime, domains: Mapping[str, int]
    ) -> None:
        """Note what became of claimed deliveries, in one transaction.

        A delivery that is not claimed any more stays as it is: what was noted of it stands.

        Args:
            results: a delivery each.
            at: aware.
            domains: how many of them the server took, by the domain of their address.
        """
        with self._transaction() as connection:
            _settle(connection, results, at=at)
            minute = at.replace(second=0, microsecond=0)
            _count_sent(connection, domains, minute=minute)

    def claimed(self) -> dict[str, dict[int, PastTries]]:
        """What was tried of each claimed delivery before, by its journal and its id."""
        query = select(deliveries).where(deliveries.c.state == DeliveryState.CLAIMED, IS_OPEN)
        found: dict[str, dict[int, PastTries]] = {}
        for row in self._all(query, lambda row: row):
            past = _past(row.attempts, row.refused)
            found.setdefault(row.claimed_by, {})[row.id] = past
        return found

    def next_due(self, issue: int) -> datetime | None:
        """When the next delivery of an issue that was refused for now is due; None: there is none.

        In the past it is due now.
        """
        query = select(func.min(deliveries.c.due)).where(
            deliveries.c.state == DeliveryState.TEMP_FAILED, _open_of(issue)
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
        query = select(deliveries.c.id).where(_open_of(issue), *conditions).limit(1)
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
        """Put all deliveries of an issue that are claimed in doubt; returns how many."""
        return self._move(issue, DeliveryState.CLAIMED, DeliveryState.IN_DOUBT, at=at)

    def queue_in_doubt(self, issue: int, *, at: datetime) -> int:
        """Queue all deliveries of an issue that are in doubt again; returns how many."""
        return self._move(issue, DeliveryState.IN_DOUBT, DeliveryState.QUEUED, at=at)

    def accept_in_doubt(self, issue: int, *, at: datetime) -> int:
        """Count all deliveries of an issue that are in doubt as sent; returns how many."""
        return self._move(issue, DeliveryState.IN_DOUBT, DeliveryState.SENT, at=at)

    def _move(self, issue: int, old: DeliveryState, new: DeliveryState, *, at: datetime) -> int:
        with self._transaction() as connection:
            moved = update(deliveries).where(deliveries.c.state == old, _open_of(issue))
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


def _open_of(issue: int) -> ColumnElement[bool]:
    """The deliveries of an issue that are open: their index has no others."""
    return and_(of_issue(issue), IS_OPEN)


def _is_new() -> ColumnElement[bool]:
    return and_(deliveries.c.state == DeliveryState.QUEUED, deliveries.c.due.is_(None))


def _addressed_elsewhere(domains: Collection[str]) -> list[ColumnElement[bool]]:
    """That an address is at none of these domains; who was forgotten has none."""
    return [
        or_(
            subscribers.c.key.is_(None),
            not_(subscribers.c.key.endswith(f"@{one}", autoescape=True)),
        )
        for one in sorted(domains)
    ]


def _due(
    connection: Connection, issue: int, due: Sequence[ColumnElement[bool]], *, most: int
) -> list[Any]:
    """Deliveries to try, failed ones first; each condition of `due` is one range of the index."""
    rows: list[Any] = []
    for condition in due:
        if len(rows) < most:
            rows += _with_subscribers(connection, issue, condition, most=most - len(rows))
    return rows


def _with_subscribers(
    connection: Connection, issue: int, condition: ColumnElement[bool], *, most: int
) -> list[Any]:
    query = (
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
        .where(condition, _open_of(issue))
        .order_by(deliveries.c.id)
        .limit(most)
        # SQLite has one writer at a time, and says nothing of this.
        .with_for_update(of=deliveries, skip_locked=True)
    )
    return list(connection.execute(query).all())


# Nearly all deliveries are tried for the first time.
_NEVER_TRIED: Final = PastTries()


def _claimed(row: Any) -> ClaimedDelivery:  # noqa: ANN401  (a row)
    number, edition, attempts, refused, handle, typed, mailbox, key, *_ = row
    return ClaimedDelivery(
        id=number,
        handle=handle,
        address=Address(typed=typed, mailbox=mailbox, key=key),
        edition=SubscribedEdition(edition),
        past=_past(attempts, refused),
    )


def _past(attempts: int, refused: datetime | None) -> PastTries:
    tried = attempts or refused
    return PastTries(attempts=attempts, refused=refused) if tried else _NEVER_TRIED


def _mark(connection: Connection, ids: Sequence[int], **values: object) -> None:
    for some in batches(ids):
        connection.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(values))


def _settle(connection: Connection, results: Sequence[DeliveryResult], *, at: datetime) -> None:
    # Nearly all differ by their id alone: one statement for many of them is far quicker.
    alike: dict[tuple[object, ...], list[int]] = {}
    for one in results:
        same = (one.state, one.due, one.refused, one.code, one.enhanced, one.tried)
        alike.setdefault(same, []).append(one.id)
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
            connection.execute(_SETTLE, {"ids": some, **values})


# Made once: making it takes as long as running it.
_SETTLE: Final = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.state == DeliveryState.CLAIMED,
    )
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


def _count_sent(connection: Connection, domains: Mapping[str, int], *, minute: datetime) -> None:
    rows = [
        {"minute": minute, "domain": domain, "sent": sent}
        for domain, sent in domains.items()
        if sent
    ]
    # Domains of readers are not kept for longer than limits are counted from them.
    old = sent_minutes.c.minute < minute - _COUNTED
    connection.execute(delete(sent_minutes).where(old))
    if not rows:
        return
    added = dialect_insert(connection, sent_minutes)
    keys = [column.name for column in sent_minutes.primary_key]
    total = sent_minutes.c.sent + added.excluded.sent
    connection.execute(added.on_conflict_do_update(index_elements=keys, set_={"sent": total}), rows)
