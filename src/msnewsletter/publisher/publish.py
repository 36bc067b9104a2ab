"""Publish: one issue, once, whatever happens in between.

The protocol, each line durable before the next (docs/design.md, Publishing)::

    lock → recover → collect → rehearse all of it → T1 entries fixed → outbox/tmp
         → the site's new files → T2 → issues/NNNN.json → outbox/new → T3
         → the site's other pages → feeds → complete

A kill at any point leaves a state that the next run finishes. Running a step twice writes the same
bytes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msnewsletter.publisher.approval_validity import draft_name
from msnewsletter.publisher.collect import collect
from msnewsletter.publisher.draft import refuse_new_identity
from msnewsletter.publisher.preview import preview
from msnewsletter.publisher.readiness import findings_in_addresses, require_fit
from msnewsletter.publisher.recovery import recover
from msnewsletter.publisher.release import release
from msnewsletter.publisher.results import (
    NothingNew,
    Published,
    Released,
    SlotTaken,
    UnapprovedError,
    Waits,
)
from msnewsletter.publisher.schedule_state import slot_taken, trigger_by_hand
from msnewsletter.publisher.seen_draft import require_seen
from msnewsletter.publisher.session import (
    Progress,
    Reached,
    Session,
    Step,
    no_progress_shown,
    no_step_watched,
    working,
)
from msnewsletter.publisher.site.move import move_site
from msnewsletter.publisher.site.push_due import bring_site_out
from msnewsletter.publisher.site.write import write_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.release import Rehearsed
    from msnewsletter.publisher.schedule_state import Trigger
    from msnewsletter.publisher.seen_draft import SeenDraft
    from msnewsletter.publisher.settling import MachineClock
    from msnewsletter.publisher.site.write import SiteUpdate


def publish(
    home: Home,
    *,
    at: datetime,
    seen: SeenDraft | None = None,
    agreed: bool = False,
    reached: Reached = no_step_watched,
    machine: MachineClock | None = None,
    progress: Progress = no_progress_shown,
) -> Published:
    """Publish the next issue now, by hand, if there is anything new.

    Args:
        home: the newsletter's home.
        at: now, aware: the slot, the cutoff, the mail's Date and the feeds' dates.
        seen: what the person saw: refused when it is another by now.
        agreed: the person says that an issue of unusual size is meant.
        reached: called after every step, for tests that stop there.
        machine: the machine's clock, by which files that are being written wait.
        progress: called while all pages of the site are made anew.

    Raises any NewsletterError; the next call finishes what this one started.
    """
    with recovered(home, at=at, reached=reached, machine=machine, progress=progress) as (
        session,
        numbers,
    ):
        if taken := slot_taken(session):
            return SlotTaken(slot=taken, recovered=numbers)
        done = publish_for(
            session, trigger_by_hand(session), seen=seen, agreed=agreed, recovered=numbers
        )
        if isinstance(done, Waits):
            raise _refusal(done)
    bring_site_out(home, at=at)
    return done


def publish_site(
    home: Home,
    *,
    at: datetime,
    reached: Reached = no_step_watched,
    progress: Progress = no_progress_shown,
) -> tuple[int, ...]:
    """Write the site alone, all of it anew where settings that it shows changed; no issue.

    Finishes what a crash left, and returns the numbers of those issues. Raises as `publish` does.
    """
    with recovered(home, at=at, reached=reached, progress=progress) as (session, numbers):
        refuse_new_identity(session)
        require_fit(findings_in_addresses(session.settings, None))
        move_site(session)
    bring_site_out(home, at=at)
    return numbers


def _refusal(done: Waits) -> UnapprovedError:
    """What waits, why, and what a person can say to it."""
    found = done.preview
    schedule = found.schedule
    # Before its slot, `approve` alone is of the slot's issue, which may have more.
    early = schedule is not None and schedule.due is None and bool(schedule.upcoming)
    reason, verb = done.reason, "approve --now" if early else "approve"
    if found.waits_for_a_word:
        reason, verb = found.unusual or reason, "publish --yes"
    remedy = f"look at 'msnewsletter status', then run 'msnewsletter {verb}'"
    return UnapprovedError(draft_name(found.draft), reason, remedy, preview=found)


@contextmanager
def recovered(
    home: Home,
    *,
    at: datetime,
    reached: Reached = no_step_watched,
    machine: MachineClock | None = None,
    progress: Progress = no_progress_shown,
) -> Iterator[tuple[Session, tuple[int, ...]]]:
    """A working session after recovery, and the issues that recovery finished."""
    with working(home, at=at, reached=reached, machine=machine, progress=progress) as session:
        # Read before anything is done: a template that cannot be read stops all of it.
        _ = session.templates
        reached(Step.LOCKED)
        recovery = recover(session)
        reached(Step.RECOVERED)
        yield session, recovery.finished
        if recovery.site_failure:
            # What was read meanwhile may have repaired it; otherwise it is said now.
            write_site(session)


def publish_for(
    session: Session,
    trigger: Trigger,
    *,
    seen: SeenDraft | None = None,
    agreed: bool = False,
    recovered: tuple[int, ...] = (),
) -> Published:
    """Publish for a trigger, unless the issue waits for a person; nothing is fixed then."""
    collected = collect(session)
    session.reached(Step.COLLECTED)
    found = preview(session, trigger, collected=collected)
    require_seen(found, seen)
    done: Published
    rehearsed: Rehearsed | None = None
    update: SiteUpdate | None = None
    if (reason := found.waiting_reason) and not (agreed and found.waits_for_a_word):
        done = Waits(recovered=recovered, preview=found, reason=reason, late=found.late)
    else:
        rehearsed = _fix(found)
        update = release(session, found.issue.number, rehearsed) if found.issue else None
        done = (
            Released(recovered=recovered, preview=found, issue=found.issue)
            if found.issue
            else NothingNew(recovered=recovered, preview=found)
        )
    if update:
        update.finish()
    else:
        # The site shows texts edited after sending even when no issue goes out.
        write_site(session, rehearsed.site if rehearsed else None)
    # After the issue: with a long archive it takes minutes, and the mail does not wait for it.
    move_site(session)
    return done


def _fix(found: NextIssuePreview) -> Rehearsed | None:
    """T1: take the slot, and fix its issue if there is one; returns what was rehearsed of news."""
    session = found.session
    found.require_ready()
    session.store.select(found.draft, found.trigger, approval=found.reviewed.approval)
    session.reached(Step.SELECTED)
    return found.rehearsed if found.has_news else None
