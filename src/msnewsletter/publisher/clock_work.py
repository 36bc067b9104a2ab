"""What the clock asks before it does anything; changes nothing but what was told to the editors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher import due
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.due import ScheduleState, Trigger, schedule_state
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.recovery import keep_records
from msnewsletter.publisher.results import Published
from msnewsletter.publisher.review import ReviewedDraft, review
from msnewsletter.publisher.session import at_work
from msnewsletter.publisher.templates import load_templates
from msnewsletter.settings import load_settings
from msnewsletter.store import open_store, place_of

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.release import Reached
    from msnewsletter.schedule.slots import Slot
    from msnewsletter.settings import ScheduleSection


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """What there is to do.

    Attributes:
        schedule: its settings; None: there is no schedule.
        idle: nothing is due, and a crash left nothing.
        behind: the last slot lies in the future.
        telling: what the editors should know now: "draft", "waits" or "late"; None: nothing.
        told: they know it.
    """

    schedule: ScheduleSection | None
    idle: bool = True
    behind: bool = False
    telling: str | None = None
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The issue of the slot that is due, or else of the next one; `waits`: why it would wait."""

    slot: Slot
    reviewed: ReviewedDraft
    waits: str | None


def due_work(home: Home, *, at: datetime) -> DueWork:
    """See what there is to do at `at` (aware: now); quick, because the clock asks all the time."""
    settings = load_settings(home.settings)
    with reading_store(home, settings) as store:
        found = schedule_state(settings, store, at=at)
        if found is None:
            return DueWork(schedule=None)
        kind = _telling(found, required=settings.newsletter.review == "required")
        return DueWork(
            schedule=settings.schedule,
            idle=not (found.due or store.unfinished() or due.begun(store) is None),
            behind=found.behind,
            telling=kind,
            told=bool(kind and found.target and store.mark(_told(kind, found.target))),
        )


def preview(home: Home, *, at: datetime) -> Preview:
    """The issue of the slot that is due at `at` (aware: now), or else of the next, as it stands.

    Raises RefusedError when there is no such slot.
    """
    settings = load_settings(home.settings)
    templates = load_templates(home)
    with reading_store(home, settings) as store:
        found = schedule_state(settings, store, at=at)
        if found is None or found.target is None:
            raise RefusedError(SETTINGS_NAME, "no slot is due and none comes", "mend [schedule]")
        slot = found.target
        collected = plan_collect(home, settings, store, touched=0)
        reviewed = review(
            settings,
            store,
            collected,
            templates,
            occasion=Trigger(name=slot.key, instant=slot.instant),
            at=max(at, slot.instant),
        )
        late = found.late and reviewed.draft.issue is not None
        return Preview(
            slot=slot,
            reviewed=reviewed,
            waits=due.TOO_LATE if late else reviewed.waiting_reason,
        )


def note_notified(home: Home, kind: str, slot: Slot, *, at: datetime) -> None:
    """Remember that the editors know this of a slot."""
    with open_store(place_of(home, load_settings(home.settings))) as store:
        store.set_mark(_told(kind, slot), at)


def _telling(found: ScheduleState, *, required: bool) -> str | None:
    if found.due:
        return "late" if found.late else "waits" if required else None
    return "draft" if found.drafting else None


def _told(kind: str, slot: Slot) -> str:
    return f"told {kind} {slot.key}"


def publish_due(home: Home, *, at: datetime, reached: Reached = lambda _: None) -> Published:
    """Publish for the newest slot that the schedule names and that is due at `at` (aware: now).

    Finishes what a crash left, whether or not anything is due. Raises as `publish` does.
    """
    with at_work(home, at=at, reached=reached) as desk:
        due.begin(desk.store, at=at)
        found = due.schedule_state(desk.settings, desk.store, at=at)
        if found is None or found.due is None:
            return Published(recovered=desk.recovered)
        return desk.publish(due.trigger_by_clock(found.due), late=found.late)


def standby_work(home: Home, *, at: datetime) -> tuple[int, ...]:
    """Do what a home does while the clock of another works on their database; `at` is now, aware.

    Keep the records of what others brought out, so that no single machine's loss is a loss of them;
    and finish the issue of which only this home knows whether it is out. Returns it, if any.
    """
    if outbox.begun_here(home) is None:
        keep_records(home)
        return ()
    with at_work(home, at=at, reached=lambda _: None) as desk:
        return desk.recovered
