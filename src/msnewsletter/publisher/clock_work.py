"""What the clock asks of a home: what is due, that it be published, and who was notified.

Imports what publishes only where something is published: most wakes find nothing due.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.publisher.due import begin, begun, schedule_state, trigger_by_clock
from msnewsletter.publisher.results import NothingDue, Published
from msnewsletter.publisher.session import Reached, looking, unwatched
from msnewsletter.settings import load_settings
from msnewsletter.store import Notification, location_of, open_store

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.due import ScheduleState
    from msnewsletter.schedule.slots import Slot
    from msnewsletter.settings import ScheduleSection


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """What there is to do.

    Attributes:
        schedule: its settings; None: there is no schedule.
        idle: nothing is due, and a crash left nothing.
        behind: the last slot is in the future.
        slot: the slot that the next issue is for; None: none comes.
        event: what the editors should know of it now; None: nothing.
        notified: they know it.
    """

    schedule: ScheduleSection | None
    idle: bool = True
    behind: bool = False
    slot: Slot | None = None
    event: Notification | None = None
    notified: bool = False


def due_work(home: Home, *, at: datetime) -> DueWork:
    """See what there is to do at `at` (aware: now); quick, because the clock asks all the time."""
    with looking(home, at=at) as session:
        found, store = schedule_state(session), session.store
        if found is None:
            return DueWork(schedule=None)
        event, slot = _event(found, session.settings.newsletter.review), found.target
        return DueWork(
            schedule=session.settings.schedule,
            idle=not (found.due or store.unfinished() or begun(store) is None),
            behind=found.behind,
            slot=slot,
            event=event,
            notified=bool(event and slot and store.notified(event, slot.key)),
        )


def note_notified(home: Home, event: Notification, slot: Slot, *, at: datetime) -> None:
    """Remember that the editors know this of a slot."""
    with open_store(location_of(home, load_settings(home.settings))) as store:
        store.set_notified(event, slot.key, at)


def publish_due(home: Home, *, at: datetime, reached: Reached = unwatched) -> Published:
    """Publish for the newest slot that the schedule names and that is due at `at` (aware: now).

    Finishes what a crash left, whether or not anything is due. Raises as `publish` does.
    """
    from msnewsletter.publisher.publish import publish_for, recovered  # noqa: PLC0415

    with recovered(home, at=at, reached=reached) as (session, numbers):
        begin(session.store, at=at)
        found = schedule_state(session)
        if found is None or found.due is None:
            return NothingDue(recovered=numbers)
        return publish_for(session, trigger_by_clock(found.due), recovered=numbers)


def standby_work(home: Home, *, at: datetime) -> tuple[int, ...]:
    """Do what a home does while the clock of another works on their database; `at` is now, aware.

    Keep the records of what others released, so that no single machine's loss is a loss of them;
    and finish the issue of which only this home knows whether it is out. Returns it, if any.
    """
    from msnewsletter.publisher.publish import recovered  # noqa: PLC0415
    from msnewsletter.publisher.recovery import keep_records  # noqa: PLC0415

    if outbox.begun_here(home) is None:
        keep_records(home)
        return ()
    with recovered(home, at=at) as (_, numbers):
        return numbers


def _event(found: ScheduleState, review: str) -> Notification | None:
    if found.due:
        waits = Notification.WAITS if review == "required" else None
        return Notification.LATE if found.late else waits
    return Notification.DRAFT if found.drafting else None
