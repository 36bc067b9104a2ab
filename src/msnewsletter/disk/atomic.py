"""Whole files and durable folders: a temporary file, fsync, rename.

Owns what an error of the disk means to an editor. Knows no file's contents.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.errors import OutboxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home


def write_atomically(home: Home, path: Path, data: bytes) -> bool:
    """Put a whole file where readers see it (temp file, rename); False: it was so already."""
    with explained(home):
        if _holds(path, data):
            return False
        make_folder(path.parent)
        # One name for all attempts: what a crash leaves is overwritten by the next one.
        temporary = path.with_name(f".{path.name}.tmp")
        write_synced(temporary, data)
        temporary.rename(path)
        sync_folder(path.parent)
        return True


@contextmanager
def explained(home: Home, shown: str | None = None) -> Iterator[None]:
    """Turn an OSError into one line for the editor; `shown`: what it is about, where one knows."""
    try:
        yield
    except OSError as error:
        # Of a rename, its target; of a failed write, nothing at all is known here.
        name = error.filename2 or error.filename
        where = shown or home.display_path(Path(name) if isinstance(name, str) else home.outbox)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        problem = "the disk is full" if full else f"cannot be written ({error.strerror})"
        remedy = "make room" if full else "check that it is a folder or file you may write to"
        raise OutboxError(where, problem, f"{remedy} and run again; nothing is lost") from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each to survive a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def write_synced(path: Path, data: bytes) -> None:
    """Write a file so that it survives a power cut."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
