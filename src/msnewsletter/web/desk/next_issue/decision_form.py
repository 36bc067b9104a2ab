"""What a form that decides on the next issue says: which draft its page had shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.publisher.seen_draft import SeenDraft, seen_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.publisher.next_issue_preview import NextIssuePreview


def seen_fields(found: NextIssuePreview | None) -> dict[str, str]:
    """The hidden fields of a form on a page that shows this preview."""
    if found is None:
        return {}
    seen = seen_in(found)
    return {"issue": str(seen.issue), "content": seen.content, "decision": seen.decision or ""}


def seen_by(form: Mapping[str, str]) -> SeenDraft:
    """What the person saw who sent a form; raises RefusedError where it does not say that."""
    try:
        return SeenDraft(
            issue=int(form["issue"]), content=form["content"], decision=form["decision"]
        )
    except (KeyError, ValueError):
        problem = "it does not say which draft you saw"
        raise RefusedError("the form", problem, "use the desk's own buttons") from None
