"""Rows that contradict each other, in either kind of database: what a damage may have left.

Each question is one query that counts; its words end a sentence that begins with the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

    from msnewsletter.store.table_set import TableSet

Count = Select[Any]
Questions = Mapping[str, Count]


def wrong_rows(connection: Connection, tables: TableSet, questions: Questions) -> list[str]:
    """What is wrong, a line each; holds no value of any row."""
    asked = {**dict(_references(tables)), **questions}
    found = {what: connection.scalar(query) or 0 for what, query in asked.items()}
    lines = [f"{number:,} {what}" for what, number in found.items() if number]
    return lines + _sequences(connection, tables)


def count_of(table: Table) -> Count:
    """How many rows a table has; `where` narrows it."""
    return select(func.count()).select_from(table)


def _references(tables: TableSet) -> Iterator[tuple[str, Count]]:
    """Rows that refer to none. Both databases refuse them, unless somebody has it otherwise."""
    for table in tables.metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias("parent")
            lost = (
                select(func.count())
                .select_from(table.outerjoin(parent, key.parent == parent.c[key.column.name]))
                .where(key.parent.is_not(None), parent.c[key.column.name].is_(None))
            )
            yield f"rows of {table.name} that belong to none of {key.column.table.name}", lost


def _sequences(connection: Connection, tables: TableSet) -> list[str]:
    """Tables of PostgreSQL that would give a number twice."""
    if connection.dialect.name == "sqlite":
        return []
    lines = []
    for table in tables.metadata.sorted_tables:
        if (column := table.autoincrement_column) is None:
            continue
        given = func.pg_sequence_last_value(func.pg_get_serial_sequence(table.name, column.name))
        greatest = select(func.max(column)).scalar_subquery()
        if connection.scalar(select(greatest > func.coalesce(given, 0))):
            lines.append(f"the next number that {table.name} gives is taken")
    return lines
