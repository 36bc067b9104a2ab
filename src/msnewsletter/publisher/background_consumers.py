"""Notifies plugins in a thread of its own: one that takes its whole time holds nothing else up."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msnewsletter.publisher.background_task import BackgroundTask
from msnewsletter.publisher.consumer_queue import waiting_names
from msnewsletter.publisher.consumer_round import notify_consumers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.errors import NewsletterError
    from msnewsletter.home import Home


def notify_beside(home: Home, *, now: Callable[[], datetime]) -> None:
    """Begin a round that nobody waits for: what fails is noted in the queue, for `status`.

    `now`: returns the time, aware.
    """
    BackgroundConsumers(home, now=now).begin()


class BackgroundConsumers:
    """Rounds beside a clock or a desk, one at a time.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self._round: BackgroundTask[tuple[NewsletterError, ...]] = BackgroundTask("consumers")
        self._is_last_call = False

    @property
    def is_under_way(self) -> bool:
        """Whether a round has begun, and nobody asked how it ended."""
        return self._round.is_under_way

    def begin(self) -> None:
        """Begin a round where somebody waits, unless one is under way."""
        if not self.is_under_way and waiting_names(self._home):
            self._is_last_call = False
            self._round.begin(self._notify)

    def ended(self, *, within: float | None) -> bool:
        """Whether the round has ended; raises its first failure, or why it could not be.

        Waits no longer than `within` seconds (None: as long as it takes), nor than until `stop`.
        """
        if failed := self._round.result(within=within):
            raise failed[0]
        return not self.is_under_way

    def end_after_this_call(self) -> None:
        """Begin no other call in this round: the one at hand, or the first, has its whole time."""
        self._is_last_call = True

    def stop(self) -> None:
        """Ask a round to end after the call at hand; may be called by a signal's handler."""
        self._round.stop()

    def leave(self) -> None:
        """Stop, and give a round a moment to end; one that does not ends with the process.

        Its call does as well, and is repeated.
        """
        with suppress(Exception):  # what failed is noted in the queue
            self._round.leave()

    def _notify(self) -> tuple[NewsletterError, ...]:
        return notify_consumers(self._home, now=self._now, stopping=self._has_to_end)

    def _has_to_end(self, calls: int) -> bool:
        return self._round.is_stopping or (self._is_last_call and calls > 0)
