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

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.store.transfer.copy_target import CopyTarget
    from msnewsletter.store.transfer.held_file import HeldFile

# Called with a table's name and how many rows of it were copied now, whenever some are durable.
Copied = Callable[[str, int], None]


def fill_target(
    sources: Sequence[HeldFile], target: CopyTarget, *, resumed: bool, copied: Copied
) -> Mapping[str, int]:
    """Copy what the target lacks, and compare all; returns how many rows each table has.

    Args:
        sources: the newsletter's database, and the subscribers'.
        target: marked.
        resumed: whether an interrupted copy may have left rows in it.
        copied: called as rows are copied.

    Raises StoreError, also where the rows differ in the end.
    """
    if resumed:
        try:
            return _copy_and_compare(sources, target, copied=copied)
        except DifferentRowsError:
            target.start_over()
    try:
        return _copy_and_compare(sources, target, copied=copied)
    except DifferentRowsError as error:
        remedy = "run again: it begins anew; if it says so again, report it"
        raise StoreError(target.shown, f"it has not what was copied: {error}", remedy) from None


def _copy_and_compare(
    sources: Sequence[HeldFile], target: CopyTarget, *, copied: Copied
) -> dict[str, int]:
    for source in sources:
        _copy(source, target, copied)
    rows: dict[str, int] = {}
    for source in sources:
        rows |= _compare(source, target)
    return rows


def _copy(source: HeldFile, target: CopyTarget, copied: Copied) -> None:
    """Copy the rows behind the last that is there, a table after those that it refers to."""
    tables = source.location.tables
    for table in tables.metadata.sorted_tables:
        last = target.last_key(tables, table)
        for some in source.row_batches(table, after=last):
            target.insert(tables, table, some)
            copied(table.name, len(some))
        target.count_from(tables, table, source.last_number(table))


def _compare(source: HeldFile, target: CopyTarget) -> dict[str, int]:
    """The number of rows of each table; raises DifferentRowsError where one is not the same."""
    tables = source.location.tables
    rows: dict[str, int] = {}
    for table in tables.metadata.sorted_tables:
        here, there = source.digest(table), target.digest(tables, table)
        if here.rows != there.rows:
            numbers = f"{there.rows:,} rows in place of {here.rows:,}"
            raise DifferentRowsError(f"{numbers} in the table {table.name}")
        if here != there:
            raise DifferentRowsError(f"other rows in the table {table.name}")
        rows[table.name] = here.rows
    return rows
