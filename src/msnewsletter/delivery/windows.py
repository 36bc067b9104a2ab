"""How many messages may go out in how much time, for the server and for each domain. Pure.

Time is an argument, in seconds of any clock that never goes back. In no stretch of a window's
length do more go out than it allows: what is under way counts from its beginning, and what was
tried from its end on; times are rounded up by a thousandth of the window at most.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The memory of a window: so many counts at most, whatever its length and number.
_SLOTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWindow:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float

    def __post_init__(self) -> None:
        """Raise ValueError where nothing could ever be sent."""
        if self.count < 1 or self.seconds <= 0:
            raise ValueError("a window allows at least one message in some time")


class _Rolling:
    """What one window has seen."""

    def __init__(self, window: SendWindow) -> None:
        self._window = window
        self._width = window.seconds / _SLOTS
        self._slots: deque[tuple[float, int]] = deque()  # a time, and what was sent up to it
        self._total = 0

    def ready_at(self, now: float, under_way: int) -> float:
        """When one more may go; infinity: not before one that is under way has ended."""
        self._forget(now)
        over = self._total + under_way + 1 - self._window.count
        if over <= 0:
            return now
        for end, sent in self._slots:
            over -= sent
            if over <= 0:
                return end + self._window.seconds
        return math.inf

    def add(self, at: float, count: int) -> None:
        end = math.ceil(at / self._width) * self._width
        self._total += count
        if self._slots and self._slots[-1][0] >= end:
            end, before = self._slots.pop()
            count += before
        self._slots.append((end, count))

    def _forget(self, now: float) -> None:
        while self._slots and self._slots[0][0] + self._window.seconds <= now:
            self._total -= self._slots.popleft()[1]


class _WindowSet:
    """The windows of one server or domain."""

    def __init__(self, windows: Iterable[SendWindow]) -> None:
        self._windows = [_Rolling(window) for window in windows]
        self.under_way = 0

    def ready_at(self, now: float) -> float:
        if not self._windows:
            return now
        return max(one.ready_at(now, self.under_way) for one in self._windows)

    def add(self, at: float, count: int) -> None:
        for one in self._windows:
            one.add(at, count)


class SendWindows:
    """The windows of a server, and those of each domain behind it."""

    def __init__(
        self,
        *,
        server: Sequence[SendWindow] = (),
        domains: Mapping[str, Sequence[SendWindow]] | None = None,
    ) -> None:
        """Begin with nothing sent.

        Args:
            server: for all messages together.
            domains: for those to each of these domains, in small letters.
        """
        self._server = _WindowSet(server)
        self._domains = {name: _WindowSet(windows) for name, windows in (domains or {}).items()}

    def ready_at(self, domain: str, now: float) -> float:
        """When a message to the domain may go: now or before, later, or infinity.

        Infinity: not before one that is under way has ended.
        """
        ready, gate = self._server.ready_at(now), self._domains.get(domain)
        return max(ready, gate.ready_at(now)) if gate else ready

    def server_ready_at(self, now: float) -> float:
        """When a message may go to whatever domain."""
        return self._server.ready_at(now)

    @property
    def limited(self) -> int:
        """How many domains have windows of their own."""
        return len(self._domains)

    def opening(self, now: float) -> dict[str, float]:
        """When a message may go to each domain that has windows, by these alone; see `ready_at`."""
        return {domain: gate.ready_at(now) for domain, gate in self._domains.items()}

    def begin(self, domain: str) -> None:
        """Count one as under way; `record` or `release` ends that."""
        self._server.under_way += 1
        if gate := self._domains.get(domain):
            gate.under_way += 1

    def record(self, domain: str, now: float) -> None:
        """Count one that was under way as tried."""
        self._server.under_way -= 1
        self._server.add(now, 1)
        if gate := self._domains.get(domain):
            gate.under_way -= 1
            gate.add(now, 1)

    def release(self, domain: str) -> None:
        """Count one that was under way no longer: it was not tried."""
        self._server.under_way -= 1
        if gate := self._domains.get(domain):
            gate.under_way -= 1

    def restore(self, domain: str, at: float, count: int) -> None:
        """Count what was sent before this process began; in the order of time.

        Args:
            domain: its domain.
            at: the last moment at which it can have been sent, e.g. the end of its minute; by the
                same clock, so usually below zero or before now.
            count: how many.
        """
        self._server.add(at, count)
        if gate := self._domains.get(domain):
            gate.add(at, count)
