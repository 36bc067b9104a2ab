"""What the public site looks up: tags, headlines that cards cite, texts edited after sending.

Every method is one transaction, quick however large the archive is. Which slug a tag has and how a
headline begins is the caller's to say.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, delete, desc, func, insert, select, update

from msnewsletter.issue.order import newest_first
from msnewsletter.model import ArchivedIssue, Entry, Status, Summary
from msnewsletter.serialize import from_json
from msnewsletter.store.base import BATCH, StoreBase, rows_with
from msnewsletter.store.database import explained
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

    from sqlalchemy import ColumnElement, Row, Select, Table

IssueEntry = tuple[int, Entry]  # with the number of its issue


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
        begun = [
            {"start": start, "issue": number, "position": position}
            for position, start in starts.items()
        ]
        with self._transaction() as connection:
            known = set(rows_with(connection, select(tags.c.slug), tags.c.slug, names))
            new = [
                {"slug": slug, "name": name} for slug, name in names.items() if (slug,) not in known
            ]
            before = select(entry_tags.c.slug).where(entry_tags.c.issue == number).distinct()
            had = set(connection.execute(before).scalars())
            for table in (entry_tags, headline_starts):
                connection.execute(delete(table).where(table.c.issue == number))
            for table, values in ((tags, new), (entry_tags, rows), (headline_starts, begun)):
                if values:
                    connection.execute(insert(table), values)
        return had | set(names)

    def tags(self) -> dict[str, str]:
        """Every tag's name by its slug, in the order of the names."""
        with self._reading() as connection:
            rows = connection.execute(select(tags.c.slug, tags.c.name)).all()
        return dict(sorted(((slug, name) for slug, name in rows), key=lambda row: row[1].lower()))

    def tagged(self, slug: str, *, limit: int, last: int) -> list[IssueEntry]:
        """The newest entries with the tag in issues up to `last`: newest issue first, then date."""
        query = (
            select(entries.c.issue, entries.c.document)
            .join_from(entry_tags, entries, _same_place(entry_tags))
            .where(entry_tags.c.slug == slug, entry_tags.c.issue <= last)
            .order_by(desc(entry_tags.c.issue), entry_tags.c.position)
        )
        return self._newest(query, limit)

    def beginning(self, starts: Iterable[str], *, last: int) -> list[IssueEntry]:
        """The entries of issues up to `last` whose headline begins with one of these."""
        query = (
            select(entries.c.issue, entries.c.document)
            .join_from(headline_starts, entries, _same_place(headline_starts))
            .where(headline_starts.c.issue <= last)
        )
        with self._reading() as connection:
            rows = rows_with(connection, query, headline_starts.c.start, starts)
            return [(number, from_json(Entry, document)) for number, document in rows]

    def newest(self, limit: int, *, last: int) -> list[IssueEntry]:
        """The newest entries up to issue `last`, `limit` at most: newest issue first, then date."""
        query = (
            select(entries.c.issue, entries.c.document)
            .where(entries.c.issue <= last)
            .order_by(desc(entries.c.issue), entries.c.position)
        )
        return self._newest(query, limit)

    def corrected(self, *, first: int, last: int, limit: int) -> list[IssueEntry]:
        """The entries of any issue whose correction an issue from `first` to `last` told last.

        The corrections told latest, `limit` at most.
        """
        # In two steps: joined, SQLite walks all entries for the sake of their order.
        lately = (
            select(announced_corrections.c.key)
            .where(announced_corrections.c.issue.between(first, last))
            .order_by(desc(announced_corrections.c.issue), announced_corrections.c.key)
            .limit(limit)
        )
        query = select(entries.c.issue, entries.c.document)
        with self._reading() as connection:
            keys = connection.execute(lately).scalars().all()
            rows = rows_with(connection, query, entries.c.key, keys)
        return [(number, from_json(Entry, document)) for number, document in rows]

    def corrected_ids(self) -> set[str]:
        """The ids of all entries of which an issue has told a correction."""
        with self._reading() as connection:
            keys = connection.execute(select(announced_corrections.c.key)).scalars().all()
            rows = rows_with(connection, select(entries.c.document), entries.c.key, keys)
        return {json.loads(row[0])["id"] for row in rows}

    def newest_ids(self, limit: int) -> set[str]:
        """The ids of the newest entries: `limit`, and those of the last of these issues."""
        query = select(entries.c.issue, entries.c.document).order_by(
            desc(entries.c.issue), entries.c.position
        )
        with explained(self._shown):
            return {json.loads(row.document)["id"] for row in self._whole_issues(query, limit)}

    def _newest(self, query: Select[Any], limit: int) -> list[IssueEntry]:
        with explained(self._shown):
            placed = [
                (row.issue, from_json(Entry, row.document))
                for row in self._whole_issues(query, limit)
            ]
        placed = newest_first(placed, entry=itemgetter(1))
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
        size = func.coalesce(func.max(entries.c.position), 0)
        query = (
            select(issues.c.number, issues.c.cutoff, size)
            .outerjoin(entries, entries.c.issue == issues.c.number)
            .where(issues.c.number.between(first, last))
            .group_by(issues.c.number, issues.c.cutoff)
            .order_by(desc(issues.c.number))
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [ArchivedIssue(number=row[0], cutoff=row[1], count=row[2]) for row in rows]

    def names(self, first: int, last: int) -> dict[int, list[tuple[str, str]]]:
        """Key and id of every entry of these issues, by issue, oldest first."""
        query = (
            select(entries.c.issue, entries.c.key, entries.c.document)
            .where(entries.c.issue.between(first, last))
            .order_by(entries.c.issue, entries.c.position)
        )
        # An issue of corrections alone has no entries, and a page all the same.
        found: dict[int, list[tuple[str, str]]] = {number: [] for number in range(first, last + 1)}
        with self._reading() as connection:
            for number, key, document in connection.execute(query):
                # A whole Entry is not needed: this is done for hundreds at every publish.
                found[number].append((key, json.loads(document)["id"]))
        return found

    # ── texts edited after sending ───────────────────────────────────────────────────────────

    def note_edits(self, read: Sequence[Summary], *, now: datetime) -> None:
        """Before collected summaries are saved: mark those that were sent with another text.

        A correction or withdrawal that is new, gone, or says something new, counts as changed at
        `now`.
        """
        with self._transaction() as connection:
            for _, before, after in self._rewritten(connection, read):
                _mark(connection, before, after, now=now)

    def rewritten(self, read: Sequence[Summary]) -> list[tuple[int, Summary]]:
        """Those that were sent and are read with another text now, with their issue."""
        with self._reading() as connection:
            return [(number, after) for number, _, after in self._rewritten(connection, read)]

    def _rewritten(
        self, connection: Connection, read: Sequence[Summary]
    ) -> list[tuple[int, Summary, Summary]]:
        """The same with what is stored before what is read; oldest issue first, then by key."""
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
            return {
                row.key: Edited(
                    summary=replace(from_json(Summary, row.document), first_seen=row.first_seen),
                    changed=row.changed,
                )
                for row in rows
            }

    def waiting(self) -> dict[int, list[str]]:
        """Keys of edited summaries that the site does not show yet, by issue, oldest first."""
        # In two steps: joined, SQLite walks all entries for the sake of their order.
        marked = select(post_send_edits.c.key).where(post_send_edits.c.waiting)
        query = select(entries.c.issue, entries.c.position, entries.c.key)
        with self._reading() as connection:
            keys = connection.execute(marked).scalars().all()
            rows = rows_with(connection, query, entries.c.key, keys)
        found: defaultdict[int, list[str]] = defaultdict(list)
        for number, _, key in sorted(rows):
            found[number].append(key)
        return dict(found)

    def shown(self, keys: Sequence[str]) -> None:
        """The site shows these edits now."""
        with self._transaction() as connection:
            for first in range(0, len(keys), BATCH):
                some = post_send_edits.c.key.in_(keys[first : first + BATCH])
                connection.execute(update(post_send_edits).where(some).values(waiting=False))


def _same_place(table: Table) -> ColumnElement[bool]:
    return and_(table.c.issue == entries.c.issue, table.c.position == entries.c.position)


def _text(summary: Summary) -> Summary:
    """The summary without what it says of where and when we read it."""
    return replace(summary, location="", first_seen=None)


def _notice(summary: Summary) -> tuple[Status, str | None]:
    """What is said of the summary before its text; nothing, while it is live."""
    return summary.status, summary.note if summary.status is not Status.LIVE else None


def _mark(connection: Connection, before: Summary, after: Summary, *, now: datetime) -> None:
    known = connection.execute(
        select(post_send_edits.c.changed).where(post_send_edits.c.key == after.key)
    ).first()
    changed = known[0] if known else None
    if _notice(before) != _notice(after):
        changed = now
    if known:
        same = post_send_edits.c.key == after.key
        connection.execute(
            update(post_send_edits).where(same).values(waiting=True, changed=changed)
        )
    else:
        connection.execute(
            insert(post_send_edits).values(key=after.key, waiting=True, changed=changed)
        )
