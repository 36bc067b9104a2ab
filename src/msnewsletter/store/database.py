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

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import StaticPool

from msnewsletter.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

# The newest of migrations/versions/; a test compares them.
HEAD = "0003"

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_MS = 10_000
# Alembic keeps the migration at hand in the globals of its modules: one at a time in a process.
_migrating = Lock()


def open_engine(path: Path | None, *, shown: str) -> Engine:
    """An engine on the SQLite file at `path`, up to date; None: a database in memory.

    Raises StoreError naming the file as `shown`.
    """
    engine = _engine(path)
    try:
        with explained(shown):
            _upgrade(engine, shown=shown)
    except BaseException:
        engine.dispose()
        raise
    return engine


def copied(engine: Engine) -> Engine:
    """An engine on a copy of a database, in memory."""
    copy = _engine(None)
    source, target = engine.raw_connection(), copy.raw_connection()
    try:
        source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
    finally:
        source.close()
        target.close()
    return copy


def _engine(path: Path | None) -> Engine:
    if path is None:
        engine = create_engine("sqlite://", poolclass=StaticPool)
    else:
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    """Set up each new SQLite connection."""
    del record
    # SQLAlchemy then decides where a transaction begins (its documented recipe for pysqlite).
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # A commit is on the disk before it returns: T1 and T2 must survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: two readers that both went on to write would deadlock.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _upgrade(engine: Engine, *, shown: str) -> None:
    with engine.connect() as connection:
        found = _revision(connection.execution_options(reading=True), shown=shown)
    if found == HEAD:
        return
    # Alembic takes long to import; a database is up to date on all days but a few.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            shown,
            f"it was written by a newer msnewsletter (revision {found})",
            "update msnewsletter",
        )
    with _migrating, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection, *, shown: str) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(
                shown,
                "it is a database, but not one of msnewsletter's",
                "move it away and run again",
            )
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


@contextmanager
def explained(shown: str) -> Iterator[None]:
    """Turn what the database driver says, or what a row holds, into one line for the editor."""
    try:
        yield
    except IntegrityError as error:
        problem = f"another publisher was quicker ({error.orig})"
        raise StoreError(
            shown, problem, "run again: its issue is out, yours was not begun"
        ) from error
    except DBAPIError as error:
        raise StoreError(shown, *_explain(error)) from error
    except ValueError as error:
        # What stands in a row is no UTF-8, no JSON, no date: bytes on the disk have changed.
        raise broken(shown, error) from error


def broken(shown: str, said: object) -> StoreError:
    """The error for a database that is damaged, and what it said."""
    remedy = "move it away with its -wal and -shm files and run again: it is rebuilt from issues/"
    first = textwrap.shorten(str(said), 100, placeholder="…")
    return StoreError(shown, f"it is broken ({first})", remedy)


def _explain(error: DBAPIError) -> tuple[str, str]:
    """The problem and its remedy."""
    said: Any = error.orig or error
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
