"""The lock of the one clock that works: at a home, and on a database that several homes share."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import explained
from msnewsletter.settings import load_settings
from msnewsletter.store import CLOCK, SessionLock, location_of

if TYPE_CHECKING:
    from msnewsletter.home import Home


_LOCK = "clock.lock"


class ClockLock:
    """The place of the one clock that works: at a home, and on a database that several homes share.

    The kernel frees the first, the server the second, however a clock dies.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._handle: int | None = None
        self._lock: SessionLock | None = None

    def take(self) -> bool:
        """Take the place, or keep it; False: another clock has it.

        Raises StoreError where the database cannot be asked, SettingsError where it is not known.
        """
        if not self._take_home():
            return False
        if self._lock is None:
            # Read once: a clock that is to go to another database is started again.
            location = location_of(self._home, load_settings(self._home.settings))
            self._lock = SessionLock(location, CLOCK)
        return self._lock.take()

    @property
    def here(self) -> bool:
        """Whether no other clock has this home, whoever has the database."""
        return self._handle is not None

    def _take_home(self) -> bool:
        if self._handle is not None:
            return True
        with explained(self._home):
            self._home.var.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._home.var / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def leave(self) -> None:
        """Free the place."""
        if self._lock is not None:
            self._lock.leave()
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
            self._handle = None
