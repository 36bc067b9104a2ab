"""What an edit of a summary that was sent would change for readers, before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.editing.summary import check_summary_text
from msnewsletter.publisher.preview import preview
from msnewsletter.publisher.schedule_state import trigger_by_hand, trigger_of_target
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.tried_file import TriedFile

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.edits import PostSendEdit
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.session import Session


def preview_as_saved(session: Session, tried: TriedFile) -> NextIssuePreview:
    """The next issue as if a file had been saved: what became of sent summaries, nothing new.

    Raises what collecting would refuse in that file, and any NewsletterError of publishing.
    """
    collected = plan_collect(session, tried=tried)
    for error in collected.refused_in_full:
        if error.place.partition(":")[0] == tried.file.location:
            raise error
    trigger = trigger_of_target(session) or trigger_by_hand(session)
    return preview(session, trigger, collected=collected, sent_alone=True)


def edit_in(issue: NextIssuePreview, key: str) -> PostSendEdit | None:
    """What becomes of a sent summary's new text; None: readers would see no difference."""
    return next((edit for edit in issue.draft.edits if edit.key == key), None)


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
        tried = TriedFile(file=checked.file, data=checked.data)
        return edit_in(preview_as_saved(session, tried), key)
