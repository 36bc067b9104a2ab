"""Opens the database: creates it, brings its tables up to date, refuses what it cannot trust.

Owns the connection and what its errors mean to an editor. Knows no summary and no issue.
"""

from __future__ import annotations

import os
import sqlite3
import textwrap
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection, Engine, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound
from sqlalchemy.schema import CreateSchema

from msnewsletter.errors import BadValueError, StoreError
from msnewsletter.regular_file import refuse_broken_link, refuse_other_than_regular, unreadable
from msnewsletter.store import postgresql
from msnewsletter.store.location import DatabaseLocation
from msnewsletter.store.moved_away import moved_away, moved_to
from msnewsletter.store.sqlite import create_sqlite
from msnewsletter.store.sqlite_copy import RestlessError, copy_into, may_write
from msnewsletter.store.table_set import COPYING, MOVED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.store.table_set import TableSet

# Options of a connection that only looks; each database knows its own and passes over the other.
READING = {"reading": True, "postgresql_readonly": True}
# Rows at a time from one database to another.
_COPIED = 1_000
# Alembic keeps the migration at hand in the globals of its modules: one at a time in a process.
_migrating = Lock()


def open_engine(location: DatabaseLocation, *, create: bool, empty: bool = True) -> Engine:
    """An engine on the database, up to date.

    One that is not there yet, or of an older program, is made or brought up to date only with
    `create`: a reader gets an in-memory database; so does one who may not write a SQLite file,
    a copy of what it holds. Raises StoreError, without `empty` also where there are no tables yet.
    """
    url, path = location.url, location.path
    if path and not (_examine_file(path, location) or create):
        return _in_memory(location.tables)
    if path and not (create or may_write(path)):
        engine = _readable_copy(path, location)
    else:
        if path and location.tables.private:
            _create_private(path, location.shown)
        engine = (
            postgresql.engine_at(location, url)
            if url
            else create_sqlite(path, private=location.tables.private, lasting=location.lasting)
        )
    try:
        with explained(location):
            found = _known_revision(engine, location)
            if found == location.tables.head:
                return engine
            if found is None and not empty:
                _refuse_empty(location)
            if create:
                _update(engine, location)
                return engine
            looking = _newer_copy(engine, location) if found else _in_memory(location.tables)
    except BaseException:
        engine.dispose()
        raise
    engine.dispose()
    return looking


def _refuse_empty(location: DatabaseLocation) -> NoReturn:
    """Raise StoreError; it may be restored at this moment, or its home has yet to begin."""
    remedy = "name the home's in MSNEWSLETTER_DATABASE_URL, or run 'deliver' there once"
    raise StoreError(location.shown, "no newsletter is in it", remedy, passing=True)


def _examine_file(path: Path, location: DatabaseLocation) -> bool:
    """Whether there is a SQLite file at that path.

    Raises StoreError where nobody can tell, or there is a folder, pipe or device in its place or in
    that of a file beside it.
    """
    there, shown = set(), location.shown
    for suffix in ("", "-wal", "-shm"):
        try:
            refuse_broken_link(f"{path}{suffix}")
            refuse_other_than_regular(f"{path}{suffix}")
            there.add(suffix)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except BadValueError as error:
            raise StoreError(f"{shown}{suffix}", error.problem, location.tables.remedy) from None
        except OSError as error:
            said = unreadable(error)
            raise StoreError(f"{shown}{suffix}", said.problem, said.remedy) from None
    return "" in there


def _create_private(path: Path, shown: str) -> None:
    """Make the file, for its owner's eyes alone; SQLite gives those beside it the same mode."""
    try:
        path.parent.mkdir(exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
        raise StoreError(shown, problem, "check the permissions of var/") from None


def _readable_copy(path: Path, location: DatabaseLocation) -> Engine:
    """A copy in memory of a SQLite file that may not be written; raises StoreError."""
    copy, shown = create_sqlite(None), location.shown
    connection = copy.raw_connection()
    try:
        copy_into(path, connection.driver_connection)  # type: ignore[arg-type]
    except RestlessError:
        problem = "another program writes it without a pause"
        raise StoreError(shown, problem, "run again when that has finished") from None
    except OSError as error:
        problem = f"cannot be read, or not copied ({error.strerror})"
        remedy = "check its permissions, and that the folder TMPDIR has room"
        raise StoreError(shown, problem, remedy) from None
    except sqlite3.Error as error:
        raise broken(location, error) from None
    finally:
        connection.close()
    return copy


def _newer_copy(engine: Engine, location: DatabaseLocation) -> Engine:
    """A copy in memory with the tables of today: who only looks changes nothing."""
    if location.url:
        raise StoreError(
            location.shown,
            "its tables are those of an older msnewsletter",
            "run 'msnewsletter collect' once: it brings them up to date",
        )
    copy = copied(engine, location.tables)
    _update(copy, DatabaseLocation(shown=location.shown, tables=location.tables))
    return copy


def _in_memory(tables: TableSet) -> Engine:
    engine = create_sqlite(None)
    with engine.begin() as connection:
        create_tables(connection, tables)
    return engine


def copied(engine: Engine, tables: TableSet) -> Engine:
    """An engine on a copy of a database, in memory."""
    copy = create_sqlite(None)
    if engine.dialect.name == "sqlite":
        source, target = engine.raw_connection(), copy.raw_connection()
        try:
            source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
        finally:
            source.close()
            target.close()
        return copy
    with engine.connect().execution_options(**READING) as reading, copy.begin() as writing:
        tables.metadata.create_all(writing)
        for table in tables.metadata.sorted_tables:
            rows = reading.execution_options(yield_per=_COPIED).execute(select(table))
            for some in rows.mappings().partitions():
                writing.execute(insert(table), [dict(row) for row in some])
    return copy


def _known_revision(engine: Engine, location: DatabaseLocation) -> str | None:
    """The revision of the tables; None: there are none. Raises StoreError for one unknown here."""
    with engine.connect().execution_options(**READING) as connection:
        found = revision_of(connection, location)
        if found == MOVED:
            raise moved_away(location.shown, moved_to(connection))
    if found is not None:
        refuse_revision(found, location)
    return found


def refuse_revision(found: str, location: DatabaseLocation) -> None:
    """Raise StoreError for tables that this program must not work with."""
    tables = location.tables
    if found in tables.released:
        return
    if found == COPYING:
        problem = "a newsletter is being copied into it, and that is not finished"
        remedy = "run 'msnewsletter db copy' again in the home that it comes from: it goes on"
        raise StoreError(location.shown, problem, remedy)
    by, remedy = "a version that was never released", tables.remedy
    if found > tables.head:
        by, remedy = "a newer msnewsletter", "update msnewsletter"
    raise StoreError(location.shown, f"it was written by {by} (revision {found})", remedy)


def _update(engine: Engine, location: DatabaseLocation) -> None:
    """Make the tables, or bring them up to date."""
    with alone(engine, location) as connection:
        if revision_of(connection, location) is None:
            create_tables(connection, location.tables)
            return
        # Alembic takes long to import; a database is up to date on all days but a few.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(location.tables.migrations))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        with _migrating:
            command.upgrade(config, "head")


def create_tables(connection: Connection, tables: TableSet) -> None:
    """Make all tables, and Alembic's, which says what they are."""
    if tables.schema and connection.dialect.name == "postgresql":
        connection.execute(CreateSchema(tables.schema, if_not_exists=True))
    tables.metadata.create_all(connection, checkfirst=False)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": tables.head})


@contextmanager
def alone(engine: Engine, location: DatabaseLocation) -> Iterator[Connection]:
    """A transaction in which nobody else changes the tables."""
    with engine.connect() as connection:
        if not location.url:  # SQLite has one writer at a time
            with connection.begin():
                yield connection
            return
        connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            postgresql.wait_to_migrate(connection, location)
            yield connection


def revision_of(connection: Connection, location: DatabaseLocation) -> str | None:
    """The revision of the tables, known or not; None: there are none.

    Raises StoreError where they are another program's.
    """
    schema = location.tables.schema if location.url else None
    tables = inspect(connection).get_table_names(schema=schema)
    if not tables:
        return None
    # Other programs have Alembic's table, too.
    if not {"alembic_version", location.tables.known_by} <= set(tables):
        raise StoreError(
            location.shown,
            "it is a database, but not one of msnewsletter's",
            "create one for it alone" if location.url else "move it away and run again",
        )
    found: str | None = connection.execute(
        text("SELECT max(version_num) FROM alembic_version")
    ).scalar()
    return found


@contextmanager
def explained(location: DatabaseLocation) -> Iterator[None]:
    """Turn what the database driver says, or what a row holds, into one line for the editor."""
    shown = location.shown
    try:
        yield
    except IntegrityError as error:
        said = getattr(getattr(error.orig, "diag", None), "message_primary", error.orig)
        problem = f"another msnewsletter was quicker ({said})"
        raise StoreError(shown, problem, location.tables.conflict) from _cause(error, location)
    except DBAPIError as error:
        passing = postgresql.is_passing(error)
        said = _explain(error, location)
        raise StoreError(shown, *said, passing=passing) from _cause(error, location)
    except (ValueError, NoResultFound) as error:
        # A row holds invalid UTF-8, JSON or a date: the file is damaged.
        raise broken(location, error) from _cause(error, location)


def _cause(error: Exception, location: DatabaseLocation) -> Exception | None:
    """What a traceback may show: PostgreSQL repeats values, and private ones are for nobody."""
    return None if location.tables.private else error


@contextmanager
def explained_sqlite(location: DatabaseLocation) -> Iterator[None]:
    """The same for what sqlite3 itself raises."""
    try:
        yield
    except sqlite3.Error as error:
        said = _explain_sqlite(error, location)
        raise StoreError(location.shown, *said) from _cause(error, location)


def broken(location: DatabaseLocation, said: object) -> StoreError:
    """The error for a database that is damaged, and what it said."""
    words = _WITHOUT_VALUES if location.tables.private and _may_repeat(said) else str(said)
    first = textwrap.shorten(words, 100, placeholder="…")
    return StoreError(location.shown, f"it is broken ({first})", location.tables.remedy)


_WITHOUT_VALUES = "a row holds what cannot be read"


def _may_repeat(said: object) -> bool:
    """Whether it may repeat what is in a row, such as an address: whatever Python itself raises.

    What SQLite says has a code, and names tables and columns alone.
    """
    return isinstance(said, Exception) and not hasattr(said, "sqlite_errorcode")


def examine_sqlite(connection: Connection, location: DatabaseLocation) -> None:
    """Let SQLite look at its pages, its indexes, and what rows refer to; raises StoreError."""
    said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if said != "ok":
        raise broken(location, said)
    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise broken(location, f"a row of {lost[0]} belongs to none of {lost[2]}")


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another program has locked what was to be read or written."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}


def _explain(error: DBAPIError, location: DatabaseLocation) -> tuple[str, str]:
    """The problem and its remedy."""
    if hasattr(error.orig, "sqlstate"):
        return postgresql.explain(error)
    return _explain_sqlite(_ended_by(error) or error.orig or error, location)


# sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction": it rolls back itself.
_ROLLS_BACK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM)


def _ended_by(error: DBAPIError) -> sqlite3.Error | None:
    """What ended SQLite's transaction, where that is why what came after it failed, too."""
    before = error.__context__
    while before is not None:
        code = getattr(before, "sqlite_errorcode", 0) & 0xFF
        if isinstance(before, sqlite3.Error) and code in _ROLLS_BACK:
            return before
        before = before.__context__
    return None


def _explain_sqlite(said: Any, location: DatabaseLocation) -> tuple[str, str]:  # noqa: ANN401  (any exception, perhaps with a code)
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF  # the primary code (sqlite.org/rescode.html)
    match code:
        case sqlite3.SQLITE_FULL:
            remedy = "make room, for temporary files as well, and run again; nothing is lost"
            return "the disk is full", remedy
        case sqlite3.SQLITE_IOERR:
            return f"cannot be read or written ({said})", "check the disk, its space and run again"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return f"cannot be written ({said})", "check the permissions of var/ and its files"
        # The last: it was stopped as it took or gave back a lock (sqlite.org/rescode.html).
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return "another program is using it", "run again when that has finished"
        case _:
            found = broken(location, said)
            return found.problem, found.remedy
