"""The state of the schedule at a moment: which slot is due, and which come next.

The rule names the slots, the store knows which of them are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.schedule.slots import (
    Plan,
    Slot,
    draft_due,
    due_slots,
    is_late,
    next_slots,
    plan,
    resumed_after,
)
from msnewsletter.store import ClockMark, NamedBy, NewSlot
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.publisher.session import Session
    from msnewsletter.schedule.rule import Rule
    from msnewsletter.store import Store, TakenSlot


# How far back slots may be due when a clock is first started: cron's 08:00 starts it a little after
# 08:00. The same as the shortest time between two slots.
FIRST_LOOK = timedelta(minutes=15)
SHOWN_SLOTS = 3

TOO_LATE = (
    "its slot is longer ago than late_after allows; "
    "run 'msnewsletter publish' to publish it now, or leave it to the next slot"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(NewSlot):
    """The slot that an issue is made for; `by_hand`: a person asked for it."""

    by_hand: bool = False

    def cutoff(self, now: datetime) -> datetime:
        """The last instant that the issue takes in: `now`, or the slot while it is to come."""
        return now if self.by_hand else max(now, self.instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleState:
    """The state of the schedule at a moment.

    Attributes:
        asked: the moment, aware.
        rule: the schedule.
        due: what is due, if anything.
        late: it is longer past than `late_after` allows; it waits for a person.
        upcoming: the next three slots; fewer when the rule ends.
        set_back: the last taken slot is in the future: the clock of the machine was set back.
    """

    asked: datetime
    rule: Rule
    due: Plan | None
    late: bool
    upcoming: tuple[Slot, ...]
    set_back: bool

    @property
    def target(self) -> Slot | None:
        """The slot that the next issue is for: the one that is due, or else the next one."""
        if self.due:
            return self.due.publish
        return self.upcoming[0] if self.upcoming else None

    @property
    def drafting(self) -> bool:
        """Whether the lead of the next slot has begun."""
        if self.due or not self.upcoming or not self.rule.lead:
            return False
        return draft_due(self.rule, self.upcoming[0]) <= self.asked


def schedule_state(session: Session) -> ScheduleState | None:
    """The state of the schedule now; None: there is no schedule."""
    rule, store, at = session.settings.rule, session.store, session.now
    if rule is None:
        return None
    last = store.last_slot()
    first = watched_since(store) or at - FIRST_LOOK
    after = max(first, last.instant) if last else first
    if scheduled := store.last_scheduled():
        # The zone may be another since.
        after = max(after, resumed_after(Slot.parse(scheduled.slot), rule.zone))
    due = plan(due_slots(rule, after, at))
    return ScheduleState(
        asked=at,
        rule=rule,
        due=due,
        late=due is not None and is_late(rule, due.publish, at),
        upcoming=next_slots(rule, max(after, at), SHOWN_SLOTS),
        set_back=last is not None and last.instant > at,
    )


def note_first_watch(store: Store, *, at: datetime) -> None:
    """Record that a clock watches this home from now on: no earlier slot is ever due."""
    if watched_since(store) is None:
        store.set_mark(ClockMark.WATCHED_SINCE, at - FIRST_LOOK)


def watched_since(store: Store) -> datetime | None:
    """When a clock first watched this home; after a rebuild from records, the first slot."""
    if noted := store.mark(ClockMark.WATCHED_SINCE):
        return noted
    first = store.first_scheduled()
    return first.instant if first else None


def trigger_of_target(session: Session) -> Trigger | None:
    """What the next issue will be made for by the clock; None: no slot is due or to come."""
    found = schedule_state(session)
    slot = found.target if found else None
    return Trigger(name=slot.key, instant=slot.instant) if slot else None


def trigger_by_hand(session: Session) -> Trigger:
    """What an issue that a person publishes now is made for: in place of all slots that are due."""
    at = session.now
    name = at.astimezone(session.settings.zone).isoformat(timespec="seconds")
    found = schedule_state(session)
    due = (*found.due.coalesce, found.due.publish) if found and found.due else ()
    # At the very instant of a slot it is that slot's issue.
    if due and due[-1].instant == at:
        return Trigger(name=due[-1].key, instant=at, coalesce=due[:-1], by_hand=True)
    return Trigger(name=name, instant=at, named_by=NamedBy.PERSON, coalesce=due, by_hand=True)


def trigger_by_clock(due: Plan) -> Trigger:
    """What the clock's issue is made for: the newest slot that is due, with the older ones."""
    slot = due.publish
    return Trigger(name=slot.key, instant=slot.instant, coalesce=due.coalesce)


def slot_taken(session: Session) -> TakenSlot | None:
    """The slot at this instant, if it is taken; raises RefusedError before the last one."""
    at = session.now
    taken, last = session.store.slot_at(at), session.store.last_slot()
    if taken is None and last is not None and at < last.instant:
        zone = session.settings.zone
        remedy = "publish at a later moment: issues only go forward"
        # Of a past moment that a person names, the machine's clock says nothing.
        if session.machine and session.machine.now() < last.instant:
            remedy = (
                "nothing can go out before it: set this machine's clock, "
                "or, if it is right, run 'msnewsletter resolve --clock'"
            )
        raise RefusedError(
            local_time(at, zone),
            f"it is before the last slot, {local_time(last.instant, zone)}",
            remedy,
        )
    return taken
