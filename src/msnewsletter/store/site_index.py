"""What the public site looks up: tags, headlines that cards cite, issues of the archive.

Every method is one transaction, quick however large the archive is. The caller decides which
slug a tag has and how a headline begins.
"""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, desc, func, select

from msnewsletter.issue.order import newest_first
from msnewsletter.model import ArchivedIssue, Entry, SiteFrame
from msnewsletter.serialize import from_json
from msnewsletter.store.base import StoreBase, insert_rows, rows_with
from msnewsletter.store.database import explained
from msnewsletter.store.tables import (
    announced_corrections,
    card_starts,
    entries,
    entry_tags,
    headline_starts,
    issues,
    post_send_edits,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select, Table

IssueEntry = tuple[int, Entry]  # with the number of its issue

_ENTRIES = select(entries.c.issue, entries.c.document)
_IN_ORDER = (desc(entries.c.issue), entries.c.position)


# Of issues that are read at once.
_DOCUMENTS = 500


class SiteIndex(StoreBase):
    """The part of the database that only the site needs."""

    def frames(self) -> list[SiteFrame]:
        """The frames that issues are frozen with, oldest first, each once in a row."""
        found: list[SiteFrame] = []
        last = self._value(select(func.max(issues.c.number))) or 0
        for first in range(1, last + 1, _DOCUMENTS):
            query = select(issues.c.document).order_by(issues.c.number)
            query = query.where(issues.c.number.between(first, first + _DOCUMENTS - 1))
            found += self._all(query, lambda row: _frame_of(row.document))
            found = [frame for frame, _ in groupby(found)]
        return found

    # ── tags and cards ───────────────────────────────────────────────────────────────────────

    def index_issue(
        self,
        number: int,
        *,
        slugs: Mapping[int, Iterable[str]],
        starts: Mapping[int, Iterable[str]],
        cards: Mapping[int, Iterable[str]],
        names: Mapping[str, str],
    ) -> set[str]:
        """Make an issue's entries findable, again if they were: by tag, headline and card.

        Returns the slugs that any of its entries has now or had before.

        Args:
            number: the issue's.
            slugs: the slugs of each entry's tags, by position.
            starts: how each of its headlines begins, by position.
            cards: how each of the cards that came with it begins, by position.
            names: of every tag that they have or had, by slug.
        """
        rows: list[dict[str, Any]] = [
            {"slug": slug, "issue": number, "position": position}
            for position, each in slugs.items()
            for slug in each
        ]
        with self._transaction() as connection:
            known = set(rows_with(connection, select(tags.c.slug), tags.c.slug, names))
            new = [
                {"slug": slug, "name": name} for slug, name in names.items() if (slug,) not in known
            ]
            before = select(entry_tags.c.slug).where(entry_tags.c.issue == number).distinct()
            had = set(connection.scalars(before))
            insert_rows(connection, tags, new)
            for table, values in (
                (entry_tags, rows),
                (headline_starts, _start_rows(number, starts)),
                (card_starts, _start_rows(number, cards)),
            ):
                connection.execute(delete(table).where(table.c.issue == number))
                insert_rows(connection, table, values)
        return had | {row["slug"] for row in rows}

    def tags(self) -> dict[str, str]:
        """The name of every tag that an entry has, by its slug, in the order of the names."""
        used = select(entry_tags.c.slug)
        rows = self._all(select(tags.c.slug, tags.c.name).where(tags.c.slug.in_(used)), tuple)
        return dict(sorted(rows, key=lambda row: row[1].lower()))

    def tag_counts(self) -> dict[str, int]:
        """How many entries have each tag, by its slug."""
        query = select(entry_tags.c.slug, func.count()).group_by(entry_tags.c.slug)
        return dict(self._all(query, tuple))

    def tag_names(self) -> dict[str, str]:
        """The name of every tag that an entry ever had, by its slug."""
        return dict(self._all(select(tags.c.slug, tags.c.name).order_by(tags.c.slug), tuple))

    def tagged(self, slug: str, *, limit: int, last: int) -> list[IssueEntry]:
        """The newest entries with the tag in issues up to `last`: newest issue first, then date."""
        query = (
            _ENTRIES.join(entry_tags, _same_entry(entry_tags))
            .where(entry_tags.c.slug == slug, entry_tags.c.issue <= last)
            .order_by(desc(entry_tags.c.issue), entry_tags.c.position)
        )
        return self._newest(query, limit)

    def beginning(self, starts: Iterable[str]) -> list[IssueEntry]:
        """The entries of which a headline begins with one of these, each once."""
        query = _ENTRIES.add_columns(entries.c.key).join(
            headline_starts, _same_entry(headline_starts)
        )
        with self._reading() as connection:
            rows = rows_with(connection, query, headline_starts.c.start, starts)
            return _parsed({row.key: row for row in rows}.values())

    def placed(self, keys: Iterable[str]) -> list[IssueEntry]:
        """The entries of these summaries."""
        with self._reading() as connection:
            return _parsed(rows_with(connection, _ENTRIES, entries.c.key, keys))

    def near(self, number: int, *, room: int, slug: str | None = None) -> list[int]:
        """The issues from one on in which its entries are still among the newest `room`.

        Perhaps one more. With a slug, entries and issues without that tag count for nothing.
        """
        table = entries if slug is None else entry_tags
        query = (
            select(table.c.issue, func.count())
            .where(table.c.issue >= number)
            .group_by(table.c.issue)
            .order_by(table.c.issue)
            .limit(room + 1)
        )
        if slug is not None:
            query = query.where(entry_tags.c.slug == slug)
        found, since = [], 0
        for issue, count in self._all(query, tuple):
            found.append(issue)
            since += count if issue > number else 0
            if since > room:
                break
        return found

    def citing(self, starts: Iterable[str]) -> set[int]:
        """The issues with an entry of which a card begins with one of these."""
        query = select(card_starts.c.issue)
        with self._reading() as connection:
            rows = rows_with(connection, query, card_starts.c.start, starts)
            return {row.issue for row in rows}

    def newest(self, limit: int, *, last: int) -> list[IssueEntry]:
        """The newest entries up to issue `last`, `limit` at most: newest issue first, then date."""
        return self._newest(_ENTRIES.where(entries.c.issue <= last).order_by(*_IN_ORDER), limit)

    def corrected(self, *, first: int, limit: int) -> list[IssueEntry]:
        """The entries of any issue whose correction an issue from `first` on announced.

        The corrections announced latest, `limit` at most.
        """
        # In two steps: joined, SQLite walks all entries for the sake of their order.
        told = announced_corrections
        lately = (
            select(told.c.key)
            .where(told.c.issue >= first)
            .group_by(told.c.key)
            .order_by(desc(func.max(told.c.issue)), told.c.key)
            .limit(limit)
        )
        with self._reading() as connection:
            keys = connection.scalars(lately).all()
            placed = _parsed(rows_with(connection, _ENTRIES, entries.c.key, keys))
        found = {one[1].summary.key: one for one in placed}
        return [found[key] for key in keys]

    def corrected_keys(self, first: int) -> set[str]:
        """The keys of all summaries of which an issue from `first` on announced a correction."""
        told = announced_corrections
        lately = select(told.c.key).where(told.c.issue >= first)
        with self._reading() as connection:
            return set(connection.scalars(lately))

    def newest_ids(self, limit: int) -> dict[str, int]:
        """The issue of the newest entries by id: `limit`, and those of the last of these issues."""
        with explained(self._location):
            rows = self._whole_issues(_ENTRIES.order_by(*_IN_ORDER), limit)
            return {_id_in(row): row.issue for row in rows}

    def _newest(self, query: Select[Any], limit: int) -> list[IssueEntry]:
        with explained(self._location):
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

    def changes(self, first: int, last: int) -> dict[str, datetime]:
        """When the text of a summary in these issues changed last, or was told of, by key."""
        within = entries.c.issue.between(first, last)
        changed = (
            select(post_send_edits.c.key, post_send_edits.c.public_since.label("at"))
            .join(entries, entries.c.key == post_send_edits.c.key)
            .where(within, post_send_edits.c.public_since.is_not(None))
        )
        told = (
            select(announced_corrections.c.key, issues.c.cutoff.label("at"))
            .join(entries, entries.c.key == announced_corrections.c.key)
            .join(issues, issues.c.number == announced_corrections.c.issue)
            .where(within)
        )
        found: dict[str, datetime] = {}
        for query in (changed, told):
            for key, at in self._all(query, tuple):
                found[key] = max(at, found.get(key, at))
        return found

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

    def leading(self, first: int, last: int) -> list[IssueEntry]:
        """The first entry of each issue from `first` to `last` that has any."""
        query = _ENTRIES.where(entries.c.issue.between(first, last), entries.c.position == 1)
        with self._reading() as connection, explained(self._location):
            return _parsed(connection.execute(query).all())

    def cutoffs(self, numbers: Iterable[int]) -> dict[int, datetime]:
        """The cutoffs of these issues, by number."""
        query = select(issues.c.number, issues.c.cutoff)
        with self._reading() as connection:
            rows = rows_with(connection, query, issues.c.number, numbers)
            return dict(map(tuple, rows))

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
        named = self._all(query, lambda row: (row.issue, (row.key, _id_in(row))))
        for number, name in named:
            found[number].append(name)
        return found


def _id_in(row: Any) -> str:  # noqa: ANN401  (a row with a document)
    """The id in an entry's or a correction's document; raises ValueError.

    Done for hundreds at every publish, where all of the document is not needed.
    """
    try:
        return str(json.loads(row.document)["id"])
    except (KeyError, TypeError) as error:
        raise ValueError("a document without an id") from error


def _start_rows(number: int, starts: Mapping[int, Iterable[str]]) -> list[dict[str, Any]]:
    """A row for each beginning of an entry's headlines or cards."""
    return [
        {"start": start, "issue": number, "position": position}
        for position, each in starts.items()
        for start in sorted(set(each))
    ]


def _parsed(rows: Iterable[Any]) -> list[IssueEntry]:
    return [(row.issue, from_json(Entry, row.document)) for row in rows]


def _same_entry(table: Table) -> ColumnElement[bool]:
    return and_(table.c.issue == entries.c.issue, table.c.position == entries.c.position)


def _frame_of(document: str) -> SiteFrame:
    # Without building the rest of the issue: all of the archive is asked for.
    masthead = json.loads(document)["masthead"]
    # What is empty is left out, and so is English.
    known = {"door": "", "words": "en", **masthead}
    return SiteFrame(**{name: known[name] for name in SiteFrame.of_masthead()})
