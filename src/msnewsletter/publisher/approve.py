"""Approve: a person's approval of the next issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.model import Approval
from msnewsletter.publisher.collect import collect
from msnewsletter.publisher.next_issue_preview import preview
from msnewsletter.publisher.publish import recovered
from msnewsletter.publisher.results import Approved
from msnewsletter.publisher.schedule_state import trigger_by_hand, trigger_of_target

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.settling import MachineClock


def approve(
    home: Home,
    *,
    by: str,
    at: datetime,
    content: str | None = None,
    machine: MachineClock | None = None,
) -> Approved:
    """Record that `by` approves the issue of the slot that is due, or else of the next one.

    Args:
        home: the newsletter's home.
        by: a name.
        at: now, aware.
        content: of the preview that the person saw: refused when it is another by now.
        machine: the machine's clock, by which files that are being written wait.

    Raises RefusedError where no approval is required or nothing is new; any NewsletterError.
    """
    with recovered(home, at=at, machine=machine) as (session, _):
        collected = collect(session)
        if session.settings.newsletter.review == "none":
            raise RefusedError(
                SETTINGS_NAME,
                "its issues need no approval",
                'publish, or write review = "required" in [newsletter]',
            )
        slot = trigger_of_target(session)
        # The issue is that of the slot: with what is dated until then, if it is here already.
        found = preview(session, slot or trigger_by_hand(session), collected=collected)
        if not found.has_news:
            raise RefusedError(
                found.trigger.name, "there is nothing new to approve", "wait for new summaries"
            )
        found.require_seen(content)
        approval = Approval(
            issue=found.number,
            slot=slot.name if slot else None,
            cutoff=found.issue.cutoff if found.issue else found.trigger.cutoff(at),
            digest=found.content,
            by=by,
            at=at,
        )
        session.store.approve(approval)
        return Approved(preview=found, approval=approval)
