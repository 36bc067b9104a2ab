"""A copy of a SQLite database that may be read but not written: what it holds at one instant.

In WAL mode SQLite itself has to write beside the file that it reads (sqlite.org/wal.html,
"Read-Only Databases"), and to call the file immutable would be wrong while somebody else writes.
So file and log are copied, and read a second time: when nothing differs, each byte was the same
at the instant between the two readings, and the copy is what a crash at that instant would have
left, which SQLite reads as it was after the last commit. Writes nothing beside the original.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

_PARTS = ("", "-wal")
_BLOCK = 1 << 20
# Another process may write meanwhile; none of ours writes all through so many readings.
_TRIES = 20


class RestlessError(Exception):
    """The database changed during every reading."""


def may_write(path: Path) -> bool:
    """Whether this process may write the database and the files beside it."""
    effective = os.access in os.supports_effective_ids
    return all(
        os.access(each, mode, effective_ids=effective)
        for each, mode in ((path.parent, os.W_OK | os.X_OK), (path, os.W_OK))
    )


def copy_into(path: Path, target: sqlite3.Connection) -> None:
    """Copy what the database at that path holds at one instant into another.

    Raises OSError where it cannot be read or there is no room, RestlessError, and sqlite3.Error.
    """
    with TemporaryDirectory(prefix="msnewsletter-") as folder:
        copy = Path(folder) / "copy.db"
        for _ in range(_TRIES):
            for part in _PARTS:
                _copy(f"{path}{part}", f"{copy}{part}")
            if all(_same(f"{path}{part}", f"{copy}{part}") for part in _PARTS):
                break
        else:
            raise RestlessError
        with closing(sqlite3.connect(copy)) as source:
            source.backup(target)


def _copy(source: str, target: str) -> None:
    """Copy a file; where there is none, there is none afterwards."""
    opened = _opened(source)
    if opened is None:
        Path(target).unlink(missing_ok=True)
        return
    with opened, Path(target).open("wb") as made:
        while block := opened.read(_BLOCK):
            made.write(block)


def _same(source: str, target: str) -> bool:
    one, other = _opened(source), _opened(target)
    if one is None or other is None:
        return one is other
    with one, other:
        while True:
            block = one.read(_BLOCK)
            if block != other.read(_BLOCK):
                return False
            if not block:
                return True


def _opened(path: str) -> BinaryIO | None:
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        return None
