"""Complaints of the door: once an hour for each kind and place, whoever meets what is wrong."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import NewsletterError
from msnewsletter.text import without_addresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_PAUSE: Final = timedelta(hours=1)


class SparingComplaints:
    """Passes complaints on, without mail addresses; may be called from any thread.

    Args:
        complain: called with what is wrong.
        now: returns the time, aware.
    """

    def __init__(
        self, complain: Callable[[NewsletterError], None], *, now: Callable[[], datetime]
    ) -> None:
        self._complain, self._now = complain, now
        self._guard = Lock()
        self._told: dict[tuple[type[NewsletterError], str], datetime] = {}

    def __call__(self, error: NewsletterError) -> None:
        """Complain, unless the same kind of error was complained of within an hour."""
        what, now = (type(error), error.place), self._now()
        with self._guard:
            told = self._told.get(what)
            if told is not None and told <= now < told + _PAUSE:
                return
            self._told[what] = now
        problem = without_addresses(error.problem)
        self._complain(NewsletterError(error.place, problem, error.remedy))
