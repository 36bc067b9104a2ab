"""What a person saw when they decided: a decision about anything else is refused, by name.

Two people may decide at once: the second learns what the first has done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.approval_validity import approved_words, draft_name, sent_back_words

if TYPE_CHECKING:
    from msnewsletter.publisher.approval_validity import ReviewedDraft
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDraft:
    """The draft that a person saw.

    Attributes:
        issue: the number of the next issue.
        content: the hash of what readers would see, see NextIssuePreview.content.
        decision: what names the last decision about it, see `decision_on`; None: it does not
            matter which that is.
    """

    issue: int
    content: str
    decision: str | None = None


def seen_in(found: NextIssuePreview) -> SeenDraft:
    """What a person sees who is shown this preview."""
    return SeenDraft(
        issue=found.number, content=found.content, decision=decision_on(found.reviewed)
    )


def decision_on(reviewed: ReviewedDraft) -> str:
    """What names the last decision about a draft; empty: nobody has decided."""
    if reviewed.sent_back:
        return f"sent back {reviewed.sent_back.name}"
    if approval := reviewed.approval:
        return f"approved {approval.digest[:16]} {approval.at.timestamp()} {approval.by}"
    return ""


def require_seen(found: NextIssuePreview, seen: SeenDraft | None) -> None:
    """Raises RefusedError where it is not what a person saw; None: not checked."""
    if seen is None:
        return
    if found.number > seen.issue:
        raise RefusedError(
            f"issue {issue_name(seen.issue)}",
            "it has been published since you looked at it",
            f"look at it, and at what is new for issue {found.number}",
        )
    name = draft_name(found.draft)
    if seen.decision is not None and seen.decision != decision_on(found.reviewed):
        raise RefusedError(name, _decided_since(found.reviewed), "look at it again")
    if not (found.has_news and found.content == seen.content):
        raise RefusedError(name, "it has changed since you looked at it", "look at it again")


def _decided_since(reviewed: ReviewedDraft) -> str:
    """What somebody else has decided, or taken back, since a person looked."""
    if reviewed.sent_back:
        return f"{sent_back_words(reviewed.sent_back)}, since you looked at it"
    if reviewed.approval:
        return f"{approved_words(reviewed.approval)}, since you looked at it"
    return "somebody has taken a decision about it back since you looked at it"
