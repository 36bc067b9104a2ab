"""Locks on files of a home: one process at work in it, one clock."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, make_folder
from msnewsletter.errors import BusyError, OutboxError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home


def take_file_lock(home: Home, path: Path) -> tuple[int, bool]:
    """Open a lock file and try to lock it: its handle, and whether it is locked now.

    The kernel frees the lock when the handle is closed, however its holder ends.
    """
    with disk_errors(home):
        make_folder(path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
        handle = os.open(path, flags, 0o644)
        try:
            _refuse_other(home, path, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return handle, False
        except (OSError, OutboxError):
            os.close(handle)
            raise
    return handle, True


@contextmanager
def held_lock(home: Home, path: Path, problem: str, remedy: str) -> Iterator[None]:
    """Hold a lock file while the block runs; raises BusyError with these words if it is held."""
    handle, ours = take_file_lock(home, path)
    try:
        if not ours:
            raise BusyError(home.display_path(path), problem, remedy)
        yield
    finally:
        os.close(handle)


def _refuse_other(home: Home, path: Path, handle: int) -> None:
    """Raise OutboxError where the open file is a pipe or a device: it cannot be locked."""
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        problem = "is a pipe, a socket or a device"
        raise OutboxError(home.display_path(path), problem, "remove it; it is made again")


# Seconds between two looks at a lock that is waited for.
_LOOK = 0.1


@contextmanager
def locked(home: Home, *, wait: float = 0) -> Iterator[int]:
    """Hold the home's lock; raises BusyError when another process holds it for `wait` seconds.

    Yields the file system's time in nanoseconds, for comparing with files' modification times.
    """
    handle, ours = take_file_lock(home, home.lock)
    try:
        if not ours and not freed(handle, within=wait):
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
            raise BusyError(
                home.display_path(home.lock),
                f"another msnewsletter is at work here (process {holder})",
                "run again when it has finished",
            )
        with disk_errors(home):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            os.utime(handle)
            touched = os.fstat(handle).st_mtime_ns
        yield touched
    finally:
        os.close(handle)


def freed(handle: int, *, within: float) -> bool:
    """Try to lock again until it succeeds, or the time is over."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        time.sleep(_LOOK)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False
