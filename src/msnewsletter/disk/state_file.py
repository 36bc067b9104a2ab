"""Reads the small JSON files in `var/` that the program keeps for itself.

Where one cannot be read it counts as not there: what it holds can be made again, and the check of
the home names it (publisher/home_check.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msnewsletter.disk.atomic import bytes_if_any
from msnewsletter.errors import OutboxError
from msnewsletter.regular_file import WRITTEN_LIMIT
from msnewsletter.serialize import from_json

if TYPE_CHECKING:
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
