"""The clock's work in a home: what is due, publishing it, and which notifications were sent.

Imports what publishes only where something is published: most wakes find nothing due.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.publisher.clock_signs import doubt_error, doubt_in
from msnewsletter.publisher.results import NothingDue, Published
from msnewsletter.publisher.schedule_state import (
    note_first_watch,
    schedule_state,
    trigger_by_clock,
    watched_since,
)
from msnewsletter.publisher.session import Reached, looking, no_step_watched
from msnewsletter.schedule.machine_clock import Fault
from msnewsletter.settings import load_settings
from msnewsletter.store import Notification, location_of, open_store

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.errors import RefusedError
    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.schedule_state import ScheduleState
    from msnewsletter.publisher.settling import MachineClock
    from msnewsletter.schedule.slots import Slot
    from msnewsletter.settings import ScheduleSection


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """What is due.

    Attributes:
        schedule: its settings; None: there is no schedule.
        idle: nothing is due, and a crash left nothing.
        set_back: the last taken slot is in the future: the clock of the machine was set back.
        slot: the slot that the next issue is for; None: none comes.
        event, about: what the editors should be notified of now, and what names it, such as the
            slot's key; None: nothing.
        notified: they were notified of it.
        doubt: the machine's clock is implausibly ahead: nothing is to be done by itself, for what
            is fixed now mutes the newsletter until then.
    """

    schedule: ScheduleSection | None
    idle: bool = True
    set_back: bool = False
    slot: Slot | None = None
    event: Notification | None = None
    about: str | None = None
    notified: bool = False
    doubt: RefusedError | None = None


def due_work(home: Home, *, at: datetime, seen: datetime | None = None) -> DueWork:
    """What is due at `at` (aware: now); quick, because the clock asks all the time.

    `seen`: its last wake at a moment that was not in doubt, aware.
    """
    with looking(home, at=at) as session:
        found, store = schedule_state(session), session.store
        if found is None:
            return DueWork(schedule=None)
        doubt = doubt_in(session, seen=seen)
        if doubt and doubt.fault is Fault.AHEAD:
            # The sign that it rests on stays the same while the clock is wrong.
            about = f"{doubt.sign} {doubt.at.isoformat()}"
            return DueWork(
                schedule=session.settings.schedule,
                event=Notification.CLOCK,
                about=about,
                notified=store.notified(Notification.CLOCK, about) is not None,
                doubt=doubt_error(doubt),
            )
        event, slot = _event(found), found.target
        return DueWork(
            schedule=session.settings.schedule,
            idle=not (found.due or store.unfinished() or watched_since(store) is None),
            set_back=found.set_back,
            slot=slot,
            event=event,
            about=slot.key if slot else None,
            notified=bool(event and slot and store.notified(event, slot.key)),
        )


def note_notified(home: Home, event: Notification, about: str, *, at: datetime) -> None:
    """Record that the editors were notified of this; `about`: a slot's key, or of an alarm."""
    with open_store(location_of(home, load_settings(home.settings))) as store:
        store.set_notified(event, about, at)


def new_alarm(home: Home, *, at: datetime) -> tuple[NextIssuePreview, str] | None:
    """The preview with alarms that the editors were not notified of, and what names them.

    None: there are none, or they know.
    """
    from msnewsletter.publisher.next_issue_preview import next_issue_preview  # noqa: PLC0415

    found = next_issue_preview(home, at=at)
    if not found.alarms:
        return None
    about = sha256("\n".join(map(str, found.alarms)).encode(errors="replace")).hexdigest()[:16]
    with looking(home, at=at) as session:
        return None if session.store.notified(Notification.ALARM, about) else (found, about)


def publish_due(
    home: Home,
    *,
    at: datetime,
    reached: Reached = no_step_watched,
    machine: MachineClock | None = None,
) -> Published:
    """Publish for the newest slot that the schedule names and that is due at `at` (aware: now).

    Finishes what a crash left, whether or not anything is due. Raises as `publish` does.
    """
    from msnewsletter.publisher.publish import publish_for, recovered  # noqa: PLC0415

    with recovered(home, at=at, reached=reached, machine=machine) as (session, numbers):
        note_first_watch(session.store, at=at)
        found = schedule_state(session)
        if found is None or found.due is None:
            return NothingDue(recovered=numbers)
        return publish_for(session, trigger_by_clock(found.due), recovered=numbers)


def standby_work(home: Home, *, at: datetime) -> tuple[int, ...]:
    """Do the work of a home while another home's clock works on their database; `at` is now, aware.

    Writes the records of issues that other homes released, so that losing one machine loses none of
    them; finishes an issue whose release this home owns, and returns its number, if there is one.
    """
    from msnewsletter.publisher.publish import recovered  # noqa: PLC0415
    from msnewsletter.publisher.recovery import keep_records  # noqa: PLC0415

    if outbox.claim_here(home) is None:
        keep_records(home)
        return ()
    with recovered(home, at=at) as (_, numbers):
        return numbers


def _event(found: ScheduleState) -> Notification | None:
    if found.due:
        # Still due after it was to be published: perhaps it waits for a person.
        return Notification.LATE if found.late else Notification.WAITS
    return Notification.DRAFT if found.drafting else None
