"""A file for its owner alone, anywhere on the machine: whole under its name, or not there."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from msnewsletter.errors import OutboxError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Disks on which a second name for a file cannot be made.
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def temporary_names(path: Path) -> tuple[Path, Path, Path]:
    """Where `path` and two databases for it are written first; the next attempt overwrites them."""
    return (
        path.with_name(f".{path.name}.tmp"),
        path.with_name(f".{path.name}.db.tmp"),
        path.with_name(f".{path.name}.subscribers.tmp"),
    )


@contextmanager
def new_private_file(path: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """A file of mode 0600 that gets its name when the block has ended well, durably.

    It keeps its folder open, so it stays right when that is renamed meanwhile.

    Args:
        path: its name, which nothing may have yet.
        replace: whether it may take the place of a file of that name.

    Raises OutboxError where it cannot be written, RefusedError where the name is taken.
    """
    temporary = temporary_names(path)[0].name
    with target_errors(path):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with target_errors(path):
            _remove(temporary, folder)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(temporary, flags, 0o600, dir_fd=folder)
        with os.fdopen(handle, "w+b") as file:
            yield file
            with target_errors(path):
                file.flush()
                os.fsync(handle)
                _name(temporary, path, folder, replace=replace)
                os.fsync(folder)
    finally:
        with suppress(OSError):
            _remove(temporary, folder)
        os.close(folder)


def refuse_taken(path: Path) -> RefusedError:
    """The error for a name that something has already."""
    return RefusedError(str(path), "is there already", "name another file, or say --force")


@contextmanager
def target_errors(path: Path) -> Iterator[None]:
    """Turn an OSError into one line that names the file that was to be written."""
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL
        problem = "the disk is full" if full else f"cannot be written ({error.strerror})"
        remedy = "make room" if full else "name a place that you may write to"
        raise OutboxError(str(path), problem, f"{remedy} and run again") from error


def _name(temporary: str, path: Path, folder: int, *, replace: bool) -> None:
    if not replace:
        try:
            # Unlike a rename it fails where a file has come meanwhile.
            os.link(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except FileExistsError:
            raise refuse_taken(path) from None
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
        else:
            return
    os.rename(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)


def _remove(name: str, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
