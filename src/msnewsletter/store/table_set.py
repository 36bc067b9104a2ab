"""What a kind of database is: its tables, their migrations, and what to do when it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import MetaData

# What stands in Alembic's table in place of a revision: nobody works with such tables.
COPYING = "copying"  # they are being filled from another database, and are not whole
MOVED = "moved"  # what was in them is in another database


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSet:
    """The tables of one kind of database.

    Attributes:
        metadata: the tables as they are today.
        migrations: Alembic's folder for them.
        released: the revisions that any release had, oldest first; the last is today's.
        known_by: a table that other programs' databases have not.
        remedy: what to do where the database is broken.
        conflict: what to do where another program was quicker.
        schema: its schema in a PostgreSQL database; None: that of the connection.
        isolation: PostgreSQL's level of isolation for its transactions.
        private: whether its SQLite file may be read by its owner alone.
    """

    metadata: MetaData
    migrations: Path
    released: tuple[str, ...]
    known_by: str
    remedy: str
    conflict: str = "run again; nothing is lost"
    schema: str | None = None
    # A report sees one moment, as with SQLite, though it asks several times.
    isolation: str = "REPEATABLE READ"
    private: bool = False

    @property
    def head(self) -> str:
        """The revision of today's tables."""
        return self.released[-1]
