"""The queries about slots, approvals and what the clock has done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, delete, desc, insert, select

from msnewsletter.model import Approval
from msnewsletter.store.base import StoreBase
from msnewsletter.store.tables import approvals, clock_marks, notifications, release_claim, slots

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from msnewsletter.schedule.slots import Slot


class Outcome(StrEnum):
    """What became of a slot."""

    PUBLISHED = "published"  # its issue is fixed and out, or on its way
    EMPTY = "empty"  # nothing was new
    COALESCED = "coalesced"  # a newer one was due as well; its summaries are in that one's issue


class NamedBy(StrEnum):
    """Where the name of a slot comes from."""

    SCHEDULE = "schedule"  # it is a key of schedule.Slot, whoever published it
    PERSON = "person"  # the local time at which somebody published


class ClockMark(StrEnum):
    """What the clock does once."""

    WATCHED_SINCE = "begun"  # a clock watches this home; no slot before that is ever due


class Notification(StrEnum):
    """What editors are notified of, once for each slot."""

    DRAFT = "draft"  # the lead of the slot has begun: this is the issue as it stands
    WAITS = "waits"  # the slot is due, and nobody has approved the issue
    LATE = "late"  # the slot is due, and longer ago than late_after allows


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSlot:
    """A slot that is spoken for.

    `instant` is aware UTC; `issue` is that of a published slot; `into` the slot that a coalesced
    one went into.
    """

    slot: str
    instant: datetime
    named_by: NamedBy
    outcome: Outcome
    issue: int | None
    into: str | None = None


class Slots(StoreBase):
    """What became of slots, approvals, and what the clock has done."""

    def slot_at(self, instant: datetime) -> TakenSlot | None:
        """What became of the slot at this instant."""
        return self._slot(select(slots).where(slots.c.instant == instant))

    def slot_of(self, number: int) -> TakenSlot | None:
        """The slot that an issue was made for."""
        return self._slot(select(slots).where(slots.c.issue == number))

    def last_slot(self) -> TakenSlot | None:
        """The newest slot that is spoken for."""
        return self._slot(select(slots).order_by(desc(slots.c.instant)).limit(1))

    def first_scheduled(self) -> TakenSlot | None:
        """The oldest slot that a schedule named."""
        query = select(slots).where(slots.c.named_by == NamedBy.SCHEDULE)
        return self._slot(query.order_by(slots.c.instant).limit(1))

    def coalesced_into(self, slot: str) -> tuple[str, ...]:
        """The keys of the slots that were coalesced into this one, oldest first."""
        query = select(slots.c.slot).where(slots.c.into == slot).order_by(slots.c.instant)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars())

    def _slot(self, query: Any) -> TakenSlot | None:  # noqa: ANN401  (a Select of this table)
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return TakenSlot(
            slot=row.slot,
            instant=row.instant,
            named_by=NamedBy(row.named_by),
            outcome=Outcome(row.outcome),
            issue=row.issue,
            into=row.into,
        )

    def approval(self, number: int) -> Approval | None:
        """The last approval of an issue, whether or not it still holds."""
        query = select(approvals).where(approvals.c.issue == number)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return Approval(**row) if row else None

    def approve(self, approval: Approval) -> None:
        """Record an approval in the place of any earlier one of the same issue."""
        with self._transaction() as connection:
            put_approval(connection, approval.issue, approval)

    def mark(self, kind: ClockMark) -> datetime | None:
        """When the clock did this, aware UTC; None: not yet."""
        query = select(clock_marks.c.at).where(clock_marks.c.kind == kind)
        with self._reading() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def set_mark(self, kind: ClockMark, at: datetime) -> None:
        """Record that the clock has done this."""
        with self._transaction() as connection:
            connection.execute(delete(clock_marks).where(clock_marks.c.kind == kind))
            connection.execute(insert(clock_marks).values(kind=kind, at=at))

    def notified(self, kind: Notification, slot: str) -> datetime | None:
        """When the editors were notified of this, aware UTC; `slot`: its key. None: not yet."""
        query = select(notifications.c.at).where(_notification(kind, slot))
        with self._reading() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def set_notified(self, kind: Notification, slot: str, at: datetime) -> None:
        """Record that the editors were notified of this; `slot`: its key."""
        with self._transaction() as connection:
            connection.execute(delete(notifications).where(_notification(kind, slot)))
            connection.execute(insert(notifications).values(kind=kind, slot=slot, at=at))

    def release_claim(self) -> str | None:
        """The token of the home that was the last to have an issue's folder complete."""
        with self._reading() as connection:
            found: str | None = connection.execute(select(release_claim.c.token)).scalar()
        return found

    def set_release_claim(self, token: str, at: datetime) -> None:
        """Before T2: the issue's folder is in the home that has this token, and in no other."""
        with self._transaction() as connection:
            connection.execute(delete(release_claim))
            connection.execute(insert(release_claim).values(token=token, at=at))


def _notification(kind: Notification, slot: str) -> ColumnElement[bool]:
    return and_(notifications.c.kind == kind, notifications.c.slot == slot)


def put_approval(connection: Connection, number: int, approval: Approval | None) -> None:
    """Leave an issue with this approval, or with none."""
    connection.execute(delete(approvals).where(approvals.c.issue == number))
    if approval:
        connection.execute(insert(approvals).values(**asdict(approval)))


def take_slot(
    connection: Connection,
    slot: str,
    *,
    instant: datetime,
    named_by: NamedBy,
    issue: int | None,
    coalesce: Iterable[Slot],
) -> None:
    """Take a slot for an issue, or as empty, and older ones with it."""
    outcome = Outcome.EMPTY if issue is None else Outcome.PUBLISHED
    rows = [
        {"slot": one.key, "instant": one.instant, "named_by": NamedBy.SCHEDULE}
        | {"outcome": Outcome.COALESCED, "issue": None, "into": slot}
        for one in coalesce
    ]
    rows.append(
        {"slot": slot, "instant": instant, "named_by": named_by}
        | {"outcome": outcome, "issue": issue, "into": None}
    )
    connection.execute(insert(slots), rows)
