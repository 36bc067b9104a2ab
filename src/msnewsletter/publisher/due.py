"""What the schedule wants at a moment, given what has become of its slots; changes nothing here.

The rule says which slots there are, the store which of them are spoken for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.schedule.slots import Plan, Slot, draft_due, due_slots, is_late, next_slots, plan
from msnewsletter.store import ClockMark, NamedBy

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Approval
    from msnewsletter.publisher.session import Session
    from msnewsletter.schedule.rule import Rule
    from msnewsletter.store import Store, TakenSlot


# How far a clock looks back when it is started for the first time: a cron line for 08:00 starts it
# a little after 08:00. The same as the shortest time between two slots.
FIRST_LOOK = timedelta(minutes=15)
SHOWN_SLOTS = 3

TOO_LATE = (
    "its slot is longer ago than late_after allows; "
    "run 'msnewsletter publish' to send it now, or leave it to the next slot"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What an issue is made for.

    Attributes:
        name: the slot's permanent name: a slot's key, or the local time of a person's publishing.
        instant: its moment, aware.
        coalesce: older slots that are due as well.
        named_by: the schedule names its slots, a person the moment of publishing.
        by_hand: a person asked for it.
    """

    name: str
    instant: datetime
    named_by: NamedBy = NamedBy.SCHEDULE
    coalesce: tuple[Slot, ...] = ()
    by_hand: bool = False

    def select(self, store: Store, draft: Draft, *, approval: Approval | None = None) -> None:
        """T1: take the slot, and fix the issue if there is one."""
        store.select(
            draft,
            slot=self.name,
            instant=self.instant,
            named_by=self.named_by,
            coalesce=self.coalesce,
            approval=approval,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleState:
    """How the schedule stands at a moment.

    Attributes:
        asked: the moment, aware.
        rule: the schedule.
        due: what is due, if anything.
        late: its time is too long gone; it waits for a person.
        upcoming: the next three slots; fewer when the rule ends.
        behind: the last slot lies in the future: the machine's clock was set back since.
    """

    asked: datetime
    rule: Rule
    due: Plan | None
    late: bool
    upcoming: tuple[Slot, ...]
    behind: bool

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
    """How the schedule stands now; None: there is no schedule."""
    rule, store, at = session.settings.rule, session.store, session.now
    if rule is None:
        return None
    last = store.last_slot()
    first = watched_since(store) or at - FIRST_LOOK
    after = max(first, last.instant) if last else first
    due = plan(due_slots(rule, after, at))
    return ScheduleState(
        asked=at,
        rule=rule,
        due=due,
        late=due is not None and is_late(rule, due.publish, at),
        upcoming=next_slots(rule, max(after, at), SHOWN_SLOTS),
        behind=last is not None and last.instant > at,
    )


def note_first_watch(store: Store, *, at: datetime) -> None:
    """Note that a clock watches this home from now on: no slot before that is ever due."""
    if watched_since(store) is None:
        store.set_mark(ClockMark.WATCHED_SINCE, at - FIRST_LOOK)


def watched_since(store: Store) -> datetime | None:
    """When a clock first watched this home; a database rebuilt from records knows it by a slot."""
    if noted := store.mark(ClockMark.WATCHED_SINCE):
        return noted
    first = store.first_scheduled()
    return first.instant if first else None


def trigger_by_hand(session: Session) -> Trigger:
    """What a person makes by publishing now: it takes the place of all slots that are due."""
    at = session.now
    name = at.astimezone(session.settings.zone).isoformat(timespec="seconds")
    found = schedule_state(session)
    due = (*found.due.coalesce, found.due.publish) if found and found.due else ()
    # At the very instant of a slot it is that slot's issue.
    if due and due[-1].instant == at:
        return Trigger(name=due[-1].key, instant=at, coalesce=due[:-1], by_hand=True)
    return Trigger(name=name, instant=at, named_by=NamedBy.PERSON, coalesce=due, by_hand=True)


def trigger_by_clock(due: Plan) -> Trigger:
    """What the clock makes of the slots that are due."""
    slot = due.publish
    return Trigger(name=slot.key, instant=slot.instant, coalesce=due.coalesce)


def slot_taken(session: Session) -> TakenSlot | None:
    """The slot at this instant, if it is spoken for; raises RefusedError before the last one."""
    at = session.now
    taken, last = session.store.slot_at(at), session.store.last_slot()
    if taken is None and last is not None and at < last.instant:
        raise RefusedError(
            at.isoformat(),
            f"it lies before the last slot, {last.slot}",
            "publish at a later moment: issues only go forward",
        )
    return taken
