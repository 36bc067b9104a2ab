"""The store: what the newsletter remembers. Every failure of the database is one StoreError.

A query stands with the thing it asks about: `summaries`, `issues`, `slots`, `corrections`,
`site_index`. Here is what changes several of them at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.records import baseline_reason
from msnewsletter.schedule.slots import Slot
from msnewsletter.store.base import StoreBase
from msnewsletter.store.database import open_engine
from msnewsletter.store.issues import Issues, IssueState, insert_issue
from msnewsletter.store.site_index import SiteIndex
from msnewsletter.store.slots import NamedBy, Slots, put_approval, take_slot
from msnewsletter.store.summaries import SettledAs, Summaries, path_of, settle, summary_row, upsert
from msnewsletter.store.tables import summaries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Approval
    from msnewsletter.records import Record
    from msnewsletter.store.location import DatabaseLocation


def open_store(location: DatabaseLocation, *, create: bool = True) -> Store:
    """The store at a location, made where there is none; not to be made, it is one in memory."""
    return Store(open_engine(location, create=create), location=location)


class Store(Summaries, Issues, Slots, StoreBase):
    """The database, open."""

    @property
    def site(self) -> SiteIndex:
        """What the public site looks up."""
        return SiteIndex(self._engine, location=self._location)

    def select(
        self,
        draft: Draft,
        *,
        slot: str,
        instant: datetime,
        named_by: NamedBy,
        coalesce: Iterable[Slot] = (),
        approval: Approval | None = None,
    ) -> None:
        """T1: take the slot and fix the issue's entries, or record that nothing was new.

        Args:
            draft: what was composed.
            slot, instant: the slot's key or name, and its moment.
            named_by: who named it.
            coalesce: older slots that are due as well.
            approval: the one under which the issue goes out.
        """
        with self._transaction() as connection:
            for summary, reason in draft.baseline:
                settle(connection, [summary.key], SettledAs.BASELINE, reason=reason)
            number = draft.issue.number if draft.issue else None
            if draft.issue:
                insert_issue(connection, draft.issue, state=IssueState.SELECTED)
                put_approval(connection, draft.issue.number, approval)
            take_slot(
                connection,
                slot,
                instant=instant,
                named_by=named_by,
                issue=number,
                coalesce=coalesce,
            )

    def restore(self, record: Record, *, manifest: str) -> None:
        """Fill in an issue that its record knows and the database does not.

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
        with self._transaction() as connection:
            upsert(connection, summaries, rows)
            insert_issue(connection, issue, state=IssueState.PUBLISHED, manifest=manifest)
            put_approval(connection, issue.number, record.approval)
            take_slot(
                connection,
                issue.slot,
                instant=record.instant,
                # A record tells a slot of the schedule by its key alone.
                named_by=NamedBy.SCHEDULE if Slot.is_key(issue.slot) else NamedBy.PERSON,
                issue=issue.number,
                coalesce=[Slot.parse(key) for key in record.coalesced or ()],
            )
