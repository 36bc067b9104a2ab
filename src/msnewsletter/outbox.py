"""Folders and files of the outbox, the records and the site, each whole or not there at all.

Maildir fashion: written and fsynced in `tmp/`, then renamed into `new/`; a consumer moves folders
to `sent/` or anywhere it likes. What an editor saves takes the place of what they opened, and of
nothing newer. Knows bytes and names, not what they say.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.errors import BusyError, OutboxError, RefusedError, StaleError
from msnewsletter.home import issue_name
from msnewsletter.serialize import pretty
from msnewsletter.urls import issue_page_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.home import Home

MANIFEST = "manifest.json"
# One name for all: only who holds the folder's lock uses it, and it takes away what a crash left.
_SAVING = ".msnewsletter.tmp"
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


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


def note_begun(home: Home, token: str) -> None:
    """Note durably that this home is bringing out an issue; the database knows it by the token."""
    place(home, home.begun, f"{token}\n".encode())


def begun_here(home: Home) -> str | None:
    """The token of the issue that this home is bringing out; None: it is not."""
    try:
        return home.begun.read_text(errors="replace").strip()
    except FileNotFoundError:
        return None


def forget_begun(home: Home) -> None:
    """The issue is out."""
    with explained(home):
        home.begun.unlink(missing_ok=True)


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


def version_of(data: bytes | None) -> str:
    """What tells one content of a file from any other; "" of a file that is not there."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def text_of(data: bytes) -> str:
    """A file's text as an editor sees it: no byte order mark, lines ended by LF."""
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def save(home: Home, path: Path, data: bytes, *, version: str, shown: str) -> None:
    r"""Put a whole file in the place of the one that has this version, and of no other.

    Follows no link, neither at the path nor at its folder; a file that was there keeps its mode
    and, where we may, its owner. Two that save at once take turns (flock on the folder). A program
    that asks for no lock is noticed until the last moment: between the last look and the rename
    lie some microseconds.

    Args:
        home: the newsletter's home.
        path: the file, its folder without links.
        data: all that it shall hold.
        version: of the file that the editor saw; "": there was none.
        shown: the file, as the editor knows it.

    Raises:
        StaleError: the file has another version; nothing was written.
        RefusedError: there is a link, a folder or a device in its place.
        OutboxError: as everywhere.
    """
    with explained(home, shown):
        _make_folder(path.parent)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        folder = os.open(path.parent, flags)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            before = _look(folder, path.name, version, shown)
            try:
                _write_beside(folder, data, before)
                _look(folder, path.name, version, shown)
                _put(folder, path.name, new=before is None)
            except FileExistsError:
                _look(folder, path.name, version, shown)
                raise
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(_SAVING, dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)


def _look(folder: int, name: str, version: str, shown: str) -> os.stat_result | None:
    """The file as it is now, None where there is none; raises StaleError, RefusedError."""
    found, data = None, None
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            raise RefusedError(shown, "is no plain file", "put a file in its place")
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(handle, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        found = None
    if (now := version_of(data)) != version:
        raise StaleError(shown, text=text_of(data or b""), version=now)
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
def explained(home: Home, shown: str | None = None) -> Iterator[None]:
    """Turn an OSError into one line for the editor; `shown`: what it is about, where one knows."""
    try:
        yield
    except OSError as error:
        # Of a rename, its target; of a failed write, nothing at all is known here.
        name = error.filename2 or error.filename
        where = shown or home.shown(Path(name) if isinstance(name, str) else home.outbox)
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
