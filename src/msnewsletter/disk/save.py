"""Saves what an editor changed in place of what they opened, and of nothing newer; removes it.

Knows bytes and versions of files, not what they say.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, make_folder
from msnewsletter.errors import BadValueError, RefusedError, StaleError
from msnewsletter.regular_file import RECORD_LIMIT, read_opened

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


# One name for all: only the holder of the folder's lock uses it, and removes what a crash left.
_SAVING = ".msnewsletter.tmp"
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def version_of(data: bytes | None) -> str:
    """The version of a file's content, a hash of it; "" where there is no file."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def text_of(data: bytes) -> str:
    """A file's text as an editor sees it: no byte order mark, lines ended by LF."""
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def save(home: Home, path: Path, data: bytes, *, version: str, display: str) -> None:
    r"""Replace the whole file, provided that it still has this version.

    Follows no link, neither at the path nor at its folder; a file that was there keeps its mode
    and, where we may, its owner. Two that save at once take turns (flock on the folder). A change
    by a program that takes no lock is noticed up to some microseconds before the rename.

    Args:
        home: the newsletter's home.
        path: the file, its folder without links.
        data: its whole new content.
        version: of the file that the editor saw; "": there was none.
        display: the file, as the editor knows it.

    Raises:
        StaleError: the file has another version; nothing was written.
        RefusedError: there is a link, a folder or a device in its place, or a huge file.
        OutboxError: as everywhere.
    """
    with disk_errors(home, display):
        make_folder(path.parent)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        folder = os.open(path.parent, flags)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            before = _examine(folder, path.name, version, display)
            try:
                _write_beside(folder, data, before)
                _examine(folder, path.name, version, display)
                _put(folder, path.name, new=before is None)
            except FileExistsError:
                _examine(folder, path.name, version, display)
                raise
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(_SAVING, dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)


def remove(home: Home, path: Path, *, version: str, display: str) -> None:
    """Remove a file, provided that it still has this version; as `save`, and with its errors."""
    with disk_errors(home, display):
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        folder = os.open(path.parent, flags)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            _examine(folder, path.name, version, display)
            os.unlink(path.name, dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)


def _examine(folder: int, name: str, version: str, display: str) -> os.stat_result | None:
    """The file's present state, None where there is none; raises StaleError, RefusedError."""
    found, data = None, None
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            raise RefusedError(display, "is no plain file", "put a file in its place")
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(handle, "rb") as file:
            data = read_opened(file, limit=RECORD_LIMIT)
    except FileNotFoundError:
        found = None
    except BadValueError as error:
        raise RefusedError(display, error.problem, error.remedy) from None
    if (now := version_of(data)) != version:
        raise StaleError(display, text=text_of(data or b""), version=now)
    return found


def _write_beside(folder: int, data: bytes, before: os.stat_result | None) -> None:
    with suppress(FileNotFoundError):
        os.unlink(_SAVING, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(_SAVING, flags, 0o666, dir_fd=folder), "wb") as file:
        if before:
            with suppress(PermissionError):
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _put(folder: int, name: str, *, new: bool) -> None:
    if new:
        try:
            # Unlike a rename it fails where a file has come meanwhile.
            os.link(_SAVING, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
        else:
            return
    os.rename(_SAVING, name, src_dir_fd=folder, dst_dir_fd=folder)
