"""The locks of all that works in a home by itself: held while its files are moved."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.lock import held_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home


@contextmanager
def nobody_else(home: Home) -> Iterator[None]:
    """No clock works here, and nobody fetches or sends; raises BusyError."""
    with (
        held_lock(home, home.clock_lock, "a clock works here", "stop 'run' first"),
        held_lock(
            home, home.fetch_lock, "somebody fetches here", "run again when that has finished"
        ),
        # `resolve` holds it, too.
        held_lock(
            home, home.delivery_lock, "somebody sends here", "run again when that has finished"
        ),
    ):
        yield
