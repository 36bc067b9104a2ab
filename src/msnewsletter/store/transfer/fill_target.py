"""Copies all rows of both databases, goes on where a copy was interrupted, and compares them.

Each table is copied in the order of its keys, so its last row in the target says how far it got.
What an interrupted copy left may be older than a change that was made since: that is found by
comparing, and then all of it is copied again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msnewsletter.errors import StoreError
from msnewsletter.store.transfer.copy_target import DifferentRowsError
from msnewsletter.store.transfer.stored_rows import ignore_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Table

    from msnewsletter.store.transfer.copy_target import CopyTarget
    from msnewsletter.store.transfer.held_file import HeldFile
    from msnewsletter.store.transfer.stored_rows import Row, RowsDone

# Called with a table's name and how many rows of it were copied now, whenever some are durable.
Copied = Callable[[str, int], None]


def fill_target(
    sources: Sequence[HeldFile],
    target: CopyTarget,
    *,
    resumed: bool,
    copied: Copied,
    done: RowsDone = ignore_rows,
) -> Mapping[str, int]:
    """Copy what the target lacks, and compare all; returns how many rows each table has.

    Args:
        sources: the newsletter's database, and the subscribers'.
        target: marked.
        resumed: whether an interrupted copy may have left rows in it.
        copied: called as rows are copied.
        done: called as rows are copied, and as they are compared here and there: three times a row.

    Raises StoreError, also where the rows differ in the end.
    """
    if resumed:
        try:
            return _copy_and_compare(sources, target, resumed=True, copied=copied, done=done)
        except DifferentRowsError:
            target.start_over()
    try:
        return _copy_and_compare(sources, target, resumed=False, copied=copied, done=done)
    except DifferentRowsError as error:
        remedy = "run again: it begins anew; if it says so again, report it"
        raise StoreError(target.shown, f"it has not what was copied: {error}", remedy) from None


def _copy_and_compare(
    sources: Sequence[HeldFile],
    target: CopyTarget,
    *,
    resumed: bool,
    copied: Copied,
    done: RowsDone,
) -> dict[str, int]:
    def noted(table: str, number: int) -> None:
        copied(table, number)
        done(number)

    for source in sources:
        last = target.last_keys(source.location.tables) if resumed else {}
        _copy(source, target, last, noted)
    rows: dict[str, int] = {}
    for source in sources:
        rows |= _compare(source, target, done)
    return rows


def _copy(
    source: HeldFile, target: CopyTarget, last: Mapping[Table, Row | None], copied: Copied
) -> None:
    """Copy the rows behind the last that is there, a table after those that it refers to."""
    tables = source.location.tables
    for table in tables.metadata.sorted_tables:
        for some in source.row_batches(table, after=last.get(table)):
            target.insert(tables, table, some)
            copied(table.name, len(some))
        target.count_from(tables, table, source.last_number(table))


def _compare(source: HeldFile, target: CopyTarget, done: RowsDone) -> dict[str, int]:
    """The number of rows of each table; raises DifferentRowsError where one is not the same."""
    here, there = source.digests(done), target.digests(source.location.tables, done)
    for table, digest in here.items():
        if digest.rows != there[table].rows:
            numbers = f"{there[table].rows:,} rows in place of {digest.rows:,}"
            raise DifferentRowsError(f"{numbers} in the table {table.name}")
        if digest != there[table]:
            raise DifferentRowsError(f"other rows in the table {table.name}")
    return {table.name: digest.rows for table, digest in here.items()}
