"""What a worker says: a line at each change, and nothing of what libraries say by themselves."""

from __future__ import annotations

import logging
from threading import Lock
from typing import Final

_LOGGER: Final = logging.getLogger("msnewsletter.worker")
# They would say an address of the database, or print tracebacks, of what we say in one line.
_LIBRARIES: Final = ("procrastinate", "psycopg", "psycopg.pool", "asyncio")


def quiet_libraries() -> None:
    """Keep what our libraries log to themselves."""
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False


class WorkerLog:
    """The log of one worker; may be called by any of its threads.

    Attributes:
        says: what keeps the worker from working; None: nothing.
    """

    def __init__(self) -> None:
        self.says: str | None = None
        self._lock = Lock()

    def event(self, event: str, **facts: object) -> None:
        """Something has happened."""
        _LOGGER.info(event, extra={"facts": facts})

    def held(self, issue: int) -> None:
        """Nobody sends an issue on, because the ledger was set back."""
        why = (
            "the database is older than what was sent of it: 'deliver' in the home says what to do"
        )
        _LOGGER.warning("held", extra={"facts": {"issue": issue, "why": why}})

    def waits(self, why: str) -> None:
        """Something keeps it from working: said once for each reason."""
        with self._lock:
            new = self.says != why
            self.says = why
        if new:
            _LOGGER.warning("waits", extra={"facts": {"why": why}})

    def works(self) -> None:
        """Nothing does any more."""
        with self._lock:
            before, self.says = self.says, None
        if before is not None:
            _LOGGER.info("works again", extra={"facts": {}})
