"""A copy of the SQLite database in a file, made while it may be in use, and checked."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from msnewsletter.store.database import broken, explained_sqlite
from msnewsletter.store.moved_away import moved_away
from msnewsletter.store.table_set import MOVED
from msnewsletter.store.tables import NEWSLETTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.store.location import DatabaseLocation

NEWEST_TABLES = NEWSLETTER.head
# What only writing meets (sqlite.org/rescode.html): it is the copy's disk, not the database's.
_UNWRITTEN = frozenset(
    {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE}
)


def copy_database(location: DatabaseLocation, target: Path) -> str | None:
    """Copy a SQLite database into a new file that only its owner may read.

    Returns the revision of its tables; None: there is no database, or no table in it, and nothing
    was written. Raises StoreError where it cannot be read or is broken, OSError where the target
    cannot be written.
    """
    if location.path is None or not location.path.exists():
        return None
    _create(target)
    with (
        explained_sqlite(location),
        # Not `mode=ro`: what a crash left in the -wal file is part of the database.
        closing(sqlite3.connect(location.path)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        _copy_open(source, copy, location, target)
        return _revision(copy, location)


def keep_copy(source: sqlite3.Connection, location: DatabaseLocation, target: Path) -> None:
    """Copy an open SQLite database into a file that only its owner may read, whole and durably.

    It takes the place of what has its name. Raises as `copy_database` does.
    """
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.unlink(missing_ok=True)
    _create(temporary)
    with explained_sqlite(location), closing(sqlite3.connect(temporary)) as copy:
        _copy_open(source, copy, location, temporary)
    _sync(temporary)
    temporary.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _create(target: Path) -> None:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _copy_open(
    source: sqlite3.Connection, copy: sqlite3.Connection, location: DatabaseLocation, target: Path
) -> None:
    """Copy all pages, and examine them."""
    # https://www.sqlite.org/backup.html: a snapshot, whoever writes meanwhile.
    with _as_disk_error(target):
        source.backup(copy)
    [said] = copy.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise broken(location, said)
    # A plain file without a -wal beside it.
    copy.execute("PRAGMA journal_mode = DELETE")


def _revision(copy: sqlite3.Connection, location: DatabaseLocation) -> str | None:
    """The revision of a copy's tables; raises StoreError where their rows are elsewhere."""
    named = "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
    if copy.execute(named).fetchone() is None:
        return None
    revision: str | None = copy.execute("SELECT max(version_num) FROM alembic_version").fetchone()[
        0
    ]
    if revision == MOVED:
        [target] = copy.execute("SELECT shown FROM moved_to").fetchone()
        raise moved_away(location.shown, target)
    return revision


@contextmanager
def _as_disk_error(target: Path) -> Iterator[None]:
    """Turn what SQLite says of a disk that does not take the copy into the system's own error."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, str(error), str(target)) from error
        if code in _UNWRITTEN:
            raise OSError(errno.EIO, str(error), str(target)) from error
        raise
