"""The small JSON files in `var/` that the program keeps for itself: read, and changed in turn.

Where one cannot be read it counts as not there: what it holds can be made again, and the check of
the home names it (publisher/home_check.py).
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, TypeVar

from msnewsletter.disk.atomic import bytes_if_any, disk_errors, make_folder, write_atomically
from msnewsletter.errors import OutboxError
from msnewsletter.regular_file import WRITTEN_LIMIT
from msnewsletter.serialize import from_json, pretty, to_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

T = TypeVar("T")


def read_state(home: Home, path: Path, kind: type[T], *, limit: int = WRITTEN_LIMIT) -> T | None:
    """What the file says; None: there is none, or what is there is none.

    Args:
        home: the newsletter's home.
        path: the file.
        kind: of the object that its JSON is.
        limit: the most bytes that it may have.
    """
    try:
        data = bytes_if_any(home, path, limit=limit)
        return None if data is None else from_json(kind, data)
    except (OutboxError, ValueError):  # pydantic's ValidationError is a ValueError
        return None


def change_state(
    home: Home, path: Path, read: Callable[[], T], change: Callable[[T], T]
) -> tuple[T, T]:
    """Put what `change` makes of a state in its place, durably; returns both, the old one first.

    Nobody else changes a file of `var/` by this function meanwhile: processes take turns. Raises
    OutboxError.
    """
    with disk_errors(home):
        make_folder(home.var)
        handle = os.open(home.var, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        before = read()
        after = change(before)
        if after != before:
            write_atomically(home, path, pretty(to_document(after)))
    finally:
        os.close(handle)
    return before, after
