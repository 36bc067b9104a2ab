"""Review: whether a person's approval of the next issue is still valid, or was sent back.

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
from msnewsletter.issue.remembered_texts import remembered_by_text
from msnewsletter.publisher.draft import draft
from msnewsletter.render.jinja import theme_of
from msnewsletter.render.wording import review_line
from msnewsletter.serialize import to_document
from msnewsletter.text import flat, local_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.decisions import Approval, SentBack
    from msnewsletter.issue.compose import Draft
    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.model import Entry, Masthead, Summary
    from msnewsletter.publisher.collected import Collected
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
        approval_valid: the draft is what was approved, or no approval is required; never while it
            is sent back.
        sent_back: that a person sent this issue back; None: nobody did, or it counts no more.
        changed: what was sent back has changed since: it is still to be looked at.
    """

    draft: Draft
    approval: Approval | None = None
    approval_valid: bool = True
    sent_back: SentBack | None = None
    changed: bool = False

    @property
    def waits(self) -> bool:
        """Whether there is something for readers that must not go out yet."""
        return has_news(self.draft) and not self.approval_valid

    @property
    def waiting_reason(self) -> str | None:
        """Why it waits, for the editor; None: it does not."""
        if not self.waits:
            return None
        if self.sent_back:
            changed = "; it has changed since then" if self.changed else ""
            return f"{sent_back_words(self.sent_back)}{changed}"
        if self.approval is None:
            return "nobody has approved it"
        return f"it has changed since {approved_words(self.approval)}"


def approved_words(approval: Approval) -> str:
    """Who approved it, and when; `at` is in the newsletter's zone: see `review`."""
    return f"{approval.by} approved it on {local_time(approval.at, approval.at.tzinfo or UTC)}"


def sent_back_words(decision: SentBack) -> str:
    """Who sent it back, when and why, on one line; `at` is in the newsletter's zone."""
    when = local_time(decision.at, decision.at.tzinfo or UTC)
    return f"{decision.by} sent it back on {when}: “{flat(decision.reason)}”"


def has_news(draft: Draft) -> bool:
    """Whether publishing the draft would show readers anything: an issue, or an edited text."""
    return draft.issue is not None or bool(draft.accepted)


def content_digest(draft: Draft, templates: Mapping[str, str]) -> str:
    """SHA-256 of all that decides what readers see, except for the moment of publishing."""
    issue = draft.issue
    document = to_document(issue, leave_out=_NOT_OF_ISSUE) if issue else {}
    document["templates"] = dict(templates)
    if theme := theme_of(templates).digest:
        document["theme"] = theme
    document["program"] = version("msnewsletter")
    entries = (_entry_in_json(entry, issue.masthead) for entry in issue.entries) if issue else ()
    edits = (_summary_in_json(edit.public) for edit in draft.accepted)
    whole = _in_json(document, entries=_list(entries), edits=_list(edits))
    return hashlib.sha256(whole.encode()).hexdigest()


def _entry_in_json(entry: Entry, masthead: Masthead) -> str:
    document = to_document(entry, leave_out=_NOT_OF_ENTRY)
    document["review"] = review_line(entry.summary, masthead)
    if entry.summary.published is None:
        # Until it is collected, each look at it is the first; readers are told the day.
        document["dated"] = entry.dated.astimezone(masthead.time_zone).date().isoformat()
    return _in_json(document, summary=_summary_in_json(entry.summary))


@remembered_by_text
def _summary_in_json(summary: Summary) -> str:
    return _in_json(to_document(summary, leave_out=_NOT_OF_SUMMARY))


def _in_json(document: Mapping[str, object], **fields: str) -> str:
    """A document in JSON, with fields that are JSON already."""
    text = json.dumps({**document, **dict.fromkeys(fields)}, sort_keys=True)
    for name, own in fields.items():
        # A document leaves out what is None, and in a text each quotation mark is escaped.
        text = text.replace(f'"{name}": null', f'"{name}": {own}', 1)
    return text


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(texts)}]"


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

    What a person sent back waits, whatever the settings say, and though it was edited since.

    `unfit`: what publishing would fail for, by key.
    """
    fresh = draft(session, collected, trigger, unfit=unfit)
    last = session.store.last_issue()
    number = last.number + 1 if last else 1
    reviewed = _approved(session, collected, trigger, fresh, number, unfit)
    sent_back = session.store.sent_back(number)
    if sent_back is None:
        return reviewed
    # As of the same moment: what is dated after it is no change of what a person looked at.
    now = draft(session, collected, trigger, cutoff=sent_back.cutoff, unfit=unfit)
    same = has_news(now) and content_digest(now, session.templates) == sent_back.digest
    return replace(
        reviewed,
        approval_valid=False,
        sent_back=replace(sent_back, at=sent_back.at.astimezone(session.settings.zone)),
        changed=not same,
    )


def _approved(  # noqa: PLR0917  (what `review` was given, and what it found)
    session: Session,
    collected: Collected,
    trigger: Trigger,
    fresh: Draft,
    number: int,
    unfit: Mapping[str, Hindrance],
) -> ReviewedDraft:
    """The draft as it was approved, or the fresh one."""
    if session.settings.newsletter.review == "none":
        return ReviewedDraft(draft=fresh)
    found = session.store.approval(number)
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
