"""Approve: a person's approval of the next issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.decisions import Approval
from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.collect import collect
from msnewsletter.publisher.preview import preview
from msnewsletter.publisher.publish import recovered
from msnewsletter.publisher.results import Approved
from msnewsletter.publisher.schedule_state import trigger_by_hand, trigger_of_target
from msnewsletter.publisher.seen_draft import require_seen

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.decisions import SentBack
    from msnewsletter.home import Home
    from msnewsletter.publisher.seen_draft import SeenDraft
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.settling import MachineClock


def approve(
    home: Home,
    *,
    by: str,
    at: datetime,
    seen: SeenDraft | None = None,
    by_hand: bool = False,
    machine: MachineClock | None = None,
) -> Approved:
    """Record that `by` approves the issue of the slot that is due, or else of the next one.

    Args:
        home: the newsletter's home.
        by: a name.
        at: now, aware.
        seen: what the person saw: refused when it is another by now.
        by_hand: it is the issue that publishing now by hand would release, without what is dated
            between now and the slot.
        machine: the machine's clock, by which files that are being written wait.

    It is not sent back any more. Raises RefusedError where nothing is new, or where no approval is
    required and nothing was sent back; any NewsletterError.
    """
    with recovered(home, at=at, machine=machine) as (session, _):
        collected = collect(session)
        slot = None if by_hand else trigger_of_target(session)
        # The issue is that of the slot: with what is dated until then, if it is here already.
        found = preview(session, slot or trigger_by_hand(session), collected=collected)
        require_seen(found, seen)
        lifted = found.reviewed.sent_back
        if session.settings.newsletter.review == "none":
            _lift(session, lifted)
            return Approved(preview=found, approval=None, lifted=lifted)
        if not found.has_news:
            raise RefusedError(
                found.trigger.name, "there is nothing new to approve", "wait for new summaries"
            )
        approval = Approval(
            issue=found.number,
            slot=slot.name if slot else None,
            cutoff=found.issue.cutoff if found.issue else found.trigger.cutoff(at),
            digest=found.content,
            by=by,
            at=at,
        )
        session.store.approve(approval)
        return Approved(preview=found, approval=approval, lifted=lifted)


def _lift(session: Session, sent_back: SentBack | None) -> None:
    """Let out what was sent back where no approval is required: none is recorded."""
    if sent_back is None:
        raise RefusedError(
            SETTINGS_NAME,
            "its issues need no approval",
            'publish, or write review = "required" in [newsletter]',
        )
    session.store.take_back(sent_back.issue)
