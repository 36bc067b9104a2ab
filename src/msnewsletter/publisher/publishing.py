"""Publish: one issue, once, whatever happens in between.

The protocol, each line durable before the next (docs/design.md, Publishing)::

    lock → recover → collect → T1 entries fixed → render → outbox/tmp → T2 → outbox/new
         → issues/NNNN.json → T3 → pages → feeds → complete

A kill at any point leaves a state that the next run finishes. Running a step twice writes the same
bytes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import outbox
from msnewsletter.config import load_settings
from msnewsletter.errors import RefusedError
from msnewsletter.publisher import scheduling
from msnewsletter.publisher.approving import (
    Reviewed,
    approve_next,
    refuse_another,
    refuse_unapproved,
    review,
)
from msnewsletter.publisher.checking import require_fit
from msnewsletter.publisher.collecting import Collected, collect, plan_collect
from msnewsletter.publisher.recovery import (
    keep_records,
    reading_store,
    recover,
    restore_records,
    store_at_work,
)
from msnewsletter.publisher.scheduling import TOO_LATE
from msnewsletter.publisher.site import rehearse_site, write_site
from msnewsletter.publisher.steps import Reached, Step, bring_out, refuse_stray, render_folder
from msnewsletter.publisher.templates import load_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from msnewsletter.compose import Draft
    from msnewsletter.config import Settings
    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.publisher.scheduling import Occasion
    from msnewsletter.records import Approval
    from msnewsletter.store import SlotTaken, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing did.

    Attributes:
        taken: the slot was spoken for already, and nothing was done for it.
        occasion: what was published for; None when nothing was due, or taken.
        draft: what was composed; its issue is None when nothing was new; None when taken.
        collected: what the sources gave; None when taken.
        recovered: issues that a crash had left and that are out now.
        unfinished: those that a rehearsal found and left.
        waits: why the issue did not go out but waits for a person; None: it does not wait.
        late: it waits because its time is too long gone.
    """

    taken: SlotTaken | None = None
    occasion: Occasion | None = None
    draft: Draft | None = None
    collected: Collected | None = None
    recovered: tuple[int, ...] = ()
    unfinished: tuple[int, ...] = ()
    waits: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What was approved, by whom, and what the sources gave."""

    draft: Draft
    approval: Approval
    collected: Collected


def publish(
    home: Home,
    *,
    at: datetime,
    content: str | None = None,
    reached: Reached = lambda _: None,
) -> Published:
    """Publish the next issue because a person wants it now, if there is anything new.

    Args:
        home: the newsletter's home.
        at: now, aware: the slot, the cutoff, the mail's Date and the feeds' dates.
        content: of the proof that the person saw (see Proof): refused when it is another by now.
        reached: called after every step, for tests that stop there.

    Raises any NewsletterError; whatever was begun, the next call finishes.
    """
    with _at_work(home, at=at, reached=reached) as desk:
        if taken := slot_taken(desk.store, at=at):
            return Published(taken=taken, recovered=desk.recovered)
        occasion = scheduling.by_hand(desk.settings, desk.store, at=at)
        done = desk.publish(occasion, content=content)
        if done.waits and done.draft and done.draft.issue:
            refuse_unapproved(done.draft.issue, done.waits)
        return done


def rehearse(home: Home, *, at: datetime) -> Published:
    """Go through publishing at `at` (aware) up to where something would be fixed; touches no state.

    Raises what `publish` would.
    """
    settings, templates = load_settings(home.settings), load_templates(home)
    with reading_store(home, settings) as store:
        if taken := slot_taken(store, at=at):
            return Published(taken=taken)
        collected = plan_collect(home, settings, store, touched=0)
        occasion = scheduling.by_hand(settings, store, at=at)
        reviewed = review(settings, store, collected, templates, occasion=occasion, at=at)
        if reviewed.draft.issue:
            _rehearse(home, reviewed.draft.issue, templates)
        return Published(
            occasion=occasion,
            draft=reviewed.draft,
            collected=collected,
            unfinished=tuple(number for number, _ in store.unfinished()),
            waits=reviewed.because,
        )


def publish_due(home: Home, *, at: datetime, reached: Reached = lambda _: None) -> Published:
    """Publish for the newest slot that the schedule names and that is due at `at` (aware: now).

    Finishes what a crash left, whether or not anything is due. Raises as `publish` does.
    """
    with _at_work(home, at=at, reached=reached) as desk:
        scheduling.begin(desk.store, at=at)
        found = scheduling.standing(desk.settings, desk.store, at=at)
        if found is None or found.due is None:
            return Published(recovered=desk.recovered)
        return desk.publish(scheduling.by_clock(found.due), late=found.late)


def keep_up(home: Home, *, at: datetime) -> tuple[int, ...]:
    """Do what a home does while the clock of another works on their database; `at` is now, aware.

    Keep the records of what others brought out, so that no single machine's loss is a loss of them;
    and finish the issue of which only this home knows whether it is out. Returns it, if any.
    """
    if outbox.begun_here(home) is None:
        keep_records(home)
        return ()
    with _at_work(home, at=at, reached=lambda _: None) as desk:
        return desk.recovered


def approve(home: Home, *, by: str, at: datetime, content: str | None = None) -> Approved:
    """Record that a person approves the next issue as it stands; raises any NewsletterError.

    `content`: of the proof that the person saw (see Proof): refused when it is another by now.
    """
    with _at_work(home, at=at, reached=lambda _: None) as desk:
        collected = desk.collect()
        drafted, approval = approve_next(
            desk.settings, desk.store, collected, desk.templates, by=by, at=at, content=content
        )
        return Approved(draft=drafted, approval=approval, collected=collected)


def collect_now(home: Home, *, at: datetime) -> Collected:
    """Read what is new in the sources into the store; `at` (aware) is when it was first seen."""
    settings = load_settings(home.settings)
    with store_at_work(home, settings) as (store, touched):
        restore_records(home, store)
        return collect(home, settings, store, now=at, touched=touched)


def slot_taken(store: Store, *, at: datetime) -> SlotTaken | None:
    """The slot at this instant, if it is spoken for; raises RefusedError before the last one."""
    taken, last = store.slot_at(at), store.last_slot()
    if taken is None and last is not None and at < last.instant:
        raise RefusedError(
            at.isoformat(),
            f"it lies before the last slot, {last.slot}",
            "publish at a later moment: issues only go forward",
        )
    return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A home that is ours alone, recovered; `at` is now, `touched` the file system's now in ns."""

    home: Home
    settings: Settings
    store: Store
    templates: Mapping[str, str]
    at: datetime
    touched: int
    recovered: tuple[int, ...]
    reached: Reached

    def collect(self) -> Collected:
        """Read the sources into the store."""
        return collect(self.home, self.settings, self.store, now=self.at, touched=self.touched)

    def publish(
        self, occasion: Occasion, *, late: bool = False, content: str | None = None
    ) -> Published:
        """Publish for an occasion, unless the issue waits for a person; nothing is fixed then."""
        collected = self.collect()
        self.reached(Step.COLLECTED)
        reviewed = review(
            self.settings, self.store, collected, self.templates, occasion=occasion, at=self.at
        )
        refuse_another(reviewed.draft.issue, self.templates, content=content)
        done = Published(
            occasion=occasion,
            draft=reviewed.draft,
            collected=collected,
            recovered=self.recovered,
            waits=TOO_LATE if late and reviewed.draft.issue else reviewed.because,
            late=late,
        )
        if not done.waits:
            self._bring_out(reviewed, occasion)
        # Texts edited after they were sent show on the site even when no issue comes out.
        write_site(self.home, self.store, [], self.templates, reached=self.reached)
        return done

    def _bring_out(self, reviewed: Reviewed, occasion: Occasion) -> None:
        issue = reviewed.draft.issue
        if issue:
            _rehearse(self.home, issue, self.templates)
        self.store.select(
            reviewed.draft,
            slot=occasion.name,
            instant=occasion.instant,
            named_by=occasion.named_by,
            coalesce=occasion.coalesce,
            approval=reviewed.approval,
        )
        self.reached(Step.SELECTED)
        if issue:
            number, home, store = issue.number, self.home, self.store
            bring_out(home, store, number, self.templates, reached=self.reached)
            write_site(home, store, [number], self.templates, reached=self.reached)


def _rehearse(home: Home, issue: Issue, templates: Mapping[str, str]) -> None:
    """Prove that the issue renders and may go out, before anything is fixed."""
    refuse_stray(home, issue.number)
    files, _ = render_folder(issue, templates)
    require_fit(issue, files)
    rehearse_site(issue, templates)


@contextmanager
def _at_work(home: Home, *, at: datetime, reached: Reached) -> Iterator[_Desk]:
    """Lock the home, finish what a crash left, and sit down at the desk."""
    settings = load_settings(home.settings)
    templates = load_templates(home)
    with store_at_work(home, settings) as (store, touched):
        reached(Step.LOCKED)
        recovered = tuple(recover(home, store, templates, reached=reached))
        reached(Step.RECOVERED)
        yield _Desk(
            home=home,
            settings=settings,
            store=store,
            templates=templates,
            at=at,
            touched=touched,
            recovered=recovered,
            reached=reached,
        )
