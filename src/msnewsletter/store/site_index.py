"""What the public site looks up: tags, headlines that cards cite, texts edited after sending.

Every method is one transaction, quick however large the archive is. The caller decides which
slug a tag has and how a headline begins.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, desc, func, select, update

from msnewsletter.issue.order import newest_first
from msnewsletter.model import ArchivedIssue, Entry, Status, Summary
from msnewsletter.serialize import from_json
from msnewsletter.store.base import StoreBase, batches, insert_rows, rows_with, upsert
from msnewsletter.store.database import explained
from msnewsletter.store.summaries import summary_of
from msnewsletter.store.tables import (
    announced_corrections,
    entries,
    entry_tags,
    headline_starts,
    issues,
    post_send_edits,
    summaries,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

IssueEntry = tuple[int, Entry]  # with the number of its issue

_ENTRIES = select(entries.c.issue, entries.c.document)
_IN_ORDER = (desc(entries.c.issue), entries.c.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A summary as its source has it now, though it was sent otherwise.

    `changed` (aware UTC) is when we first met its correction or withdrawal; None: only the text
    was improved.
    """

    summary: Summary
    changed: datetime | None


class SiteIndex(StoreBase):
    """The part of the database that only the site needs."""

    # ── tags and cards ───────────────────────────────────────────────────────────────────────

    def index_issue(
        self,
        number: int,
        *,
        slugs: Mapping[int, Mapping[str, str]],
        starts: Mapping[int, str],
    ) -> set[str]:
        """Make an issue's entries findable, again if they were: by position, tags and headline.

        Returns the slugs that any of its entries has now or had before.

        Args:
            number: the issue's.
            slugs: each tag's name by its slug, by position.
            starts: how each headline begins, by position.
        """
        names = {slug: name for each in slugs.values() for slug, name in each.items()}
        rows = [
            {"slug": slug, "issue": number, "position": position}
            for position, each in slugs.items()
            for slug in each
        ]
        beginnings = [
            {"start": start, "issue": number, "position": position}
            for position, start in starts.items()
        ]
        with self._transaction() as connection:
            known = set(rows_with(connection, select(tags.c.slug), tags.c.slug, names))
            new = [
                {"slug": slug, "name": name} for slug, name in names.items() if (slug,) not in known
            ]
            before = select(entry_tags.c.slug).where(entry_tags.c.issue == number).distinct()
            had = set(connection.scalars(before))
            insert_rows(connection, tags, new)
            for table, values in ((entry_tags, rows), (headline_starts, beginnings)):
                connection.execute(delete(table).where(table.c.issue == number))
                insert_rows(connection, table, values)
        return had | set(names)

    def tags(self) -> dict[str, str]:
        """Every tag's name by its slug, in the order of the names."""
        rows = self._all(select(tags.c.slug, tags.c.name), tuple)
        return dict(sorted(rows, key=lambda row: row[1].lower()))

    def tagged(self, slug: str, *, limit: int, last: int) -> list[IssueEntry]:
        """The newest entries with the tag in issues up to `last`: newest issue first, then date."""
        query = (
            _ENTRIES.join(entry_tags, _same_entry(entry_tags))
            .where(entry_tags.c.slug == slug, entry_tags.c.issue <= last)
            .order_by(desc(entry_tags.c.issue), entry_tags.c.position)
        )
        return self._newest(query, limit)

    def beginning(self, starts: Iterable[str], *, last: int) -> list[IssueEntry]:
        """The entries of issues up to `last` whose headline begins with one of these."""
        query = _ENTRIES.join(headline_starts, _same_entry(headline_starts)).where(
            headline_starts.c.issue <= last
        )
        with self._reading() as connection:
            return _parsed(rows_with(connection, query, headline_starts.c.start, starts))

    def newest(self, limit: int, *, last: int) -> list[IssueEntry]:
        """The newest entries up to issue `last`, `limit` at most: newest issue first, then date."""
        return self._newest(_ENTRIES.where(entries.c.issue <= last).order_by(*_IN_ORDER), limit)

    def corrected(self, *, first: int, last: int, limit: int) -> list[IssueEntry]:
        """The entries of any issue whose correction an issue from `first` to `last` announced last.

        The corrections announced latest, `limit` at most.
        """
        # In two steps: joined, SQLite walks all entries for the sake of their order.
        lately = (
            select(announced_corrections.c.key)
            .where(announced_corrections.c.issue.between(first, last))
            .order_by(desc(announced_corrections.c.issue), announced_corrections.c.key)
            .limit(limit)
        )
        with self._reading() as connection:
            keys = connection.scalars(lately).all()
            return _parsed(rows_with(connection, _ENTRIES, entries.c.key, keys))

    def corrected_ids(self) -> set[str]:
        """The ids of all entries whose correction an issue has announced."""
        with self._reading() as connection:
            keys = connection.scalars(select(announced_corrections.c.key)).all()
            rows = rows_with(connection, select(entries.c.document), entries.c.key, keys)
        return {json.loads(row[0])["id"] for row in rows}

    def newest_ids(self, limit: int) -> set[str]:
        """The ids of the newest entries: `limit`, and those of the last of these issues."""
        with explained(self._shown):
            rows = self._whole_issues(_ENTRIES.order_by(*_IN_ORDER), limit)
            return {json.loads(row.document)["id"] for row in rows}

    def _newest(self, query: Select[Any], limit: int) -> list[IssueEntry]:
        with explained(self._shown):
            placed = newest_first(_parsed(self._whole_issues(query, limit)), entry=itemgetter(1))
        return sorted(placed, key=itemgetter(0), reverse=True)[:limit]

    def _whole_issues(self, query: Select[Any], limit: int) -> list[Row[Any]]:
        """The first rows, and all others of the last issue among them.

        Where that issue has pins, its newest entries are not those that stand first in it.
        """
        with self._reading() as connection:
            rows = list(connection.execute(query.limit(limit)).all())
            if len(rows) < limit:
                return rows
            last = rows[-1].issue
            of_last = connection.execute(query.where(entries.c.issue == last)).all()
        return [*(row for row in rows if row.issue != last), *of_last]

    # ── the archive ──────────────────────────────────────────────────────────────────────────

    def listed(self, first: int, last: int) -> list[ArchivedIssue]:
        """The issues from `first` to `last`, newest first."""
        size = func.coalesce(func.max(entries.c.position), 0).label("count")
        query = (
            select(issues.c.number, issues.c.cutoff, size)
            .outerjoin(entries, entries.c.issue == issues.c.number)
            .where(issues.c.number.between(first, last))
            .group_by(issues.c.number, issues.c.cutoff)
            .order_by(desc(issues.c.number))
        )
        return self._all(query, lambda row: ArchivedIssue(**row._asdict()))

    def names(self, first: int, last: int) -> dict[int, list[tuple[str, str]]]:
        """Key and id of every entry of these issues, by issue, oldest first."""
        query = (
            select(entries.c.issue, entries.c.key, entries.c.document)
            .where(entries.c.issue.between(first, last))
            .order_by(entries.c.issue, entries.c.position)
        )
        # An issue of corrections alone has a page, though no entries.
        found: dict[int, list[tuple[str, str]]] = {number: [] for number in range(first, last + 1)}
        # A whole Entry is not needed: this is done for hundreds at every publish.
        named = self._all(query, lambda row: (row.issue, (row.key, json.loads(row.document)["id"])))
        for number, name in named:
            found[number].append(name)
        return found

    # ── texts edited after sending ───────────────────────────────────────────────────────────

    def note_edits(self, read: Sequence[Summary], *, now: datetime) -> None:
        """Mark those collected summaries that were sent with another text, before they are saved.

        A correction or withdrawal that is new, gone, or says something new, counts as changed at
        `now`.
        """
        with self._transaction() as connection:
            for _, before, after in self._rewritten(connection, read):
                keep = {"changed"} if _notice(before) == _notice(after) else set()
                row = {"key": after.key, "waiting": True, "changed": None if keep else now}
                upsert(connection, post_send_edits, [row], keep=keep)

    def rewritten(self, read: Sequence[Summary]) -> list[tuple[int, Summary]]:
        """Those that were sent and are read with another text now, with their issue."""
        with self._reading() as connection:
            return [(number, after) for number, _, after in self._rewritten(connection, read)]

    def _rewritten(
        self, connection: Connection, read: Sequence[Summary]
    ) -> list[tuple[int, Summary, Summary]]:
        """Issue, stored summary and read summary of each; oldest issue first, then by key."""
        sent = select(entries.c.issue, summaries.c.key, summaries.c.document).join(
            entries, entries.c.key == summaries.c.key
        )
        now_read = {summary.key: summary for summary in read}
        rows = sorted(rows_with(connection, sent, summaries.c.key, now_read))
        pairs = ((row[0], from_json(Summary, row[2]), now_read[row[1]]) for row in rows)
        return [pair for pair in pairs if _text(pair[1]) != _text(pair[2])]

    def edited(self, keys: Iterable[str]) -> dict[str, Edited]:
        """Those of the summaries that were edited after they were sent, by key."""
        query = select(summaries, post_send_edits.c.changed).join(
            post_send_edits, post_send_edits.c.key == summaries.c.key
        )
        with self._reading() as connection:
            rows = rows_with(connection, query, summaries.c.key, keys)
            return {row.key: Edited(summary=summary_of(row), changed=row.changed) for row in rows}

    def waiting(self) -> dict[int, list[str]]:
        """Keys of edited summaries that the site does not show yet, by issue, oldest first."""
        # In two steps: joined, SQLite walks all entries for the sake of their order.
        marked = select(post_send_edits.c.key).where(post_send_edits.c.waiting)
        query = select(entries.c.issue, entries.c.position, entries.c.key)
        with self._reading() as connection:
            keys = connection.scalars(marked).all()
            rows = rows_with(connection, query, entries.c.key, keys)
        found: defaultdict[int, list[str]] = defaultdict(list)
        for number, _, key in sorted(rows):
            found[number].append(key)
        return dict(found)

    def note_shown(self, keys: Sequence[str]) -> None:
        """Record that the site shows these edits."""
        with self._transaction() as connection:
            for batch in batches(keys):
                some = post_send_edits.c.key.in_(batch)
                connection.execute(update(post_send_edits).where(some).values(waiting=False))


def _parsed(rows: Iterable[Any]) -> list[IssueEntry]:
    return [(row.issue, from_json(Entry, row.document)) for row in rows]


def _same_entry(table: Table) -> ColumnElement[bool]:
    return and_(table.c.issue == entries.c.issue, table.c.position == entries.c.position)


def _text(summary: Summary) -> Summary:
    """The summary without where and when it was read: what follows from that is no edit."""
    return replace(summary, location="", first_seen=None, changed_on=None)


def _notice(summary: Summary) -> tuple[Status, str | None]:
    """The notice that is shown before the summary's text; none while it is live."""
    return summary.status, summary.note if summary.status is not Status.LIVE else None
