"""Folders and files of the outbox, the records and the site, each whole or not there at all.

Maildir fashion: written and fsynced in `tmp/`, then renamed into `new/`; a consumer moves folders
to `sent/` or anywhere it likes. Knows bytes and names, not what they say.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.documents import pretty
from msnewsletter.errors import BusyError, OutboxError
from msnewsletter.home import issue_name
from msnewsletter.links import issue_page_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.home import Home

MANIFEST = "manifest.json"


def manifest_of(files: Mapping[str, bytes], **about: object) -> bytes:
    """The manifest of a folder: what it is about, then SHA-256 and size of each of its files."""
    listed = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in sorted(files.items())
    }
    return pretty({**about, "files": listed})


def write_issue(home: Home, number: int, files: Mapping[str, bytes], manifest: bytes) -> None:
    """Write an issue's folder in `tmp/`, replacing what a crash left there, and fsync it."""
    folder = home.outbox / "tmp" / issue_name(number)
    with explained(home):
        _make_folders(home)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        for name, data in {**files, MANIFEST: manifest}.items():
            _write(folder / name, data)
        _sync(folder)
        _sync(folder.parent)


def issue_waits(home: Home, number: int) -> bool:
    """Whether the issue's folder is still in `tmp/`."""
    return (home.outbox / "tmp" / issue_name(number)).is_dir()


def release_issue(home: Home, number: int) -> None:
    """Move an issue's folder from `tmp/` to `new/`: from this moment on it is published."""
    name = issue_name(number)
    with explained(home):
        (home.outbox / "tmp" / name).rename(home.outbox / "new" / name)
        _sync(home.outbox / "new")
        _sync(home.outbox / "tmp")


def stray_issue(home: Home, number: int) -> Path | None:
    """What shows that an issue with this number went out: its folder, or its page."""
    traces = (
        home.outbox / "new" / issue_name(number),
        home.outbox / "sent" / issue_name(number),
        home.site / issue_page_name(number),
    )
    return next((trace for trace in traces if trace.exists()), None)


def sweep(home: Home) -> None:
    """Remove what crashes left in `tmp/`."""
    with explained(home):
        _make_folders(home)
        for left in (home.outbox / "tmp").iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def place(home: Home, path: Path, data: bytes) -> bool:
    """Put a whole file where readers see it (temp file, rename); False: it was so already."""
    with explained(home):
        if _holds(path, data):
            return False
        _make_folder(path.parent)
        # One name for all attempts: what a crash leaves is overwritten by the next one.
        temporary = path.with_name(f".{path.name}.tmp")
        _write(temporary, data)
        temporary.rename(path)
        _sync(path.parent)
        return True


@contextmanager
def locked(home: Home) -> Iterator[int]:
    """Hold the home's lock; raises BusyError at once when another process holds it.

    Yields the file system's time in nanoseconds, for comparing with files' modification times.
    The kernel lets go of the lock when its holder dies, however it dies.
    """
    with explained(home):
        _make_folder(home.var)
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
                home.shown(home.lock),
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


@contextmanager
def explained(home: Home) -> Iterator[None]:
    """Turn an OSError into one line for the editor."""
    try:
        yield
    except OSError as error:
        # Of a rename, its target; of a failed write, nothing at all is known here.
        name = error.filename2 or error.filename
        where = home.shown(Path(name) if isinstance(name, str) else home.outbox)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        problem = "the disk is full" if full else f"cannot be written ({error.strerror})"
        remedy = "make room" if full else "check that it is a folder or file you may write to"
        raise OutboxError(where, problem, f"{remedy} and run again; nothing is lost") from error


def _make_folders(home: Home) -> None:
    for name in ("tmp", "new", "sent", "site"):
        _make_folder(home.outbox / name)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each to survive a power cut."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make renames and new names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
