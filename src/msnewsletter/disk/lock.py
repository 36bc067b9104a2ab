"""The lock of a home: one process at work in it."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import (
    explained,
    make_folder,
)
from msnewsletter.errors import BusyError, OutboxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home


@contextmanager
def locked(home: Home) -> Iterator[int]:
    """Hold the home's lock; raises BusyError at once when another process holds it.

    Yields the file system's time in nanoseconds, for comparing with files' modification times.
    The kernel lets go of the lock when its holder dies, however it dies.
    """
    with explained(home):
        make_folder(home.var)
        handle = os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            with explained(home):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OutboxError as error:
            if not isinstance(error.__cause__, BlockingIOError):
                raise
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
            raise BusyError(
                home.display_path(home.lock),
                f"another msnewsletter is at work here (process {holder})",
                "run again when it has finished",
            ) from None
        with explained(home):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            os.utime(handle)
            touched = os.fstat(handle).st_mtime_ns
        yield touched
    finally:
        os.close(handle)
