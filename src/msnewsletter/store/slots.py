"""The queries about slots, what people decided, and the clock's marks and notifications."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, desc, insert, select

from msnewsletter.decisions import Approval, SentBack
from msnewsletter.store.base import StoreBase, insert_rows, kept, upsert
from msnewsletter.store.tables import (
    approvals,
    clock_marks,
    notifications,
    release_claim,
    sent_back,
    slots,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

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
    """What the clock records once."""

    WATCHED_SINCE = "watched_since"  # a clock watches this home; no slot before that is ever due


class Notification(StrEnum):
    """What editors are notified of: once for each slot and reason, alarm or doubt."""

    DRAFT = "draft"  # the lead of the slot has begun: this is the current draft
    BLOCKED = "blocked"  # the slot is due, and a finding, a template or a setting stops the issue
    WAITS = "waits"  # the slot is due, and nobody has approved the issue
    SENT_BACK = "sent_back"  # a person has sent the next issue back
    LATE = "late"  # the slot is due, and longer ago than late_after allows
    FAILED = "failed"  # a step of the clock keeps failing
    PUBLISHED = "published"  # an issue is out
    CLOCK = "clock"  # the machine's clock is implausibly ahead: nothing goes out by itself
    SOURCE = "source"  # one that is fetched fails for long, was never read, or is read wrongly
    DELIVERED = "delivered"  # nothing is left to do of a mailing
    SENDING = "sending"  # something hinders it, or has to be decided
    ALARM = "alarm"  # what was sent is not what its file says


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSlot:
    """A slot that is to be taken.

    Attributes:
        name: the slot's permanent name: a slot's key, or the local time of a person's publishing.
        instant: its moment, aware.
        named_by: the schedule names its slots, a person the moment of publishing.
        coalesce: older slots that are due as well.
    """

    name: str
    instant: datetime
    named_by: NamedBy = NamedBy.SCHEDULE
    coalesce: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSlot:
    """A slot that an issue, or nothing, was published for.

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
    """Slots and what became of them, what people decided, the clock's marks and notifications."""

    @kept
    def slot_at(self, instant: datetime) -> TakenSlot | None:
        """The taken slot at this instant."""
        return self._slot(select(slots).where(slots.c.instant == instant))

    def slot_of(self, number: int) -> TakenSlot | None:
        """The slot that an issue was made for."""
        return self._slot(select(slots).where(slots.c.issue == number))

    @kept
    def last_slot(self) -> TakenSlot | None:
        """The newest taken slot."""
        return self._slot(select(slots).order_by(desc(slots.c.instant)).limit(1))

    @kept
    def first_scheduled(self) -> TakenSlot | None:
        """The oldest taken slot that a schedule named."""
        query = select(slots).where(slots.c.named_by == NamedBy.SCHEDULE)
        return self._slot(query.order_by(slots.c.instant).limit(1))

    @kept
    def last_scheduled(self) -> TakenSlot | None:
        """The newest taken slot that a schedule named."""
        query = select(slots).where(slots.c.named_by == NamedBy.SCHEDULE)
        return self._slot(query.order_by(desc(slots.c.instant)).limit(1))

    @kept
    def coalesced_into(self, slot: str) -> tuple[str, ...]:
        """The keys of the slots that were coalesced into this one, oldest first."""
        query = select(slots.c.slot).where(slots.c.into == slot).order_by(slots.c.instant)
        return tuple(self._all(query, lambda row: row.slot))

    def _slot(self, query: Select[Any]) -> TakenSlot | None:
        row = self._first(query)
        if row is None:
            return None
        named = {"named_by": NamedBy(row.named_by), "outcome": Outcome(row.outcome)}
        return TakenSlot(**row._asdict() | named)

    def approval(self, number: int) -> Approval | None:
        """The last approval of an issue, whether or not it is still valid."""
        row = self._first(select(approvals).where(approvals.c.issue == number))
        return Approval(**row._asdict()) if row else None

    def approve(self, approval: Approval) -> None:
        """Record an approval in place of any earlier one; what was sent back is so no longer."""
        with self._transaction() as connection:
            put_approval(connection, approval.issue, approval)

    def sent_back(self, number: int) -> SentBack | None:
        """Who sent an issue back; None: nobody, or it was approved or taken back since."""
        row = self._first(select(sent_back).where(sent_back.c.issue == number))
        return SentBack(**row._asdict()) if row else None

    def send_back(self, decision: SentBack) -> None:
        """Record that an issue was sent back, in place of any earlier time; approvals stay."""
        with self._transaction() as connection:
            connection.execute(delete(sent_back).where(sent_back.c.issue == decision.issue))
            insert_rows(connection, sent_back, [asdict(decision)])

    def take_back(self, number: int) -> None:
        """Forget that an issue was sent back; an approval that it had counts again."""
        with self._transaction() as connection:
            connection.execute(delete(sent_back).where(sent_back.c.issue == number))

    def mark(self, kind: ClockMark) -> datetime | None:
        """When the clock did this, aware UTC; None: not yet."""
        at: datetime | None = self._value(
            select(clock_marks.c.at).where(clock_marks.c.kind == kind)
        )
        return at

    def set_mark(self, kind: ClockMark, at: datetime) -> None:
        """Record that the clock has done this."""
        with self._transaction() as connection:
            upsert(connection, clock_marks, [{"kind": kind, "at": at}])

    def notified(self, kind: Notification, about: str) -> datetime | None:
        """When the editors were notified of this, aware UTC; None: not yet.

        `about`: the key of a slot, the same with the digest of a reason, or that digest alone.
        """
        query = select(notifications.c.at).where(notifications.c.kind == kind)
        return self._value(query.where(notifications.c.slot == about))

    def set_notified(self, kind: Notification, about: str, at: datetime) -> None:
        """Record that the editors were notified of this; see `notified`."""
        with self._transaction() as connection:
            upsert(connection, notifications, [{"kind": kind, "slot": about, "at": at}])

    def release_claim(self) -> str | None:
        """The claim token of the home that last had a complete issue folder."""
        return self._value(select(release_claim.c.token))

    def set_release_claim(self, token: str, at: datetime) -> None:
        """Before T2: the issue's folder is in the home that has this token, and in no other."""
        with self._transaction() as connection:
            connection.execute(delete(release_claim))
            connection.execute(insert(release_claim).values(token=token, at=at))


def put_approval(connection: Connection, number: int, approval: Approval | None) -> None:
    """Leave an issue with this approval, or with none; it is not sent back any more."""
    connection.execute(delete(sent_back).where(sent_back.c.issue == number))
    connection.execute(delete(approvals).where(approvals.c.issue == number))
    insert_rows(connection, approvals, [asdict(approval)] if approval else [])


def take_slot(connection: Connection, slot: NewSlot, *, issue: int | None) -> None:
    """Take a slot for an issue, or as empty, and the older ones that are coalesced into it."""
    rows: list[dict[str, object]] = [
        {"slot": one.key, "instant": one.instant, "named_by": NamedBy.SCHEDULE}
        | {"outcome": Outcome.COALESCED, "issue": None, "into": slot.name}
        for one in slot.coalesce
    ]
    outcome = Outcome.EMPTY if issue is None else Outcome.PUBLISHED
    rows.append(
        {"slot": slot.name, "instant": slot.instant, "named_by": slot.named_by}
        | {"outcome": outcome, "issue": issue, "into": None}
    )
    connection.execute(insert(slots), rows)
