"""What an edit of a summary that was sent would change for readers, before it is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.editing.summary import check_summary_text
from msnewsletter.publisher.next_issue_preview import preview
from msnewsletter.publisher.schedule_state import trigger_by_hand, trigger_of_target
from msnewsletter.publisher.session import looking

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.edits import PostSendEdit


def sent_edit(
    home: Home, place: str, text: str, *, version: str, at: datetime
) -> PostSendEdit | None:
    """What becomes of an edit once the next issue is out, by the rules of publishing itself.

    Args:
        home: the newsletter's home.
        place: the file.
        text: what would be saved there.
        version: of the file that the editor saw.
        at: now, aware.

    None: no issue carried the summary, or readers would see no difference. Raises what
    `save_summary_source` would, and whatever publishing would; writes nothing.
    """
    checked = check_summary_text(home, place, text, version=version)
    key = checked.summary.key
    with looking(home, at=at) as session:
        if key not in session.store.sent_summaries([key]):
            return None
        collected = plan_collect(session)
        others = tuple(one for one in collected.read if one[0].key != key)
        as_saved = replace(collected, read=(*others, (checked.summary, checked.file.location)))
        trigger = trigger_of_target(session) or trigger_by_hand(session)
        found = preview(session, trigger, collected=as_saved)
    return next((edit for edit in found.draft.edits if edit.key == key), None)
