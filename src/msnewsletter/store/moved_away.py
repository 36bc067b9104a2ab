"""A SQLite file that is empty, because what was in it is in PostgreSQL: made so, known, refused.

Its revision is MOVED, which no program takes for tables to work with; whoever opened the file
before, and waited for it, finds the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from msnewsletter.errors import StoreError
from msnewsletter.store.table_set import MOVED

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from msnewsletter.store.table_set import TableSet


def empty_moved(connection: Connection, tables: TableSet, *, target: str) -> None:
    """Remove all rows, and note where they are; `target`: that database's name in messages."""
    known_by = tables.metadata.tables[tables.known_by]
    # Nothing is asked about what rows refer to: all of them go.
    for table in reversed(tables.metadata.sorted_tables):
        if table is not known_by:
            table.drop(connection)
    connection.execute(known_by.delete())
    connection.execute(text("UPDATE alembic_version SET version_num = :moved"), {"moved": MOVED})
    connection.execute(text("CREATE TABLE moved_to (shown TEXT NOT NULL)"))
    connection.execute(text("INSERT INTO moved_to VALUES (:shown)"), {"shown": target})


def moved_to(connection: Connection) -> str:
    """Where the rows of such a file are."""
    shown: str = connection.execute(text("SELECT shown FROM moved_to")).scalar_one()
    return shown


def moved_away(shown: str, target: str) -> StoreError:
    """Why nobody works with such a file."""
    return StoreError(
        shown,
        f"all that was in it is in {target} now",
        'write database = "postgresql" under [newsletter] in newsletter.toml',
    )
