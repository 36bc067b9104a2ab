"""What the schedule wants at a moment, given what has become of its slots; changes nothing here.

The rule says which slots there are, the store which of them are spoken for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.schedule.slots import Plan, Slot, draft_due, due_slots, is_late, next_slots, plan
from msnewsletter.store import ClockMark, NamedBy

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.config import Settings
    from msnewsletter.schedule.rule import Rule
    from msnewsletter.store import Store

# How far a clock looks back when it is started for the first time: a cron line for 08:00 starts it
# a little after 08:00. The same as the shortest time between two slots.
FIRST_LOOK = timedelta(minutes=15)
SHOWN_SLOTS = 3

TOO_LATE = (
    "its slot is longer ago than late_after allows; "
    "run 'msnewsletter publish' to send it now, or leave it to the next slot"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
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


def standing(settings: Settings, store: Store, *, at: datetime) -> Standing | None:
    """How the schedule stands at `at` (aware); None: there is no schedule."""
    rule = settings.rule
    if rule is None:
        return None
    last = store.last_slot()
    first = begun(store) or at - FIRST_LOOK
    after = max(first, last.instant) if last else first
    due = plan(due_slots(rule, after, at))
    return Standing(
        asked=at,
        rule=rule,
        due=due,
        late=due is not None and is_late(rule, due.publish, at),
        upcoming=next_slots(rule, max(after, at), SHOWN_SLOTS),
        behind=last is not None and last.instant > at,
    )


def begin(store: Store, *, at: datetime) -> None:
    """Note that a clock watches this home from now on: no slot before that is ever due."""
    if begun(store) is None:
        store.set_mark(ClockMark.BEGUN, at - FIRST_LOOK)


def begun(store: Store) -> datetime | None:
    """When a clock first watched this home; a database rebuilt from records knows it by a slot."""
    if noted := store.mark(ClockMark.BEGUN):
        return noted
    first = store.first_scheduled()
    return first.instant if first else None


def by_hand(settings: Settings, store: Store, *, at: datetime) -> Occasion:
    """What a person makes by publishing at `at`: it takes the place of all slots that are due."""
    name = at.astimezone(settings.zone).isoformat(timespec="seconds")
    found = standing(settings, store, at=at)
    due = (*found.due.coalesce, found.due.publish) if found and found.due else ()
    # At the very instant of a slot it is that slot's issue.
    if due and due[-1].instant == at:
        return Occasion(name=due[-1].key, instant=at, coalesce=due[:-1], by_hand=True)
    return Occasion(name=name, instant=at, named_by=NamedBy.PERSON, coalesce=due, by_hand=True)


def by_clock(due: Plan) -> Occasion:
    """What the clock makes of the slots that are due."""
    slot = due.publish
    return Occasion(name=slot.key, instant=slot.instant, coalesce=due.coalesce)
