"""The store: what the newsletter remembers. Every failure of the database is one StoreError.

Each query is in the module of the thing it asks about: `summaries`, `issues`, `slots`,
`announcements`, `site_index`. This module holds what changes several of them at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.records import baseline_reason
from msnewsletter.schedule.slots import Slot
from msnewsletter.store.base import StoreBase, upsert
from msnewsletter.store.database import open_engine
from msnewsletter.store.issues import Issues, IssueState, insert_issue
from msnewsletter.store.site_index import SiteIndex
from msnewsletter.store.slots import NamedBy, NewSlot, Slots, put_approval, take_slot
from msnewsletter.store.summaries import SettledAs, Summaries, path_of, settle, summary_row
from msnewsletter.store.tables import summaries

if TYPE_CHECKING:
    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Approval
    from msnewsletter.records import Record
    from msnewsletter.store.location import DatabaseLocation


def open_store(location: DatabaseLocation, *, create: bool = True) -> Store:
    """The store at a location; where there is none, it is created, or else one in memory."""
    return Store(open_engine(location, create=create), location=location)


class Store(Summaries, Issues, Slots, StoreBase):
    """The open database."""

    @property
    def site(self) -> SiteIndex:
        """What the public site looks up."""
        return SiteIndex(self._engine, location=self._location)

    def select(self, draft: Draft, slot: NewSlot, *, approval: Approval | None = None) -> None:
        """T1: take the slot and fix the issue's entries, or record that nothing was new.

        `approval` is the one under which the issue goes out.
        """
        issue = draft.issue
        with self._transaction() as connection:
            for summary, reason in draft.baseline:
                settle(connection, [summary.key], SettledAs.BASELINE, reason=reason)
            if issue:
                insert_issue(connection, issue, state=IssueState.SELECTED)
                put_approval(connection, issue.number, approval)
            take_slot(connection, slot, issue=issue.number if issue else None)

    def restore(self, record: Record, *, manifest: str) -> None:
        """Add an issue that its record holds and the database does not.

        It counts as published but not complete: the site is written again.
        """
        issue = record.issue
        rows = [
            summary_row(entry.summary, path=path_of(entry.summary), first_seen=issue.cutoff)
            for entry in issue.entries
        ]
        rows += [
            {"key": key, "document": None, "path": "", "doi": None, "text_digest": None}
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
            insert_issue(connection, issue, state=IssueState.PUBLISHED, manifest=manifest)
            put_approval(connection, issue.number, record.approval)
            take_slot(connection, slot, issue=issue.number)
