"""One request at a time to a host, and a pause between two: over all sources and threads."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Hosts that are remembered, about; and seconds after which one that nobody asks is forgotten:
# longer than the longest pause that a source or a robots.txt may ask for.
_MANY, _OLD = 1000, 900.0


@dataclass(slots=True)
class _Gate:
    lock: Lock = field(default_factory=Lock)
    users: int = 0
    ended: float | None = None


class HostPace:
    """The pace of requests, by host and port."""

    def __init__(self) -> None:
        self._gates: dict[tuple[str, int], _Gate] = {}
        self._lock = Lock()

    @contextmanager
    def turn(
        self, host: str, port: int, *, pause: float, sleep: Callable[[float], None]
    ) -> Iterator[float]:
        """Wait until the host may be asked, hold it until its answer was read; the seconds waited.

        Args:
            host: in small letters.
            port: of TCP.
            pause: seconds since the host's last answer, at least.
            sleep: waits for so many seconds.
        """
        began, gate = monotonic(), self._gate(host, port)
        try:
            with gate.lock:
                if gate.ended is not None and (left := gate.ended + pause - monotonic()) > 0:
                    sleep(left)
                try:
                    yield monotonic() - began
                finally:
                    gate.ended = monotonic()
        finally:
            with self._lock:
                gate.users -= 1

    def _gate(self, host: str, port: int) -> _Gate:
        with self._lock:
            if len(self._gates) >= _MANY:
                self._forget()
            gate = self._gates.setdefault((host, port), _Gate())
            gate.users += 1
            return gate

    def _forget(self) -> None:
        before = monotonic() - _OLD
        for key, gate in tuple(self._gates.items()):
            if not gate.users and (gate.ended is None or gate.ended < before):
                del self._gates[key]


# Of this process: sources that share a host take turns.
EVERYWHERE = HostPace()
