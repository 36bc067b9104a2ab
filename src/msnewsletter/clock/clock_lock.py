"""The lock of the one clock that works: at a home, and on a database that several homes share."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from msnewsletter.disk.lock import take_file_lock
from msnewsletter.settings import load_settings
from msnewsletter.store import CLOCK, SessionLock, location_of

if TYPE_CHECKING:
    from msnewsletter.home import Home


class ClockLock:
    """The right to be the working clock: of a home, and of a database that several homes share.

    However a clock dies, the kernel frees the first lock, and the server the second.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._handle: int | None = None
        self._lock: SessionLock | None = None

    def take(self) -> bool:
        """Take the locks, or keep them; False: another clock has one.

        Raises StoreError where the database does not answer, SettingsError where none is set.
        """
        if not self._take_home():
            return False
        if self._lock is None:
            # Read once: a clock must be restarted to use another database.
            location = location_of(self._home, load_settings(self._home.settings))
            self._lock = SessionLock(location, CLOCK)
        return self._lock.take()

    @property
    def here(self) -> bool:
        """Whether this clock has the lock of the home, whoever has that of the database."""
        return self._handle is not None

    def _take_home(self) -> bool:
        if self._handle is None:
            handle, ours = take_file_lock(self._home, self._home.clock_lock)
            if not ours:
                os.close(handle)
                return False
            self._handle = handle
        return True

    def leave(self) -> None:
        """Free the locks."""
        if self._lock is not None:
            self._lock.leave()
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
            self._handle = None
