"""Where one summary stands: in the next issue, held, sent, or never mailed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.model import HoldReason
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.state_name import StateName
from msnewsletter.urls import page_name

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.edits import PostSendEdit, SentSummary
    from msnewsletter.model import Summary
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.store import KnownKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryState:
    """A summary, and where it stands.

    Attributes:
        key: the summary's.
        name: one of the first six.
        summary: as its source has it, or had it last.
        place: its file, as editors know it.
        has_file: whether that is there.
        issue: the number of the next issue, or of the one that carried it; 0: of neither.
        position: its number in the next issue; 0: it is not in it.
        reason: why it is held or never mailed; empty: it is neither.
        by_editor: the editor holds it, and may release it.
        sent: what is known of it since it was sent; None: it was not.
        edit: what its source says otherwise than readers see; None: nothing.
        page: its page on the site; empty: it has none.
    """

    key: str
    name: StateName
    summary: Summary
    place: str
    has_file: bool
    issue: int = 0
    position: int = 0
    reason: str = ""
    by_editor: bool = False
    sent: SentSummary | None = None
    edit: PostSendEdit | None = None
    page: str = ""

    @property
    def shown(self) -> Summary:
        """The text that counts: what readers may see, where it was sent."""
        return self.sent.public if self.sent else self.summary

    @property
    def carried(self) -> datetime | None:
        """The cutoff of the issue that carried it, aware UTC; None: none did."""
        return self.sent.carried if self.sent else None


def state_of(home: Home, preview: NextIssuePreview, key: str) -> SummaryState | None:
    """Where a summary stands by the preview of the next issue; None: nothing is known of the key.

    Raises StoreError, RecordError.
    """
    read = {summary.key: (summary, path) for summary, path in preview.collected.read}
    with reading_store(home, preview.settings) as store:
        known = store.known([key]).get(key)
        sent = store.sent_summaries([key]).get(key)
        stored = store.stored([key]).get(key) or (sent.entry.summary if sent else None)
    summary, path = read.get(key) or (stored, known.path if known else "")
    if summary is None:
        return None
    files = preview.collected.files
    place = summary.location if path in files and summary.location.startswith(path) else path
    base = SummaryState(
        key=key,
        name=StateName.REFUSED,
        summary=summary,
        place=place,
        has_file=path in files,
    )
    return _of_sent(base, preview, sent) if sent else _of_unsent(base, preview, known)


def _of_sent(base: SummaryState, preview: NextIssuePreview, sent: SentSummary) -> SummaryState:
    edits = (edit for edit in preview.draft.edits if edit.key == base.key)
    return replace(
        base,
        name=StateName.SENT,
        issue=sent.issue,
        sent=sent,
        edit=next(edits, None),
        page=preview.settings.masthead().site + page_name(sent.entry),
    )


def _of_unsent(
    base: SummaryState, preview: NextIssuePreview, known: KnownKey | None
) -> SummaryState:
    key, issue = base.key, preview.issue
    for entry in issue.entries if issue else ():
        if entry.summary.key == key:
            return replace(
                base, name=StateName.PENDING, issue=preview.number, position=entry.position
            )
    for held in preview.draft.held:
        if held.summary.key == key:
            by_editor = held.because is HoldReason.EDITOR
            return replace(base, name=StateName.HELD, reason=held.reason, by_editor=by_editor)
    if known and known.settled:
        return replace(base, name=StateName.BASELINE, reason=known.settled.reason or "")
    follows = key in preview.collected.one_study.followers
    return replace(base, name=StateName.FOLLOWS) if follows else base
