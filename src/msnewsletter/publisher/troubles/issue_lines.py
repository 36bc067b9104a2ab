"""What is said of a next issue that is blocked, or that waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.errors import NewsletterError, printable
from msnewsletter.publisher.approval_validity import draft_name

if TYPE_CHECKING:
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

# What a person can do about an issue that was sent back.
SENT_BACK_REMEDY: Final = (
    "look at it, then run 'msnewsletter approve', or 'msnewsletter approve --take-back'"
)


def blocked_by(found: NextIssuePreview) -> tuple[str, ...]:
    """What keeps the next issue from going out, a line each: findings, templates, settings."""
    try:
        if blocking := found.blocked:
            return tuple(printable(str(one)) for one in blocking)
    except NewsletterError as error:
        return (str(error),)
    return (str(found.refusal),) if found.refusal else ()


def blocked_line(name: str, reason: str) -> str:
    """What is said of an issue that is blocked; `name`: see `draft_name`."""
    return f"{name} is blocked: {reason}"


def waiting_line(found: NextIssuePreview, reason: str, *, late: bool) -> str:
    """What is said of an issue that waits for a person; a late one's reason says what to do."""
    verb = "publish --yes" if found.waits_for_a_word else "approve"
    todo = "" if late else f"; run 'msnewsletter {verb}'"
    due = found.schedule.due.publish if found.schedule and found.schedule.due else None
    of_slot = f", for the slot {due.key}," if due else ""
    return f"{draft_name(found.draft)}{of_slot} waits for a person: {reason}{todo}"
