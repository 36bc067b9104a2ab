"""The queries of the register: the summaries that wait no more, to be found by words.

A row for each that an issue carried or that is in the baseline: what is searched and chosen by, as
the desk lists it. What they say is in other tables; a row is made anew whenever that changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, desc, func, select

from msnewsletter.model import Entry, Status, Summary
from msnewsletter.search_words import folded_line
from msnewsletter.serialize import from_json
from msnewsletter.store.base import StoreBase, batches, rows_with, upsert
from msnewsletter.store.settled import SettledAs
from msnewsletter.store.tables import entries, issues, post_send_edits, register, summaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement

# In place of the number of an issue.
NO_ISSUE = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A row of the register.

    Attributes:
        issue: the number of its issue; NO_ISSUE: it is in the baseline.
        status: as readers see it; None: it is in the baseline.
        source: the label of its source; empty: not known.
        year: four digits, of its date or else of its issue; empty: not known.
        words: what is searched, folded.
    """

    key: str
    issue: int
    position: int
    status: Status | None
    source: str
    year: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterGroup:
    """How many rows of the register have these in common."""

    status: Status | None
    source: str
    year: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWish:
    """Which rows are asked for; what is None or empty restricts nothing.

    Attributes:
        words: folded; all of them must be there.
        issue: the number of an issue.
        statuses: one of these; None among them: the baseline.
        source, year: as in Registered.
    """

    words: tuple[str, ...] = ()
    issue: int | None = None
    statuses: frozenset[Status | None] | None = None
    source: str | None = None
    year: str | None = None


class RegisterQueries(StoreBase):
    """What became of every summary that waits no more."""

    def register_groups(self, wish: RegisterWish) -> list[RegisterGroup]:
        """The rows that are asked for, counted by what they can be chosen by."""
        by = (register.c.status, register.c.source, register.c.year)
        query = select(*by, func.count().label("count")).where(*_conditions(wish)).group_by(*by)
        return self._all(
            query,
            lambda row: RegisterGroup(
                status=_status_in(row), source=row.source, year=row.year, count=row.count
            ),
        )

    def register_keys(self, wish: RegisterWish, *, first: int, limit: int) -> list[str]:
        """Keys of the rows that are asked for, from `first` (0: the first), newest issue first."""
        query = (
            select(register.c.key)
            .where(*_conditions(wish))
            .order_by(desc(register.c.issue), register.c.position, register.c.key)
            .offset(first)
            .limit(limit)
        )
        return self._all(query, lambda row: row.key)

    def registered(self, keys: Iterable[str]) -> list[Registered]:
        """The rows with these keys, newest issue first."""
        with self._reading() as connection:
            rows = rows_with(connection, select(register), register.c.key, keys)
            found = [_registered(row) for row in rows]
        return sorted(found, key=lambda one: (-one.issue, one.position, one.key))


def enter(connection: Connection, keys: Sequence[str]) -> None:
    """Enter those of the summaries that wait no more, or enter them anew as they are now."""
    for batch in batches(sorted(set(keys))):
        rows = connection.execute(_SETTLED.where(summaries.c.key.in_(batch))).all()
        upsert(connection, register, [_row(row) for row in rows])


_SETTLED = (
    select(
        summaries.c.key,
        summaries.c.path,
        summaries.c.source,
        summaries.c.document.label("read"),
        summaries.c.settled_as,
        entries.c.issue,
        entries.c.position,
        entries.c.document.label("sent"),
        issues.c.cutoff,
        post_send_edits.c.document.label("public"),
    )
    .outerjoin(entries, entries.c.key == summaries.c.key)
    .outerjoin(issues, issues.c.number == entries.c.issue)
    .outerjoin(post_send_edits, post_send_edits.c.key == summaries.c.key)
    .where(summaries.c.settled_as.is_not(None))
)


def _row(row: Any) -> dict[str, object]:  # noqa: ANN401  (a row of `_SETTLED`)
    texts = list(_texts(row))
    in_issue = row.settled_as == SettledAs.ISSUE and row.sent is not None
    date = next((one.published.text for one in texts if one.published), "")
    return {
        "key": row.key,
        "issue": row.issue if in_issue else NO_ISSUE,
        "position": row.position if in_issue else 0,
        "status": (texts[0].status if in_issue else None),
        "source": row.source or "",
        "year": date[:4] or (str(row.cutoff.year) if row.cutoff else ""),
        "words": _words(row, texts),
    }


def _texts(row: Any) -> Iterator[Summary]:  # noqa: ANN401  (a row of `_SETTLED`)
    """The texts of a summary: as readers see it, as it was sent, as its source has it."""
    if row.public:
        yield from_json(Summary, row.public)
    if row.sent:
        yield from_json(Entry, row.sent).summary
    if row.read:
        yield from_json(Summary, row.read)


def _words(row: Any, texts: Sequence[Summary]) -> str:  # noqa: ANN401  (a row of `_SETTLED`)
    if texts and texts[0].status is Status.TAKEN_DOWN:
        return folded_line((row.key, row.path))  # what was removed is found by nothing else
    return folded_line(
        [row.key, row.path, *(part for one in texts for part in searched_parts(one))]
    )


def searched_parts(summary: Summary) -> tuple[str | None, ...]:
    """The parts of a summary in which words are looked for."""
    return (
        summary.key,
        summary.headline,
        summary.title,
        summary.journal,
        summary.doi,
        summary.pmid,
        summary.location,
    )


def _conditions(wish: RegisterWish) -> list[ColumnElement[bool]]:
    found = [register.c.words.contains(word, autoescape=True) for word in wish.words]
    if wish.issue is not None:
        found.append(register.c.issue == wish.issue)
    if wish.statuses is not None:
        named = [status for status in wish.statuses if status]
        is_one = register.c.status.in_(named)
        found.append(is_one | register.c.status.is_(None) if None in wish.statuses else is_one)
    if wish.source is not None:
        found.append(register.c.source == wish.source)
    if wish.year is not None:
        found.append(register.c.year == wish.year)
    return found


def _registered(row: Any) -> Registered:  # noqa: ANN401  (a row of the register)
    return Registered(
        key=row.key,
        issue=row.issue,
        position=row.position,
        status=_status_in(row),
        source=row.source,
        year=row.year,
        words=row.words,
    )


def _status_in(row: Any) -> Status | None:  # noqa: ANN401  (a row with a status)
    return None if row.status is None else Status(row.status)
