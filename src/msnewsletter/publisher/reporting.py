"""Report: what went out last and what would go out now, and why; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.publisher import due
from msnewsletter.publisher.collect import Collected, plan_collect
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.review import ReviewedDraft, review
from msnewsletter.publisher.templates import load_templates
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Note
    from msnewsletter.publisher.due import ScheduleState
    from msnewsletter.store import LastIssue, SlotTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The newsletter at one moment.

    Attributes:
        last_issue, last_slot: the newest of each; None before the first.
        coalesced: keys of the older slots that the last one took in.
        taken: the slot at this very moment, if it is spoken for.
        reviewed: what publishing now would do, and whether it may.
        standing: how the schedule stands; None: there is none.
        collected: what the sources hold that the store does not.
        unfinished: issues that a crash left; the next publish finishes them.
        next_number: of the next issue.
    """

    last_issue: LastIssue | None
    last_slot: SlotTaken | None
    coalesced: tuple[str, ...]
    taken: SlotTaken | None
    reviewed: ReviewedDraft
    standing: ScheduleState | None
    collected: Collected
    unfinished: tuple[int, ...]
    next_number: int

    @property
    def waits(self) -> str | None:
        """Why the issue of the slot that is due waits for a person; None: it does not."""
        if self.standing is None or self.standing.due is None or self.draft.issue is None:
            return None
        return due.TOO_LATE if self.standing.late else self.reviewed.waiting_reason

    @property
    def notes(self) -> tuple[Note, ...]:
        """What an editor should know though nothing was refused."""
        return self.collected.notes(self.draft)

    @property
    def draft(self) -> Draft:
        """What publishing now would do."""
        return self.reviewed.draft


def report(home: Home, *, at: datetime) -> Report:
    """Say how things stand at `at` (aware), as if publishing then; touches no state."""
    settings = load_settings(home.settings)
    templates = load_templates(home)
    with reading_store(home, settings) as store:
        collected = plan_collect(home, settings, store, touched=0)
        last, last_slot = store.last_issue(), store.last_slot()
        taken = store.slot_at(at)
        occasion = due.trigger_by_hand(settings, store, at=at)
        return Report(
            last_issue=last,
            last_slot=last_slot,
            coalesced=store.coalesced_into(last_slot.slot) if last_slot else (),
            taken=taken,
            reviewed=review(settings, store, collected, templates, occasion=occasion, at=at),
            standing=due.schedule_state(settings, store, at=at),
            collected=collected,
            unfinished=tuple(number for number, _ in store.unfinished()),
            next_number=last.number + 1 if last else 1,
        )
