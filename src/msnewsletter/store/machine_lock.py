"""Locks across machines that share a database: for who works on it, its clock, and its sender.

A lock lasts as long as the database session that took it, so it ends however its holder ends.
SQLite's file is on one machine, where the home's own locks suffice.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from sqlalchemy import text

from msnewsletter.errors import StoreError
from msnewsletter.store import postgresql
from msnewsletter.store.database import READING, explained

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from msnewsletter.store.location import DatabaseLocation

WORK = "work"  # held by whoever changes something, as var/lock is
CLOCK = "clock"  # held by the one clock that works, as var/clock.lock is
SENDER = "sender"  # held by the one sender of mail, as var/delivery.lock is


class SessionLock:
    """One of the locks, on a connection of its own."""

    def __init__(self, location: DatabaseLocation, name: str) -> None:
        self._location = location
        self._name = name
        self._engine: Engine | None = None

    def take(self) -> bool:
        """Take the lock, or keep it; False: another process has it. Raises StoreError."""
        if not self._location.url:
            return True
        if self._engine is not None:
            if self._lasts(self._engine):
                return True
            self.leave()
        engine = postgresql.engine_at(self._location, self._location.url)
        with ExitStack() as failed, explained(self._location):
            failed.callback(engine.dispose)
            if postgresql.take_lock(engine, self._location, self._name):
                return False
            failed.pop_all()
        self._engine = engine
        return True

    def _lasts(self, engine: Engine) -> bool:
        """Whether the session that took the lock is still alive."""
        try:
            with explained(self._location), engine.connect() as connection:
                connection.execution_options(**READING).execute(text("SELECT 1"))
        except StoreError:
            return False
        return True

    def leave(self) -> None:
        """Free the lock."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
