"""A SQLite database that is copied: nobody else has it open, from the first look to the last."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from msnewsletter.errors import BusyError
from msnewsletter.store.database import (
    examine_sqlite,
    explained,
    explained_sqlite,
    is_busy,
    open_engine,
)
from msnewsletter.store.moved_away import empty_moved
from msnewsletter.store.online_copy import keep_copy
from msnewsletter.store.sqlite import create_sole_sqlite
from msnewsletter.store.transfer.stored_rows import count_rows, digest_of, row_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Table

    from msnewsletter.store.location import DatabaseLocation
    from msnewsletter.store.transfer.stored_rows import Row, RowsDone, TableDigest


class HeldFile:
    """A SQLite database that this process has to itself.

    No other connection of this process may open the file: the first that is closed would free the
    lock (sqlite.org/howtocorrupt.html, section 2.2).
    """

    def __init__(self, location: DatabaseLocation, path: Path, connection: Connection) -> None:
        self.location = location
        self._path = path
        self._connection = connection

    def row_batches(self, table: Table, *, after: Row | None) -> Iterator[list[Row]]:
        """See `stored_rows.row_batches`; raises StoreError where a row cannot be read."""
        with explained(self.location):
            yield from row_batches(self._connection, table, after=after)

    def count_rows(self) -> int:
        """How many rows all its tables have."""
        with explained(self.location):
            tables = self.location.tables.metadata.tables.values()
            return sum(count_rows(self._connection, table) for table in tables)

    def digests(self, read: RowsDone) -> Mapping[Table, TableDigest]:
        """The digest of each table; `read` is called as rows are read."""
        tables = self.location.tables.metadata.tables.values()
        with explained(self.location):
            return {table: digest_of(self._connection, table, read) for table in tables}

    def last_number(self, table: Table) -> int:
        """The greatest number that a table has given by itself, also to a row that is gone."""
        column = table.autoincrement_column
        if column is None:
            return 0
        with explained(self.location):
            greatest = self._connection.scalar(select(func.max(column))) or 0
            if not table.dialect_options["sqlite"]["autoincrement"]:
                return int(greatest)
            given = self._connection.execute(
                text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
            ).scalar()
            return max(int(greatest), int(given or 0))

    def keep_in(self, folder: Path) -> None:
        """Copy all of it into a file for its owner's eyes, of the same name.

        Raises StoreError, OSError.
        """
        self._connection.rollback()
        driver: sqlite3.Connection = self._connection.connection.driver_connection  # type: ignore[assignment]
        keep_copy(driver, self.location, folder / self._path.name)

    def empty(self, *, target: str) -> None:
        """Leave nothing in it but where its rows are now; `target`: that database's name."""
        self._connection.rollback()
        with explained(self.location), self._connection.begin():
            empty_moved(self._connection, self.location.tables, target=target)
        driver: sqlite3.Connection = self._connection.connection.driver_connection  # type: ignore[assignment]
        with explained_sqlite(self.location):
            driver.execute("VACUUM")  # no address stays in its free pages


@contextmanager
def held_file(location: DatabaseLocation, path: Path) -> Iterator[HeldFile]:
    """The SQLite database at a path to ourselves, up to date and whole; made where there is none.

    Raises BusyError while another program has it open, StoreError where it is broken.
    """
    open_engine(location, create=True).dispose()
    engine = create_sole_sqlite(path)
    try:
        with explained(location), explained_sqlite(location):
            connection = _alone(engine, location)
            examine_sqlite(connection, location)
        with connection:
            yield HeldFile(location, path, connection)
    finally:
        engine.dispose()


def _alone(engine: Engine, location: DatabaseLocation) -> Connection:
    """A connection in a transaction that nobody else can write or read beside."""
    try:
        connection = engine.connect()
        connection.begin()
    except (sqlite3.OperationalError, OperationalError) as error:
        said = error if isinstance(error, sqlite3.Error) else error.orig
        if not (isinstance(said, sqlite3.Error) and is_busy(said)):
            raise
        raise BusyError(
            location.shown,
            "another program has it open",
            "stop 'serve', 'run', 'preview' and whatever else works in this home, and run again",
        ) from None
    return connection


def moved_to_from(location: DatabaseLocation, path: Path) -> str | None:
    """The database that has the rows of a file; None: the file has them. Raises StoreError."""
    if not path.exists():
        return None
    named = "SELECT name FROM sqlite_master WHERE name = 'moved_to'"
    with explained_sqlite(location), closing(sqlite3.connect(path)) as connection:
        if connection.execute(named).fetchone() is None:
            return None
        shown: str = connection.execute("SELECT shown FROM moved_to").fetchone()[0]
        return shown
