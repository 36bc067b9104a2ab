"""The folder of one worker in its home: the journals of what it has in hand, and their lock."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from msnewsletter.disk.atomic import bytes_if_any, disk_errors, write_atomically
from msnewsletter.disk.lock import take_file_lock
from msnewsletter.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

# Workers of one home; more lanes do the same with less memory.
_MOST: Final = 64
_LOCK: Final = "lock"
_NAMES: Final = "names"
_MOST_NAMES: Final = 100
_LONGEST: Final = 100_000  # bytes
# What the worker remembers of the ledger; see ledger_memory.py.
MEMORY: Final = "ledger.json"


@contextmanager
def worker_folder(home: Home) -> Iterator[Path]:
    """A folder that no other worker of the home has, while the block runs; raises BusyError."""
    for number in range(1, _MOST + 1):
        folder = home.workers / str(number)
        handle, ours = take_file_lock(home, folder / _LOCK)
        try:
            if ours:
                yield folder
                return
        finally:
            os.close(handle)
    problem = f"{_MOST} workers are at work in this home"
    raise BusyError(home.display_path(home.workers), problem, "start fewer, with more lanes each")


@contextmanager
def left_folders(home: Home, own: Path) -> Iterator[list[Path]]:
    """The folders of workers that are not at work any more, and our own; nobody else may take them.

    own: the folder that `worker_folder` yields.
    """
    handles: list[int] = []
    left = [own]
    others = sorted(one for one in home.workers.iterdir() if one.is_dir() and one != own)
    try:
        for folder in others:
            handle, ours = take_file_lock(home, folder / _LOCK)
            handles.append(handle)
            if ours:
                left.append(folder)
        yield left
    finally:
        for handle in handles:
            os.close(handle)


def journal_folders(folder: Path) -> list[Path]:
    """The journals in a worker's folder, each a folder of its own."""
    return sorted(one for one in folder.iterdir() if one.is_dir())


def worker_names(home: Home, folder: Path) -> list[str]:
    """The names of the workers that had a folder, the newest last; raises OutboxError."""
    data = bytes_if_any(home, folder / _NAMES, limit=_LONGEST)
    return (data or b"").decode("utf-8", "replace").splitlines()


def add_worker_name(home: Home, folder: Path, name: str) -> None:
    """Note who has a folder from now on; raises OutboxError."""
    names = [*worker_names(home, folder), name][-_MOST_NAMES:]
    with disk_errors(home):
        write_atomically(home, folder / _NAMES, "".join(f"{one}\n" for one in names).encode())
