"""The database's time, which all machines share; theirs may be minutes apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class DatabaseClock:
    """Tells the database's time by a clock of this machine that never goes back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Begin without knowing the time: `set` comes first.

        monotonic: seconds, like time.monotonic.
        """
        self._monotonic = monotonic
        self._offset: float | None = None

    def set(self, asked: Callable[[], datetime]) -> datetime:
        """Ask the database for its time (aware), and go by it from now on; returns it.

        The answer was given after the question was asked: by our clock it is then, at the latest,
        that the database showed this time. So we are never ahead of it by more than its own drift.
        """
        now = asked()
        # Read after the answer: however long that took, we are behind and not ahead.
        self._offset = now.timestamp() - self._monotonic()
        return now

    def now(self) -> datetime:
        """The database's time, aware UTC."""
        if self._offset is None:
            raise RuntimeError("nobody has asked the database for its time")
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=self._monotonic() + self._offset)
