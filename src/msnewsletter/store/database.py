"""Opens the database: creates it, brings its tables up to date, refuses what it cannot trust.

Owns the connection and what its errors mean to an editor. Knows no summary and no issue.
"""

from __future__ import annotations

import sqlite3
import textwrap
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound

from msnewsletter.errors import BadValueError, StoreError
from msnewsletter.regular_file import refuse_broken_link, refuse_other_than_regular, unreadable
from msnewsletter.store import postgresql
from msnewsletter.store.location import DatabaseLocation
from msnewsletter.store.sqlite import create_sqlite
from msnewsletter.store.sqlite_copy import RestlessError, copy_into, may_write
from msnewsletter.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

# Those of migrations/versions/, oldest first; a test compares them.
RELEASED = ("0004", "0005", "0006", "0007")
OLDEST, HEAD = RELEASED[0], RELEASED[-1]

_MIGRATIONS = Path(__file__).with_name("migrations")
# Options of a connection that only looks; each database knows its own and passes over the other.
READING = {"reading": True, "postgresql_readonly": True}
# Rows at a time from one database to another.
_COPIED = 1_000
_REBUILT = "move it away (a file: with its -wal and -shm) and run again: it is rebuilt from issues/"
# Alembic keeps the migration at hand in the globals of its modules: one at a time in a process.
_migrating = Lock()


def open_engine(location: DatabaseLocation, *, create: bool) -> Engine:
    """An engine on the database, up to date.

    One that is not there yet, or of an older program, is made or brought up to date only with
    `create`: a reader gets an in-memory database; so does one who may not write a SQLite file,
    a copy of what it holds. Raises StoreError.
    """
    url, path = location.url, location.path
    if path and not (_examine_file(path, location.shown) or create):
        return _in_memory()
    if path and not (create or may_write(path)):
        engine = _readable_copy(path, location.shown)
    else:
        engine = postgresql.engine_at(location, url) if url else create_sqlite(path)
    try:
        with explained(location.shown):
            found = _known_revision(engine, location)
            if found == HEAD:
                return engine
            if create:
                _update(engine, location)
                return engine
            looking = _newer_copy(engine, location) if found else _in_memory()
    except BaseException:
        engine.dispose()
        raise
    engine.dispose()
    return looking


def _examine_file(path: Path, shown: str) -> bool:
    """Whether there is a SQLite file at that path.

    Raises StoreError where nobody can tell, or there is a folder, pipe or device in its place or in
    that of a file beside it.
    """
    there = set()
    for suffix in ("", "-wal", "-shm"):
        try:
            refuse_broken_link(f"{path}{suffix}")
            refuse_other_than_regular(f"{path}{suffix}")
            there.add(suffix)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except BadValueError as error:
            raise StoreError(f"{shown}{suffix}", error.problem, _REBUILT) from None
        except OSError as error:
            said = unreadable(error)
            raise StoreError(f"{shown}{suffix}", said.problem, said.remedy) from None
    return "" in there


def _readable_copy(path: Path, shown: str) -> Engine:
    """A copy in memory of a SQLite file that may not be written; raises StoreError."""
    copy = create_sqlite(None)
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
        raise broken(shown, error) from None
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
    copy = copied(engine)
    _update(copy, DatabaseLocation(shown=location.shown))
    return copy


def _in_memory() -> Engine:
    engine = create_sqlite(None)
    with engine.begin() as connection:
        _create(connection)
    return engine


def copied(engine: Engine) -> Engine:
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
        metadata.create_all(writing)
        for table in metadata.sorted_tables:
            rows = reading.execution_options(yield_per=_COPIED).execute(select(table))
            for some in rows.mappings().partitions():
                writing.execute(insert(table), [dict(row) for row in some])
    return copy


def _known_revision(engine: Engine, location: DatabaseLocation) -> str | None:
    """The revision of the tables; None: there are none. Raises StoreError for one unknown here."""
    with engine.connect().execution_options(**READING) as connection:
        found = _revision(connection, location)
    if found is None or found in RELEASED:
        return found
    by, remedy = "a version that was never released", _REBUILT
    if found > HEAD:
        by, remedy = "a newer msnewsletter", "update msnewsletter"
    raise StoreError(location.shown, f"it was written by {by} (revision {found})", remedy)


def _update(engine: Engine, location: DatabaseLocation) -> None:
    """Make the tables, or bring them up to date."""
    with _alone(engine, location) as connection:
        if _revision(connection, location) is None:
            _create(connection)
            return
        # Alembic takes long to import; a database is up to date on all days but a few.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        with _migrating:
            command.upgrade(config, "head")


def _create(connection: Connection) -> None:
    """Make all tables, and Alembic's, which says what they are."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


@contextmanager
def _alone(engine: Engine, location: DatabaseLocation) -> Iterator[Connection]:
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


def _revision(connection: Connection, location: DatabaseLocation) -> str | None:
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    # Other programs have Alembic's table, too.
    if not {"alembic_version", "issues"} <= set(tables):
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
def explained(shown: str) -> Iterator[None]:
    """Turn what the database driver says, or what a row holds, into one line for the editor."""
    try:
        yield
    except IntegrityError as error:
        said = getattr(getattr(error.orig, "diag", None), "message_primary", error.orig)
        problem = f"another publisher was quicker ({said})"
        raise StoreError(
            shown, problem, "run again: its issue is out, yours was not begun"
        ) from error
    except DBAPIError as error:
        raise StoreError(shown, *_explain(error)) from error
    except (ValueError, NoResultFound) as error:
        # A row holds invalid UTF-8, JSON or a date: the file is damaged.
        raise broken(shown, error) from error


@contextmanager
def explained_sqlite(shown: str) -> Iterator[None]:
    """The same for what sqlite3 itself raises."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(shown, *_explain_sqlite(error)) from error


def broken(shown: str, said: object) -> StoreError:
    """The error for a database that is damaged, and what it said."""
    first = textwrap.shorten(str(said), 100, placeholder="…")
    return StoreError(shown, f"it is broken ({first})", _REBUILT)


def _explain(error: DBAPIError) -> tuple[str, str]:
    """The problem and its remedy."""
    if hasattr(error.orig, "sqlstate"):
        return postgresql.explain(error)
    return _explain_sqlite(error.orig or error)


def _explain_sqlite(said: Any) -> tuple[str, str]:  # noqa: ANN401  (any exception, perhaps with a code)
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF  # the primary code (sqlite.org/rescode.html)
    match code:
        case sqlite3.SQLITE_FULL:
            return "the disk is full", "make room and run again; nothing is lost"
        case sqlite3.SQLITE_IOERR:
            return f"cannot be read or written ({said})", "check the disk, its space and run again"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return f"cannot be written ({said})", "check the permissions of var/ and its files"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another program is using it", "run again when that has finished"
        case _:
            found = broken("", said)
            return found.problem, found.remedy
