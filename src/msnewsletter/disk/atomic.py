"""Whole files and durable folders: a temporary file, fsync, rename.

Owns the messages about disk errors. Knows no file's contents. "Durable" is what survives a power
cut.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, OutboxError
from msnewsletter.regular_file import read_regular, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from msnewsletter.home import Home


def write_atomically(home: Home, path: Path, data: bytes) -> bool:
    """Write a whole file (temporary file, rename); False: it was the same already."""
    with disk_errors(home, of=path):
        if holds(path, data):
            return False
        _replace(path, data)
        sync_folder(path.parent)
        return True


def write_all(
    home: Home,
    files: Mapping[Path, bytes],
    *,
    changed: Mapping[Path, datetime] | None = None,
    durable: bool = True,
) -> None:
    """Write each file as `write_atomically` does; all of them are durable at the end.

    Its folder is made durable once for all files in it: that is half of the time.

    Args:
        home: the newsletter's home.
        files: their bytes.
        changed: the time (aware) that each file that is written gets, in whole seconds; at least a
            second after that of the file in its place, because web servers tell versions apart by
            it.
        durable: otherwise only `sync_disk` makes them so.
    """
    folders = set()
    for path, data in files.items():
        with disk_errors(home, of=path):
            if not holds(path, data):
                _replace(path, data, changed[path] if changed else None, durable=durable)
                folders.add(path.parent)
    for folder in sorted(folders) if durable else ():
        with disk_errors(home, of=folder):
            sync_folder(folder)


def write_streamed(home: Home, path: Path, pieces: Iterable[bytes]) -> None:
    """Write a whole file of any size piece by piece (temporary file, rename), durably."""
    with disk_errors(home, of=path):
        make_folder(path.parent)
        temporary = temporary_of(path)
        make_way(temporary)
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
def disk_errors(
    home: Home, display: str | None = None, *, of: Path | None = None
) -> Iterator[None]:
    """Turn an OSError into one line for the editor.

    Args:
        home: the newsletter's home.
        display: names the file, whatever the error names.
        of: the file or folder of an error that names none, as a full disk does; None: the outbox.
    """
    try:
        yield
    except OSError as error:
        # A rename names its target; a failed write names nothing.
        name = error.filename2 or error.filename
        named = Path(name) if isinstance(name, str) else of or home.outbox
        where = display or home.display_path(named)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        problem = "the disk is full" if full else f"cannot be written ({error.strerror or error})"
        remedy = "make room" if full else "check that it is a folder or file you may write to"
        raise OutboxError(where, problem, f"{remedy} and run again; nothing is lost") from error


@contextmanager
def reading_errors(home: Home) -> Iterator[None]:
    """Turn an OSError that nobody expected, of a named file, into one line for the editor.

    Whoever only asks whether a file is there is refused by a folder above it that is closed.
    """
    try:
        yield
    except OSError as error:
        if not isinstance(error.filename, str):
            raise
        said = unreadable(error)
        place = home.display_path(Path(error.filename))
        raise OutboxError(place, said.problem, f"{said.remedy}, and run again") from error


def prove_room(home: Home, sizes: Mapping[Path, int]) -> None:
    """Prove that so many bytes can be written into these folders, all at the same time.

    Leaves nothing. Raises OutboxError.
    """
    with ExitStack() as taken:
        for folder, size in sizes.items():
            with disk_errors(home, home.display_path(folder)):
                make_folder(folder)
                # A file without a name: even a kill leaves nothing that a consumer could see.
                file = taken.enter_context(TemporaryFile(dir=folder))
                os.posix_fallocate(file.fileno(), 0, max(size, 1))


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, durably."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def _replace(
    path: Path, data: bytes, changed: datetime | None = None, *, durable: bool = True
) -> None:
    make_folder(path.parent)
    temporary = temporary_of(path)
    if durable:
        write_synced(temporary, data)
    else:
        make_way(temporary)
        temporary.write_bytes(data)
    if changed:
        seconds = max(int(changed.timestamp()), _seconds_of(path) + 1)
        os.utime(temporary, (seconds, seconds))
    temporary.rename(path)


def _seconds_of(path: Path) -> int:
    """When the file in this place changed, in whole seconds since 1970; 0: there is none."""
    try:
        return int(path.stat().st_mtime)
    except FileNotFoundError:
        return 0


def temporary_of(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    # One name for all attempts: the next one overwrites what a crash left.
    return path.with_name(f".{path.name}.tmp")


def holds(path: Path, data: bytes) -> bool:
    """Whether a file has these bytes; what is no file has none."""
    try:
        if path.stat().st_size != len(data):
            return False
        return read_regular(path, limit=len(data)) == data
    except (FileNotFoundError, BadValueError):
        return False  # What is no file is replaced, or the rename says why it cannot be.


def bytes_if_any(home: Home, path: Path, *, limit: int) -> bytes | None:
    """The bytes of one of the program's own files, None where there is none.

    `limit`: the most bytes that it may have. Raises OutboxError where it cannot be read.
    """
    try:
        return read_regular(path, limit=limit)
    except FileNotFoundError:
        return None
    except BadValueError as error:
        raise OutboxError(home.display_path(path), error.problem, error.remedy) from None


def write_synced(path: Path, data: bytes) -> None:
    """Write a file durably; whatever else is in its place, a link or a pipe, goes."""
    make_way(path)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_way(path: Path) -> None:
    """Remove a link, pipe, socket or device in the place of a file that is to be written.

    Opening it would wait for a reader, or write elsewhere.
    """
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            path.unlink()


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
