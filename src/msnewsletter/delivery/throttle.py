"""Slows down when the server asks for it, and comes back step by step. Pure.

To one connection with one message at a time, after a pause; a connection more for each ten messages
that each of those at work has had accepted, and after the last of these steps in full again. Each
complaint on the way up doubles the ten: a server that grants so many connections and no more is
asked for another one ever more seldom. A server on probation that refuses each batch is asked at
growing intervals; nothing fails by it.
"""

from __future__ import annotations

_FIRST_PAUSE = 1.0  # seconds; twice as long each time until something is accepted
_LONGEST_PAUSE = 300.0
_PROOF = 10  # messages a connection
_LONGEST_PROOF = 10_000


class Throttle:
    """How many connections may work now.

    Attributes:
        limit: connections that may work.
        most: connections when nobody has complained.
        full: whether nothing is held back; otherwise each connection has one message at a time.
        ready_at: nothing may be sent before that time.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = most
        self.full = True
        self.ready_at = float("-inf")
        self._pause = _FIRST_PAUSE
        self._proof = 0
        self._needed = _PROOF

    def slow_down(self, now: float) -> bool:
        """Down to one; return whether this was another request than the last.

        All connections hear the same complaint: within the pause it is one.
        """
        if now < self.ready_at:
            return False
        if not self.full:
            self._needed = min(2 * self._needed, _LONGEST_PROOF)
        self.limit = 1
        self.full = False
        self.ready_at = now + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._proof = 0
        return True

    def accepted(self) -> None:
        """Count a message that the server has accepted."""
        self._pause = _FIRST_PAUSE
        if self.full:
            return
        self._proof += 1
        if self._proof >= self._needed * self.limit:
            self.full = self.limit == self.most
            if self.full:
                self._needed = _PROOF
            self.limit = min(self.limit + 1, self.most)
            self._proof = 0
