"""Review: whether a person's approval of the next issue is still valid.

An approval holds as long as readers would see the same: it outlives the time until the slot, a
restart and a renamed file; it is void after any change of entries, corrections, texts, settings,
templates or of the program itself.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter.home import issue_name
from msnewsletter.publisher.draft import draft
from msnewsletter.render.wording import review_line
from msnewsletter.serialize import to_document
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.issue.compose import Draft
    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.model import Approval, Issue
    from msnewsletter.publisher.collect import Collected
    from msnewsletter.publisher.schedule_state import Trigger
    from msnewsletter.publisher.session import Session

# What depends on when the issue is made, and what only the editor sees.
_NOT_OF_ISSUE = {"slot", "cutoff", "entries"}
_NOT_OF_ENTRY = {"summary", "feed_date", "why"}
# `dated` has first_seen where readers see it; `changed_on` is in the line on who checked the text.
_NOT_OF_SUMMARY = {"location", "first_seen", "changed_on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedDraft:
    """A draft, and whether a person's approval of it is valid.

    Attributes:
        draft: what would go out.
        approval: the last one of this issue, if any.
        approval_valid: the draft is what was approved, or no approval is required.
    """

    draft: Draft
    approval: Approval | None = None
    approval_valid: bool = True

    @property
    def waits(self) -> bool:
        """Whether there is something for readers that must not go out yet."""
        return has_news(self.draft) and not self.approval_valid

    @property
    def waiting_reason(self) -> str | None:
        """Why it waits, for the editor; None: it does not."""
        if not self.waits:
            return None
        if self.approval is None:
            return "nobody has approved it"
        at = self.approval.at  # in the newsletter's zone: see `review`
        when = local_time(at, at.tzinfo or UTC)
        return f"it has changed since {self.approval.by} approved it on {when}"


def has_news(draft: Draft) -> bool:
    """Whether publishing the draft would show readers anything: an issue, or an edited text."""
    return draft.issue is not None or bool(draft.accepted)


def content_digest(draft: Draft, templates: Mapping[str, str]) -> str:
    """SHA-256 of all that decides what readers see, except for the moment of publishing."""
    whole = to_document(draft.issue) if draft.issue else {"entries": []}
    lines = _review_lines(draft.issue) if draft.issue else []
    document = _without(whole, _NOT_OF_ISSUE)
    document["entries"] = [
        _without(entry, _NOT_OF_ENTRY)
        | {"summary": _without(entry["summary"], _NOT_OF_SUMMARY), "review": line}
        for entry, line in zip(whole["entries"], lines, strict=True)
    ]
    document["edits"] = [
        _without(to_document(edit.public), _NOT_OF_SUMMARY) for edit in draft.accepted
    ]
    document["templates"] = dict(templates)
    document["program"] = version("msnewsletter")
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _review_lines(issue: Issue) -> list[str]:
    return [review_line(entry.summary, issue.masthead) for entry in issue.entries]


def _without(document: Mapping[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in document.items() if name not in names}


def review(
    session: Session,
    collected: Collected,
    trigger: Trigger,
    *,
    unfit: Mapping[str, Hindrance] = MappingProxyType({}),
) -> ReviewedDraft:
    """The draft for a trigger, as it was approved where that is still valid.

    What was approved has its own cutoff, so that what is dated after it does not withdraw the
    approval: it waits for the next issue. Without an approval the cutoff is now, or the slot when
    that is still to come: an issue that comes late takes in all that is there.

    `unfit`: what publishing would fail for, by key.
    """
    store = session.store
    fresh = draft(session, collected, trigger, unfit=unfit)
    if session.settings.newsletter.review == "none":
        return ReviewedDraft(draft=fresh)
    last = store.last_issue()
    found = store.approval(last.number + 1 if last else 1)
    if found is None:
        return ReviewedDraft(draft=fresh, approval_valid=False)
    found = replace(found, at=found.at.astimezone(session.settings.zone))
    drafted = fresh
    if trigger.by_hand or trigger.name == found.slot:
        cutoff = min(trigger.cutoff(session.now), found.cutoff)
        drafted = draft(session, collected, trigger, cutoff=cutoff, unfit=unfit)
    if has_news(drafted) and content_digest(drafted, session.templates) == found.digest:
        return ReviewedDraft(draft=drafted, approval=found)
    return ReviewedDraft(draft=fresh, approval=found, approval_valid=False)


def draft_name(draft: Draft) -> str:
    """The draft, for the editor: its issue, or the edits that wait without one."""
    if draft.issue:
        return f"issue {issue_name(draft.issue.number)}"
    return "the edits of summaries that were sent"
