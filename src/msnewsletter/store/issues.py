"""The queries about issues: their states and frozen contents."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, desc, insert, select, update

from msnewsletter.model import Entry, Issue
from msnewsletter.serialize import from_json, to_json
from msnewsletter.store.announcements import put_announced
from msnewsletter.store.base import StoreBase, insert_rows, kept
from msnewsletter.store.register_queries import enter
from msnewsletter.store.settled import SettledAs
from msnewsletter.store.summaries import settle
from msnewsletter.store.tables import entries, issues, slots

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.model import Masthead


class IssueState(StrEnum):
    """The state of an issue; publishing moves it down this list, recovery finishes it."""

    SELECTED = "selected"  # T1: its entries are fixed; nothing is rendered that counts
    PUBLISHING = "publishing"  # T2: complete in outbox/tmp, perhaps already in outbox/new
    PUBLISHED = "published"  # T3: in outbox/new; the site may not show it yet
    COMPLETE = "complete"  # feeds and pages show it


@dataclass(frozen=True, slots=True, kw_only=True)
class LastIssue:
    """The newest issue, without its texts; `cutoff` is aware UTC, `count` that of its entries."""

    number: int
    slot: str
    cutoff: datetime
    state: IssueState
    masthead: Masthead
    count: int
    corrections: int


class Issues(StoreBase):
    """The issues, from T1 on."""

    @kept
    def last_issue(self) -> LastIssue | None:
        """The newest issue, in whatever state."""
        newest = select(issues).order_by(desc(issues.c.number)).limit(1)
        with self._reading() as connection:
            row = connection.execute(newest).first()
            if row is None:
                return None
            slot = select(slots.c.slot).where(slots.c.issue == row.number)
            last = select(entries.c.position).where(entries.c.issue == row.number)
            issue = from_json(Issue, row.document)
            return LastIssue(
                number=row.number,
                slot=connection.scalars(slot).one(),
                cutoff=row.cutoff,
                state=IssueState(row.state),
                masthead=issue.masthead,
                count=connection.scalar(last.order_by(desc("position")).limit(1)) or 0,
                corrections=len(issue.corrections),
            )

    def unfinished(self) -> list[tuple[int, IssueState]]:
        """Issues that publishing started and did not complete, oldest first."""
        return list(self._unfinished())

    @kept
    def _unfinished(self) -> tuple[tuple[int, IssueState], ...]:
        states = [state for state in IssueState if state is not IssueState.COMPLETE]
        # By the index: this is asked at every run, however long the archive.
        query = select(issues.c.number, issues.c.state).where(issues.c.state.in_(states))
        query = query.order_by(issues.c.number)
        return tuple(self._all(query, lambda row: (row.number, IssueState(row.state))))

    @kept
    def issue(self, number: int) -> Issue:
        """One issue, complete with its entries."""
        issue = select(issues.c.document).where(issues.c.number == number)
        placed = select(entries.c.document).where(entries.c.issue == number)
        with self._reading() as connection:
            found = from_json(Issue, connection.scalars(issue).one())
            rows = connection.scalars(placed.order_by(entries.c.position))
            return replace(found, entries=tuple(from_json(Entry, row) for row in rows))

    def manifest(self, number: int) -> dict[str, Any] | None:
        """The manifest of an issue's folder; None until T2."""
        query = select(issues.c.manifest).where(issues.c.number == number)
        found = self._all(query, lambda row: row.manifest and json.loads(row.manifest))
        return found[0] if found else None

    def publishing(self, number: int, manifest: str) -> None:
        """T2: the folder is complete in outbox/tmp, and this is its manifest."""
        self._advance(number, state=IssueState.PUBLISHING, manifest=manifest)

    def select_again(self, number: int) -> None:
        """Return to T1: the folder that was complete will never be released."""
        self._advance(number, state=IssueState.SELECTED)

    def published(self, number: int) -> None:
        """T3: the folder is in outbox/new and the record is written."""
        self._advance(number, state=IssueState.PUBLISHED)

    def complete(self, number: int) -> None:
        """Feeds and pages show the issue."""
        self._advance(number, state=IssueState.COMPLETE)

    def _advance(self, number: int, **values: str) -> None:
        with self._transaction() as connection:
            connection.execute(update(issues).where(issues.c.number == number).values(**values))


def insert_issue(
    connection: Connection, issue: Issue, *, state: IssueState, manifest: str | None = None
) -> None:
    """Fix an issue, its entries and the corrections that it announces."""
    connection.execute(
        insert(issues).values(
            number=issue.number,
            cutoff=issue.cutoff,
            state=state,
            document=to_json(replace(issue, entries=())),
            manifest=manifest,
        )
    )
    rows = [
        {"issue": issue.number, "position": entry.position}
        | {"key": entry.summary.key, "document": to_json(entry)}
        for entry in issue.entries
    ]
    insert_rows(connection, entries, rows)
    put_announced(connection, issue.corrections, issue=issue.number)
    keys = [entry.summary.key for entry in issue.entries]
    settle(connection, keys, SettledAs.ISSUE)
    enter(connection, keys)
