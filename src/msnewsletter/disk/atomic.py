"""Whole files and durable folders: a temporary file, fsync, rename.

Owns the messages about disk errors. Knows no file's contents. "Durable" is what survives a power
cut.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.errors import OutboxError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from msnewsletter.home import Home


def write_atomically(home: Home, path: Path, data: bytes) -> bool:
    """Write a whole file (temporary file, rename); False: it was the same already."""
    with disk_errors(home):
        if _holds(path, data):
            return False
        _replace(path, data)
        sync_folder(path.parent)
        return True


def write_all(home: Home, files: Mapping[Path, bytes], *, durable: bool = True) -> None:
    """Write each file as `write_atomically` does; all of them are durable at the end.

    Its folder is made durable once for all files in it: that is half of the time. Not `durable`:
    only `sync_disk` makes them so.
    """
    folders = set()
    with disk_errors(home):
        for path, data in files.items():
            if not _holds(path, data):
                _replace(path, data, durable=durable)
                folders.add(path.parent)
        for folder in sorted(folders) if durable else ():
            sync_folder(folder)


def write_streamed(home: Home, path: Path, pieces: Iterable[bytes]) -> None:
    """Write a whole file of any size piece by piece (temporary file, rename), durably."""
    with disk_errors(home):
        make_folder(path.parent)
        temporary = _temporary(path)
        with temporary.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        sync_folder(path.parent)


def sync_disk() -> None:
    """Make all that was written durable: for thousands of files at once, cheaper than each."""
    os.sync()


@contextmanager
def disk_errors(home: Home, display: str | None = None) -> Iterator[None]:
    """Turn an OSError into one line for the editor; `display` names the file, if it is known."""
    try:
        yield
    except OSError as error:
        # A rename names its target; a failed write names nothing.
        name = error.filename2 or error.filename
        where = display or home.display_path(Path(name) if isinstance(name, str) else home.outbox)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        problem = "the disk is full" if full else f"cannot be written ({error.strerror})"
        remedy = "make room" if full else "check that it is a folder or file you may write to"
        raise OutboxError(where, problem, f"{remedy} and run again; nothing is lost") from error


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, durably."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def _replace(path: Path, data: bytes, *, durable: bool = True) -> None:
    make_folder(path.parent)
    temporary = _temporary(path)
    if durable:
        write_synced(temporary, data)
    else:
        temporary.write_bytes(data)
    temporary.rename(path)


def _temporary(path: Path) -> Path:
    # One name for all attempts: the next one overwrites what a crash left.
    return path.with_name(f".{path.name}.tmp")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def write_synced(path: Path, data: bytes) -> None:
    """Write a file durably."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
