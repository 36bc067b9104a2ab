"""Gathers the next issue as it stands, for whoever looks, rehearses or publishes; nobody else does.

Changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.issue.unusual import COMPARED, unusual_size
from msnewsletter.model import Note
from msnewsletter.publisher.approval_validity import ReviewedDraft, review
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.draft import draft
from msnewsletter.publisher.earlier_words import earlier_words
from msnewsletter.publisher.next_issue_preview import NextIssuePreview
from msnewsletter.publisher.record_files import differing_records
from msnewsletter.publisher.schedule_state import (
    Trigger,
    schedule_state,
    slot_taken,
    trigger_by_hand,
    trigger_of_target,
)
from msnewsletter.publisher.session import Session, looking

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.compose import Draft
    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.settling import MachineClock

# The summaries of about a year: with these an issue's own are compared.
EARLIER = 400


def preview(
    session: Session,
    trigger: Trigger,
    *,
    collected: Collected | None = None,
    sent_alone: bool = False,
) -> NextIssuePreview:
    """The issue that publishing for a trigger would make: what would fail in it is held.

    Args:
        session: of which the preview is.
        trigger: a person's publishing now, or a slot; a slot still to come takes in what is dated
            until then.
        collected: what was collected in this session; None: plan it, without saving.
        sent_alone: see `draft`; nobody may publish that.

    Raises any NewsletterError that publishing would raise before anything is fixed.
    """
    _ = session.templates  # one that cannot be read is nobody's surprise at the slot
    if collected is None:
        collected = plan_collect(session)
    unfit: dict[str, Hindrance] = {}
    while True:
        reviewed = (
            ReviewedDraft(draft=draft(session, collected, trigger, unfit=unfit, sent_alone=True))
            if sent_alone
            else review(session, collected, trigger, unfit=unfit)
        )
        found = _preview_of(session, trigger, collected, reviewed)
        # What was found before is held now, so each round finds others, or nothing.
        new = {key: why for key, why in found.unfit.items() if key not in unfit}
        if not new:
            return found
        unfit |= new


def _preview_of(
    session: Session, trigger: Trigger, collected: Collected, reviewed: ReviewedDraft
) -> NextIssuePreview:
    """The preview of a draft."""
    store = session.store
    last, last_slot = store.last_issue(), store.last_slot()
    earlier = store.site.newest(EARLIER, last=last.number) if last else []
    return NextIssuePreview(
        session=session,
        trigger=trigger,
        schedule=schedule_state(session),
        last_issue=last,
        last_slot=last_slot,
        coalesced=store.coalesced_into(last_slot.slot) if last_slot else (),
        taken=store.slot_at(session.now),
        unfinished=tuple(number for number, _ in store.unfinished()),
        number=last.number + 1 if last else 1,
        collected=collected,
        reviewed=reviewed,
        earlier=tuple(entry.summary for _, entry in earlier),
        damaged=tuple(
            Note(place=error.place, text=f"{error.problem}; {error.remedy}")
            for error in differing_records(session.home, store, [last.number] if last else [])
        ),
        unusual=_unusual(session, reviewed, trigger),
        earlier_words=earlier_words(store, collected.next_issue, pending=_waiting(reviewed.draft)),
    )


def _waiting(draft: Draft) -> frozenset[str]:
    """The keys of what is in no issue that is out."""
    taken = draft.issue.entries if draft.issue else ()
    summaries = (*(one.summary for one in taken), *(one.summary for one in draft.held))
    return frozenset(one.key for one in summaries)


def _unusual(session: Session, reviewed: ReviewedDraft, trigger: Trigger) -> str | None:
    """Why the issue looks like an archive by accident; an approval is a person's word."""
    issue = reviewed.draft.issue
    if issue is None or (reviewed.approval and reviewed.approval_valid):
        return None
    last = issue.number - 1
    before = session.store.site.listed(max(1, last - COMPARED + 1), last) if last else []
    return unusual_size(issue, before, slots=1 + len(trigger.coalesce))


def next_issue_preview(
    home: Home, *, at: datetime, by_hand: bool = False, machine: MachineClock | None = None
) -> NextIssuePreview:
    """The issue of the slot that is due at `at` (aware: now), or else of the next slot.

    `by_hand`, or without a schedule: the one that a person would publish at `at`. Touches no state.
    """
    with looking(home, at=at, machine=machine) as session:
        target = None if by_hand else trigger_of_target(session)
        return preview(session, target or trigger_by_hand(session))


def rehearse(home: Home, *, at: datetime, machine: MachineClock | None = None) -> NextIssuePreview:
    """Rehearse publishing at `at` (aware) up to the first change of state; touches no state.

    Raises what `publish` would.
    """
    with looking(home, at=at, machine=machine) as session:
        slot_taken(session)
        found = preview(session, trigger_by_hand(session))
    if not found.taken:
        found.require_ready()
    return found
