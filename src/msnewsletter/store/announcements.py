"""The queries about announced corrections: what readers of earlier issues were told, and where.

Knows what was announced; never how.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, desc, func, select

from msnewsletter.model import AnnouncedCorrection, Correction
from msnewsletter.serialize import from_json, to_json
from msnewsletter.store.base import StoreBase, insert_rows, rows_with
from msnewsletter.store.tables import announced_corrections, issues

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ANNOUNCED = select(
    announced_corrections.c.issue,
    announced_corrections.c.position,
    announced_corrections.c.key,
    announced_corrections.c.document,
    issues.c.cutoff,
).join(issues, issues.c.number == announced_corrections.c.issue)
_IN_ORDER = (announced_corrections.c.issue, announced_corrections.c.position)


class Announcements(StoreBase):
    """The corrections that issues announced."""

    def announced(self, keys: Iterable[str]) -> dict[str, tuple[AnnouncedCorrection, ...]]:
        """All that was announced of the summaries with these keys, oldest first, by key."""
        with self._reading() as connection:
            rows = rows_with(connection, _ANNOUNCED, announced_corrections.c.key, keys)
            found: defaultdict[str, list[AnnouncedCorrection]] = defaultdict(list)
            for row in sorted(rows, key=lambda row: (row.issue, row.position)):
                found[row.key].append(_announced(row))
        return {key: tuple(each) for key, each in found.items()}

    def ledger(self, first: int, last: int) -> list[AnnouncedCorrection]:
        """What the issues from `first` to `last` announced, newest issue first, then in order."""
        within = announced_corrections.c.issue.between(first, last)
        query = _ANNOUNCED.where(within).order_by(desc(_IN_ORDER[0]), _IN_ORDER[1])
        return self._all(query, _announced)

    def newest_announced(self, count: int, *, first: int = 0) -> list[AnnouncedCorrection]:
        """So many of all that was announced, the newest issue's before others; 0 is the first."""
        query = _ANNOUNCED.order_by(desc(_IN_ORDER[0]), _IN_ORDER[1]).limit(count).offset(first)
        return self._all(query, _announced)

    def announced_total(self) -> int:
        """The number of corrections that were ever announced."""
        with self._reading() as connection:
            query = select(func.count()).select_from(announced_corrections)
            return connection.scalar(query) or 0


def last_announced(connection: Connection, keys: Iterable[str]) -> dict[str, Correction]:
    """The last correction that was announced of each of these keys, where one was."""
    rows = rows_with(connection, _ANNOUNCED, announced_corrections.c.key, keys)
    ordered = sorted(rows, key=lambda row: (row.issue, row.position))
    return {row.key: from_json(Correction, row.document) for row in ordered}


def put_announced(connection: Connection, corrections: Sequence[Correction], *, issue: int) -> None:
    """Record that the issue announces these."""
    rows = [
        {"issue": issue, "position": position, "key": one.key, "document": to_json(one)}
        for position, one in enumerate(corrections, start=1)
    ]
    insert_rows(connection, announced_corrections, rows)


def _announced(row: Any) -> AnnouncedCorrection:  # noqa: ANN401  (a row of `_ANNOUNCED`)
    correction = from_json(Correction, row.document)
    return AnnouncedCorrection(number=row.issue, cutoff=row.cutoff, correction=correction)
