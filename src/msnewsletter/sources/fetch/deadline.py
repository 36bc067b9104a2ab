"""Until when a document must be there."""

from __future__ import annotations

from time import monotonic


class Deadline:
    """So many seconds from now for a document, its redirects and its repeats.

    Attributes:
        seconds: in all.
        until: the moment, of time.monotonic().
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.until = monotonic() + seconds

    def left(self) -> float:
        """Seconds until then; none or fewer: it is over."""
        return self.until - monotonic()

    def put_off(self, seconds: float) -> None:
        """Make it later: waiting for a host's turn, for politeness, does not count."""
        self.until += seconds
