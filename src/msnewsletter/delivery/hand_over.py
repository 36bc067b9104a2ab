"""What goes between the caller's thread and those that send: deliveries there, outcomes back."""

from __future__ import annotations

from collections import deque
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.delivery.send_outcomes import ConnectionEvent, SendOutcome
    from msnewsletter.delivery.transaction import Outgoing


class WorkQueue:
    """Deliveries for the threads that send."""

    def __init__(self, threads: int) -> None:
        self._ready: deque[Outgoing] = deque()
        self._changed = Condition()
        self._threads = threads
        self._paused = False
        self._closed = False

    def put(self, deliveries: Iterable[Outgoing]) -> None:
        """Hand deliveries to whoever is free."""
        with self._changed:
            self._ready.extend(deliveries)
            self._changed.notify_all()

    def take(self, thread: int, *, within: float | None) -> Outgoing | None:
        """The next delivery for this thread; None: there is none within so many seconds, or ever.

        `closed` says which. A thread that no limit lets work is not kept waiting for its seconds:
        the connection that it keeps may be the one that the server grants nobody else.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._has(thread) or bool(within and self._spare(thread)),
                within,
            )
            return self._ready.popleft() if self._has(thread) else None

    def take_now(self, thread: int) -> Outgoing | None:
        """The next delivery for this thread, where one is ready."""
        with self._changed:
            return self._ready.popleft() if self._has(thread) else None

    def limit(self, threads: int) -> None:
        """Let only so many of the threads take deliveries: always the same ones."""
        if threads != self._threads or self._paused:
            with self._changed:
                self._threads, self._paused = threads, False
                self._changed.notify_all()

    def pause(self) -> None:
        """Let no thread take anything until the caller's thread sets a limit again."""
        with self._changed:
            self._paused = True

    def withdraw(self) -> list[Outgoing]:
        """Take back all that no thread has taken."""
        with self._changed:
            left = list(self._ready)
            self._ready.clear()
            return left

    @property
    def closed(self) -> bool:
        """Whether nothing will come any more."""
        return self._closed

    def close(self) -> None:
        """Let the threads end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _has(self, thread: int) -> bool:
        return thread < self._threads and not self._paused and bool(self._ready)

    def _spare(self, thread: int) -> bool:
        return thread >= self._threads and not self._paused


class ResultQueue:
    """Outcomes for the caller's thread, in batches: waking it for each would cost more than it."""

    def __init__(self) -> None:
        self._outcomes: list[SendOutcome] = []
        self._events: list[ConnectionEvent] = []
        self._changed = Condition()
        self._enough = 1
        self.crash: BaseException | None = None

    def put(self, outcome: SendOutcome) -> None:
        """Add an outcome."""
        with self._changed:
            self._outcomes.append(outcome)
            if len(self._outcomes) in {1, self._enough}:
                self._changed.notify()

    def tell(self, event: ConnectionEvent) -> None:
        """Add what concerns all deliveries; the caller hears of it at once."""
        with self._changed:
            self._events.append(event)
            self._changed.notify()

    def fail(self, error: BaseException) -> None:
        """Say that a thread has ended by this error."""
        with self._changed:
            self.crash = self.crash or error
            self._changed.notify()

    def take(
        self, enough: int, *, within: float, linger: float
    ) -> tuple[list[SendOutcome], list[ConnectionEvent]]:
        """What has come: after `linger` seconds, or sooner where there is enough.

        Nothing where nothing has come within so many seconds.
        """
        with self._changed:
            self._enough = enough
            self._changed.wait_for(lambda: self._outcomes or self._urgent, within)
            if self._outcomes:
                self._changed.wait_for(
                    lambda: len(self._outcomes) >= enough or self._urgent, linger
                )
            came = self._outcomes, self._events
            self._outcomes, self._events = [], []
            return came

    @property
    def _urgent(self) -> bool:
        return bool(self._events) or self.crash is not None
