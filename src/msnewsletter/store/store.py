"""The store: what the newsletter remembers. Every failure of the database is one StoreError.

Each query is in the module of the thing it asks about: `summaries`, `shared_study_queries`,
`issues`, `slots`, `edits`, `announcements`, `redating`, `register_queries`, `site_index`. This
module holds what changes several of them at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from msnewsletter.records import baseline_reason
from msnewsletter.schedule.slots import Slot
from msnewsletter.store.announcements import Announcements
from msnewsletter.store.base import StoreBase, upsert
from msnewsletter.store.database import open_engine
from msnewsletter.store.edits import Edits, accept_edits, note_announced, restore_public
from msnewsletter.store.issues import Issues, IssueState, insert_issue
from msnewsletter.store.newsletter_checks import NewsletterChecks
from msnewsletter.store.redating import RedatingQueries
from msnewsletter.store.register_queries import RegisterQueries, enter
from msnewsletter.store.settled import SettledAs
from msnewsletter.store.shared_study_queries import SharedStudyQueries
from msnewsletter.store.site_index import SiteIndex
from msnewsletter.store.slots import NamedBy, NewSlot, Slots, put_approval, take_slot
from msnewsletter.store.summaries import Summaries, path_of, settle, summary_row
from msnewsletter.store.tables import issues, summaries

if TYPE_CHECKING:
    from msnewsletter.decisions import Approval
    from msnewsletter.issue.compose import Draft
    from msnewsletter.records import Record
    from msnewsletter.store.location import DatabaseLocation


def open_store(location: DatabaseLocation, *, create: bool = True) -> Store:
    """The store at a location; where there is none, it is created, or else one in memory."""
    return Store(open_engine(location, create=create), location=location)


class Store(
    Summaries,
    SharedStudyQueries,
    Issues,
    Slots,
    Announcements,
    Edits,
    RedatingQueries,
    RegisterQueries,
    NewsletterChecks,
    StoreBase,
):
    """The open database."""

    @property
    def site(self) -> SiteIndex:
        """What the public site looks up."""
        return SiteIndex(self._engine, location=self._location, trial=self._trial)

    def read_all(self) -> None:
        """Read every issue with all that belongs to it, and every summary that waits.

        Raises StoreError where a row cannot be read.
        """
        last = self.last_issue()
        for number in range(1, (last.number if last else 0) + 1):
            entries = self.issue(number).entries
            self.manifest(number)
            self.slot_of(number)
            self.approval(number)
            self.sent_summaries([entry.summary.key for entry in entries])
        self.pending()
        self.takedowns()

    def select(self, draft: Draft, slot: NewSlot, *, approval: Approval | None = None) -> None:
        """T1: take the slot and fix the issue's entries, or record that nothing was new.

        What the draft's edits change for readers is fixed with them. `approval` is the one under
        which all of it goes out.
        """
        issue = draft.issue
        at = issue.cutoff if issue else slot.instant
        with self._transaction() as connection:
            for summary, reason in draft.baseline:
                settle(connection, [summary.key], SettledAs.BASELINE, reason=reason)
            enter(connection, [summary.key for summary, _ in draft.baseline])
            if issue:
                insert_issue(connection, issue, state=IssueState.SELECTED)
                put_approval(connection, issue.number, approval)
            elif draft.accepted:
                # The approval of edits alone ends with them; the next issue needs its own.
                number = (connection.scalar(select(func.max(issues.c.number))) or 0) + 1
                put_approval(connection, number, None)
            accept_edits(connection, draft.edits, at=at)
            if issue:
                note_announced(connection, [one.key for one in issue.corrections])
            take_slot(connection, slot, issue=issue.number if issue else None)

    def restore(self, record: Record, *, manifest: str, out: bool = True) -> None:
        """Add an issue that its record holds and the database does not.

        It counts as published but not complete: the site is written again. Where it is not `out`,
        its folder is complete and still to be released.
        """
        issue = record.issue
        rows = [
            summary_row(entry.summary, path=path_of(entry.summary), first_seen=issue.cutoff)
            for entry in issue.entries
        ]
        rows += [
            {"key": key, "document": None, "path": "", "doi": None, "text_digest": None}
            | {"pmid": None, "headline_digest": None, "found_digest": None, "page": None}
            | {"source": None}
            | {"first_seen": issue.cutoff, "settled_as": SettledAs.BASELINE}
            | {"baseline_reason": baseline_reason(text)}
            for key, text in record.baseline.items()
        ]
        slot = NewSlot(
            name=issue.slot,
            instant=record.instant,
            # In a record only its key shows that a slot is the schedule's.
            named_by=NamedBy.SCHEDULE if Slot.is_key(issue.slot) else NamedBy.PERSON,
            coalesce=tuple(Slot.parse(key) for key in record.coalesced or ()),
        )
        with self._transaction() as connection:
            upsert(connection, summaries, rows)
            state = IssueState.PUBLISHED if out else IssueState.PUBLISHING
            insert_issue(connection, issue, state=state, manifest=manifest)
            enter(connection, list(record.baseline))
            restore_public(connection, issue.corrections, at=issue.cutoff)
            put_approval(connection, issue.number, record.approval)
            take_slot(connection, slot, issue=issue.number)
