"""The PostgreSQL database that is copied into: locked, marked until it is whole, and then opened.

Both schemas are written by the one connection that holds the lock, a transaction a batch. Until
the last of them the revision of the tables is COPYING, so that no program works with half of them;
the table `copied_from` says whose copy it is.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, literal, select, text
from sqlalchemy.exc import IntegrityError

from msnewsletter.errors import BusyError, RefusedError
from msnewsletter.store import postgresql
from msnewsletter.store.database import (
    READING,
    alone,
    create_tables,
    explained,
    refuse_revision,
    revision_of,
)
from msnewsletter.store.machine_lock import WORK
from msnewsletter.store.subscribers.subscriber_location import subscribers_beside
from msnewsletter.store.table_set import COPYING
from msnewsletter.store.transfer.stored_rows import digest_of, greatest_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine, Table

    from msnewsletter.store.location import DatabaseLocation
    from msnewsletter.store.table_set import TableSet
    from msnewsletter.store.transfer.stored_rows import Row, RowsDone, TableDigest

_MARK = "copied_from"
_MAKE_MARK = text("CREATE TABLE copied_from (origin TEXT NOT NULL)")
_FILL_MARK = text("INSERT INTO copied_from VALUES (:origin)")
_READ_MARK = text("SELECT origin FROM copied_from")
_DROP_MARK = text("DROP TABLE copied_from")


class DifferentRowsError(Exception):
    """What is in the target is not what is to be there; the text says where."""


class CopyTarget:
    """The database that is copied into, locked."""

    def __init__(self, newsletter: DatabaseLocation, engine: Engine) -> None:
        self.shown = newsletter.shown
        self._engine = engine
        places = (newsletter, subscribers_beside(newsletter))
        self._places = {place.tables.known_by: place for place in places}

    def origin(self) -> str | None:
        """Whose copy is under way here; None: nobody's."""
        with self._reading(self._newsletter) as connection:
            return _origin(connection)

    def is_open(self) -> bool:
        """Whether programs may work with it: it holds tables, and no copy is under way."""
        with self._reading(self._newsletter) as connection:
            found = revision_of(connection, self._newsletter)
        return found not in {None, COPYING}

    def begin(self, origin: str) -> bool:
        """Make tables that wait for a copy; whether one from the same origin is under way already.

        Raises RefusedError where the database holds another newsletter, or anything that is not
        ours; StoreError where its tables are another version's.
        """
        newsletter = self._newsletter
        with explained(newsletter), alone(self._engine, newsletter) as connection:
            known = _origin(connection)
            if known is not None:
                self._refuse_other(known, origin)
                return True
            for place in self._places.values():
                _enter(connection, place.tables)
                self._take_empty(connection, place)
            _enter(connection, newsletter.tables)
            connection.execute(_MAKE_MARK)
            connection.execute(_FILL_MARK, {"origin": origin})
        return False

    def _refuse_other(self, known: str, origin: str) -> None:
        if known != origin:
            raise RefusedError(
                self.shown,
                f"a copy of {known} into it was begun and is not finished",
                "finish it there, or name another database, an empty one",
            )

    def _take_empty(self, connection: Connection, place: DatabaseLocation) -> None:
        """Make the tables of a place, or take those that are there and empty, and close them."""
        found = revision_of(connection, place)
        if found is None:
            create_tables(connection, place.tables)
        else:
            refuse_revision(found, place)
            if found != place.tables.head:
                problem = f"its tables are those of an older msnewsletter (revision {found})"
                raise RefusedError(place.shown, problem, "name an empty database")
            for table in place.tables.metadata.sorted_tables:
                if connection.scalar(select(literal(1)).select_from(table).limit(1)):
                    problem = f"it is not empty: there is something in the table {table.name}"
                    raise RefusedError(place.shown, problem, "name an empty database")
        _set_revision(connection, COPYING)

    def last_keys(self, tables: TableSet) -> Mapping[Table, Row | None]:
        """The key of the last row that was copied into each table; None: none was."""
        with self._reading(self._place(tables)) as connection:
            return {
                table: greatest_key(connection, table) for table in tables.metadata.tables.values()
            }

    def insert(self, tables: TableSet, table: Table, rows: Sequence[Row]) -> None:
        """Add rows in one transaction; raises DifferentRowsError where others are in their way."""
        with self._writing(self._place(tables)) as connection:
            try:
                postgresql.copy_rows(connection, table, rows)
            except IntegrityError:
                raise DifferentRowsError(f"the table {table.name} has other rows") from None

    def count_from(self, tables: TableSet, table: Table, last: int) -> None:
        """Let the next number that a table gives by itself be greater than `last`."""
        column = table.autoincrement_column
        if column is None:
            return
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        with self._writing(self._place(tables)) as connection:
            connection.execute(select(func.setval(sequence, max(last, 1), last > 0)))

    def digests(self, tables: TableSet, read: RowsDone) -> Mapping[Table, TableDigest]:
        """The digest of each table; `read` is called as rows are read."""
        with self._reading(self._place(tables)) as connection:
            return {
                table: digest_of(connection, table, read)
                for table in tables.metadata.tables.values()
            }

    def start_over(self) -> None:
        """Remove all that was copied."""
        with explained(self._newsletter), self._engine.begin() as connection:
            for place in self._places.values():
                _enter(connection, place.tables)
                names = ", ".join(table.name for table in place.tables.metadata.sorted_tables)
                connection.execute(text(f"TRUNCATE {names}"))

    def open(self) -> None:
        """Let programs work with it: it is whole."""
        with explained(self._newsletter), self._engine.begin() as connection:
            for place in self._places.values():
                _enter(connection, place.tables)
                _set_revision(connection, place.tables.head)
                for table in place.tables.metadata.sorted_tables:
                    # Nothing is known yet of how large they are, and what is in them.
                    connection.execute(text(f"ANALYZE {table.name}"))
            _enter(connection, self._newsletter.tables)
            connection.execute(_DROP_MARK)

    @property
    def _newsletter(self) -> DatabaseLocation:
        return next(iter(self._places.values()))

    def _place(self, tables: TableSet) -> DatabaseLocation:
        return self._places[tables.known_by]

    @contextmanager
    def _writing(self, place: DatabaseLocation) -> Iterator[Connection]:
        with explained(place), self._engine.begin() as connection:
            _enter(connection, place.tables)
            yield connection

    @contextmanager
    def _reading(self, place: DatabaseLocation) -> Iterator[Connection]:
        with explained(place), self._engine.connect() as connection:
            connection.execution_options(**READING)
            _enter(connection, place.tables)
            yield connection


@contextmanager
def locked_target(newsletter: DatabaseLocation) -> Iterator[CopyTarget]:
    """A PostgreSQL database that nobody else copies into or publishes from.

    Raises BusyError, StoreError; SettingsError where psycopg is not installed, ValueError for
    another kind of database.
    """
    if newsletter.url is None:
        raise ValueError(newsletter.shown)
    engine = postgresql.engine_at(newsletter, newsletter.url)
    try:
        with explained(newsletter):
            holder = postgresql.take_lock(engine, newsletter, WORK)
        if holder:
            problem = f"another msnewsletter is at work here (process {holder})"
            raise BusyError(newsletter.shown, problem, "run again when it has finished")
        yield CopyTarget(newsletter, engine)
    finally:
        engine.dispose()


def _enter(connection: Connection, tables: TableSet) -> None:
    """Have names mean the tables of this kind until the transaction ends."""
    schema = tables.schema or "DEFAULT"
    connection.execute(text(f"SET LOCAL search_path TO {schema}"))


def _origin(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_MARK):
        return None
    found: str = connection.execute(_READ_MARK).scalar_one()
    return found


def _set_revision(connection: Connection, revision: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
