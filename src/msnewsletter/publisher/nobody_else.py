"""The locks of all that works in a home by itself: held while its files are moved."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.lock import take_file_lock
from msnewsletter.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home


@contextmanager
def nobody_else(home: Home) -> Iterator[None]:
    """No clock works here, and nobody fetches or sends; raises BusyError."""
    with (
        _held(home, home.clock_lock, "a clock works here", "stop 'run' first"),
        _held(home, home.fetch_lock, "somebody fetches here", "run again when that has finished"),
        # `resolve` holds it, too.
        _held(home, home.delivery_lock, "somebody sends here", "run again when that has finished"),
    ):
        yield


@contextmanager
def _held(home: Home, path: Path, problem: str, remedy: str) -> Iterator[None]:
    handle, ours = take_file_lock(home, path)
    try:
        if not ours:
            raise BusyError(home.display_path(path), problem, remedy)
        yield
    finally:
        os.close(handle)
