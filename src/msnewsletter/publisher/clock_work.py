"""The clock's work in a home: what is due, publishing it, and which notifications were sent.

Imports what publishes only where something is published: most wakes find nothing due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.publisher.clock_signs import doubt_error, doubt_in
from msnewsletter.publisher.due_sources import due_sources
from msnewsletter.publisher.release_claim import is_begun_here
from msnewsletter.publisher.results import NothingDue, Published
from msnewsletter.publisher.schedule_state import (
    note_first_watch,
    schedule_state,
    trigger_by_clock,
    trigger_by_hand,
    trigger_of_target,
    watched_since,
)
from msnewsletter.publisher.session import Reached, looking, no_step_watched
from msnewsletter.publisher.site.shown_frame import is_moving
from msnewsletter.schedule.machine_clock import Fault
from msnewsletter.settings import load_settings
from msnewsletter.store import IssueState, Notification, location_of, open_store

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.decisions import SentBack
    from msnewsletter.errors import RefusedError
    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.settling import MachineClock
    from msnewsletter.schedule.slots import Slot
    from msnewsletter.settings import ScheduleSection, Settings
    from msnewsletter.source_settings import FetchedSource
    from msnewsletter.store import Store


# How long after its cutoff an issue is news: until then its notice is tried again.
_NEWS = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """What is due.

    Attributes:
        schedule: its settings; None: there is no schedule.
        idle: nothing is due, and a crash left nothing.
        set_back: the last taken slot is in the future: the clock of the machine was set back.
        slot: the slot that the next issue is for; None: none comes.
        due: that slot is due.
        drafting: its lead has begun, and the editors have not been notified of the draft.
        published: the last issue is out, and the editors have not been notified; its slot.
        doubt: the machine's clock is implausibly ahead: nothing is to be done by itself, for what
            is fixed now mutes the newsletter until then.
        doubted: what names that doubt: the sign that it rests on stays while the clock is wrong.
        sources: what is to be fetched; none while the clock is in doubt.
        settings: those of the home; None: there is no schedule, or doubt.
        running: the newsletter has an issue.
        last_slot: the moment of the last slot that was taken, aware; None: there is none.
        sent_back: a person sent the next issue back, and the editors have not been notified.
    """

    schedule: ScheduleSection | None
    idle: bool = True
    set_back: bool = False
    slot: Slot | None = None
    due: bool = False
    drafting: bool = False
    published: str | None = None
    doubt: RefusedError | None = None
    doubted: str = ""
    sources: tuple[FetchedSource, ...] = ()
    settings: Settings | None = None
    running: bool = False
    last_slot: datetime | None = None
    sent_back: bool = False


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
            return DueWork(
                schedule=session.settings.schedule,
                doubt=doubt_error(doubt, session.settings.zone),
                doubted=f"{doubt.sign} {doubt.at.isoformat()}",
            )
        slot = found.target
        return DueWork(
            schedule=session.settings.schedule,
            idle=not (
                found.due or store.unfinished() or watched_since(store) is None or is_moving(home)
            ),
            set_back=found.set_back,
            slot=slot,
            due=found.due is not None,
            drafting=found.drafting
            and slot is not None
            and store.notified(Notification.DRAFT, slot.key) is None,
            published=_unnotified_issue(store, at),
            sources=due_sources(
                home,
                session.settings,
                at=at,
                slot=found.due.publish.instant if found.due else None,
            ),
            settings=session.settings,
            running=store.last_issue() is not None,
            last_slot=last.instant if (last := store.last_slot()) else None,
            sent_back=_unnotified(store) is not None,
        )


def _unnotified(store: Store) -> SentBack | None:
    """That the next issue was sent back, if the editors do not know."""
    last = store.last_issue()
    found = store.sent_back(last.number + 1 if last else 1)
    return found if found and not store.notified(Notification.SENT_BACK, found.name) else None


def unnotified_sent_back(home: Home, *, at: datetime) -> tuple[NextIssuePreview, SentBack] | None:
    """The preview of what was sent back, if the editors were not notified of that; see due_work."""
    from msnewsletter.publisher.next_issue_preview import preview  # noqa: PLC0415  (see above)

    with looking(home, at=at) as session:
        if (found := _unnotified(session.store)) is None:
            return None
        shown = replace(found, at=found.at.astimezone(session.settings.zone))
        return preview(session, trigger_of_target(session) or trigger_by_hand(session)), shown


def _unnotified_issue(store: Store, at: datetime) -> str | None:
    """The slot of the last issue, if it is out since lately and the editors do not know."""
    last = store.last_issue()
    if last is None or last.state is not IssueState.COMPLETE:
        return None
    lately = timedelta() <= at - last.cutoff <= _NEWS
    return last.slot if lately and not store.notified(Notification.PUBLISHED, last.slot) else None


def last_issue(home: Home, *, at: datetime) -> tuple[Issue, NextIssuePreview] | None:
    """The last issue, and the preview of the one after it; None: there is none."""
    from msnewsletter.publisher.next_issue_preview import preview  # noqa: PLC0415  (see above)

    with looking(home, at=at) as session:
        last = session.store.last_issue()
        if last is None:
            return None
        return session.store.issue(last.number), preview(session, trigger_by_hand(session))


def is_notified(home: Home, event: Notification, about: str, *, at: datetime) -> bool:
    """Whether the editors were notified of this; see `note_notified`."""
    with looking(home, at=at) as session:
        return session.store.notified(event, about) is not None


def note_notified(home: Home, event: Notification, about: str, *, at: datetime) -> None:
    """Record that the editors were notified of this; see `Slots.notified`."""
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
    from msnewsletter.publisher.site.move import move_site  # noqa: PLC0415

    with recovered(home, at=at, reached=reached, machine=machine) as (session, numbers):
        note_first_watch(session.store, at=at)
        found = schedule_state(session)
        if found is None or found.due is None:
            if is_moving(home):
                move_site(session)
            return NothingDue(recovered=numbers)
        return publish_for(session, trigger_by_clock(found.due), recovered=numbers)


def standby_work(home: Home, *, at: datetime) -> tuple[int, ...]:
    """Do the work of a home while another home's clock works on their database; `at` is now, aware.

    Writes the records of issues that other homes released, so that losing one machine loses none of
    them; finishes an issue whose release this home owns, and returns its number, if there is one.
    """
    from msnewsletter.publisher.publish import recovered  # noqa: PLC0415
    from msnewsletter.publisher.recovery import keep_records  # noqa: PLC0415

    if not is_begun_here(home):
        keep_records(home)
        return ()
    with recovered(home, at=at) as (_, numbers):
        return numbers
