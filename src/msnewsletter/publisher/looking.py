"""What the clock asks before it does anything; changes nothing but what was told to the editors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.config import load_settings
from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher import scheduling
from msnewsletter.publisher.approving import Reviewed, review
from msnewsletter.publisher.collecting import plan_collect
from msnewsletter.publisher.recovery import reading_store
from msnewsletter.publisher.scheduling import Occasion, Standing, standing
from msnewsletter.publisher.templates import load_templates
from msnewsletter.store import Notification, open_store, place_of

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.config import ScheduleSection
    from msnewsletter.home import Home
    from msnewsletter.schedule.slots import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What there is to do.

    Attributes:
        schedule: its settings; None: there is no schedule.
        idle: nothing is due, and a crash left nothing.
        behind: the last slot lies in the future.
        telling: what the editors should know now; None: nothing.
        told: they know it.
    """

    schedule: ScheduleSection | None
    idle: bool = True
    behind: bool = False
    telling: Notification | None = None
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The issue of the slot that is due, or else of the next one; `waits`: why it would wait."""

    slot: Slot
    reviewed: Reviewed
    waits: str | None


def look(home: Home, *, at: datetime) -> Look:
    """See what there is to do at `at` (aware: now); quick, because the clock asks all the time."""
    settings = load_settings(home.settings)
    with reading_store(home, settings) as store:
        found = standing(settings, store, at=at)
        if found is None:
            return Look(schedule=None)
        kind = _telling(found, required=settings.newsletter.review == "required")
        return Look(
            schedule=settings.schedule,
            idle=not (found.due or store.unfinished() or scheduling.begun(store) is None),
            behind=found.behind,
            telling=kind,
            told=bool(kind and found.target and store.notified(kind, found.target.key)),
        )


def preview(home: Home, *, at: datetime) -> Preview:
    """The issue of the slot that is due at `at` (aware: now), or else of the next, as it stands.

    Raises RefusedError when there is no such slot.
    """
    settings = load_settings(home.settings)
    templates = load_templates(home)
    with reading_store(home, settings) as store:
        found = standing(settings, store, at=at)
        if found is None or found.target is None:
            raise RefusedError(SETTINGS_NAME, "no slot is due and none comes", "mend [schedule]")
        slot = found.target
        collected = plan_collect(home, settings, store, touched=0)
        reviewed = review(
            settings,
            store,
            collected,
            templates,
            occasion=Occasion(name=slot.key, instant=slot.instant),
            at=max(at, slot.instant),
        )
        late = found.late and reviewed.draft.issue is not None
        return Preview(
            slot=slot,
            reviewed=reviewed,
            waits=scheduling.TOO_LATE if late else reviewed.because,
        )


def note_told(home: Home, kind: Notification, slot: Slot, *, at: datetime) -> None:
    """Remember that the editors know this of a slot."""
    with open_store(place_of(home, load_settings(home.settings))) as store:
        store.set_notified(kind, slot.key, at)


def _telling(found: Standing, *, required: bool) -> Notification | None:
    if found.due:
        return Notification.LATE if found.late else Notification.WAITS if required else None
    return Notification.DRAFT if found.drafting else None
