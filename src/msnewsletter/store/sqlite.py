"""SQLite: how its connections are set up, and where a transaction begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


_BUSY_MS = 10_000
_CACHE_KB = 4_000
# Whoever has the file open keeps it so: there is nothing to wait for.
_SOLE_MS = 500


def create_sqlite(path: Path | None, *, private: bool = False, lasting: bool = True) -> Engine:
    """An engine on a SQLite file, or on a database in memory.

    private: whether no error may repeat a value; lasting: whether what is written has to survive.
    """
    if path is None:
        engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=private)
    else:
        patience = {"timeout": _BUSY_MS / 1000}
        engine = create_engine(f"sqlite:///{path}", connect_args=patience, hide_parameters=private)
    event.listen(engine, "connect", _prepare)
    if not lasting:
        event.listen(engine, "connect", _spare_the_disk)
    if private:
        event.listen(engine, "connect", _widen_cache)
    event.listen(engine, "begin", _begin)
    return engine


def create_sole_sqlite(path: Path) -> Engine:
    """An engine on a SQLite file that nobody else has open; one connection, which locks it.

    Its first statement raises OperationalError (SQLITE_BUSY) where another program has it open.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": _SOLE_MS / 1000},
        poolclass=StaticPool,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _exclude_others)
    event.listen(engine, "begin", _begin_alone)
    return engine


def _exclude_others(connection: sqlite3.Connection, record: object) -> None:
    """Lock the file until the connection is closed.

    Leaving WAL mode is refused while anybody else has the file open, idle as they may be
    (sqlite.org/pragma.html#pragma_journal_mode).
    """
    del record
    connection.isolation_level = None
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_alone(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN EXCLUSIVE")


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    """Set up each new SQLite connection."""
    del record
    # SQLAlchemy then decides where a transaction begins (its documented recipe for pysqlite).
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # A commit is on the disk before it returns: T1 and T2 must survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _spare_the_disk(connection: sqlite3.Connection, record: object) -> None:
    """Write each page once, and wait for no disk: nobody needs the file after a crash."""
    del record
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")


def _widen_cache(connection: sqlite3.Connection, record: object) -> None:
    """Room for the pages of an index that is written in random order, as addresses are.

    With SQLite's own 2 MB a long import writes the same pages again and again; with more than this
    it is hardly quicker, and each connection of a process that sends may take as much.
    """
    del record
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: two readers that both went on to write would deadlock.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
