"""Notifies plugins in a thread of its own: one that takes its whole time holds nothing else up."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BusyError, NewsletterError
from msnewsletter.publisher.consumer_queue import consumers_wait
from msnewsletter.publisher.consumer_round import notify_consumers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.home import Home

# How long a call may take to its end when we are stopped; then it ends with our process, and is
# repeated.
_LAST_SECONDS: Final = 2.0


class BackgroundConsumers:
    """The rounds of one clock, one at a time.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self._ended: SimpleQueue[tuple[NewsletterError, ...] | Exception] = SimpleQueue()
        self._under_way = self._stopping = False

    def notify(self, *, within: float) -> None:
        """Begin a round where somebody waits; raises the first failure of the one that ended.

        Raises BusyError while one is under way: it has neither failed nor succeeded yet.
        `within`: seconds to wait for its end.
        """
        if not self._under_way:
            if self._stopping or not consumers_wait(self._home):
                return
            self._under_way = True
            Thread(target=self._run, name="consumers", daemon=True).start()
        try:
            done = self._ended.get(timeout=within) if within else self._ended.get_nowait()
        except Empty:
            raise BusyError("plugins", "they are being notified of issues", "wait") from None
        self._under_way = False
        if isinstance(done, Exception):
            raise done
        for failed in done:
            raise failed

    def stop(self) -> None:
        """Ask a round to end after the call at hand; may be called by a signal's handler."""
        self._stopping = True

    def leave(self) -> None:
        """Stop, and give a round a moment to end; one that does not ends with the process."""
        self._stopping = True
        if self._under_way:
            try:
                self._ended.get(timeout=_LAST_SECONDS)
            except Empty:
                return
            self._under_way = False

    def _run(self) -> None:
        try:
            done: tuple[NewsletterError, ...] | Exception = notify_consumers(
                self._home, at=self._now(), stopping=lambda: self._stopping
            )
        except Exception as error:  # noqa: BLE001  (who waits for it would wait for ever)
            done = error
        self._ended.put(done)
