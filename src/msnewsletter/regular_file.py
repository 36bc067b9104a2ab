"""Reads a file of a home: a regular file of limited size, and nothing else.

The one way in which the program reads files whose content others decide. Never waits for a pipe's
writer, never reads a device, and reads no more than the limit. Knows no file's meaning.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from msnewsletter.errors import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from pathlib import Path

# Bytes of a file that a person writes: settings, the next issue, a template. The largest that we
# know has 30 kB.
WRITTEN_LIMIT: Final = 1_000_000
# Bytes of a record, or of a document of the site: 10,000 entries of 5 kB each, ten times over.
RECORD_LIMIT: Final = 500_000_000

_LEAST = 65_536  # bytes that are asked for, whatever a file says of its size
_CHECK = "check the path and its permissions"
_KINDS = {
    stat.S_IFDIR: "is a folder",
    stat.S_IFLNK: "is a link",
    stat.S_IFIFO: "is a pipe, a socket or a device",
    stat.S_IFSOCK: "is a pipe, a socket or a device",
    stat.S_IFCHR: "is a pipe, a socket or a device",
    stat.S_IFBLK: "is a pipe, a socket or a device",
}


def read_regular(path: str | PathLike[str], *, limit: int, follow: bool = True) -> bytes:
    """The bytes of a regular file.

    Args:
        path: the file.
        limit: the most bytes that it may have.
        follow: whether it may be a link to a regular file.

    Raises:
        FileNotFoundError: there is nothing at that path, not even a link.
        BadValueError: it is no regular file, too large, cannot be opened, or a link to nothing.
    """
    try:
        refuse_other_than_regular(path)
        with open(path, "rb", opener=partial(_open_without_waiting, follow=follow)) as file:
            return read_opened(file, limit=limit)
    except FileNotFoundError:
        refuse_broken_link(path)
        raise
    except OSError as error:
        raise unreadable(error) from None


def read_beginning(path: str | PathLike[str], *, limit: int) -> bytes:
    """The first bytes of a regular file, no more than `limit`; never through a link.

    Raises FileNotFoundError, and BadValueError as `read_regular` does.
    """
    try:
        _refuse_kind(os.lstat(path).st_mode)
        with open(path, "rb", opener=partial(_open_without_waiting, follow=False)) as file:
            _refuse_kind(os.fstat(file.fileno()).st_mode)
            return file.read(limit)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(error) from None


@contextmanager
def opened_regular(path: str | PathLike[str]) -> Iterator[BinaryIO]:
    """A regular file, or a link to one, to be read piece by piece; raises as `read_regular`."""
    try:
        refuse_other_than_regular(path)
        with open(path, "rb", opener=partial(_open_without_waiting, follow=True)) as file:
            _refuse_kind(os.fstat(file.fileno()).st_mode)
            yield file
    except FileNotFoundError:
        refuse_broken_link(path)
        raise
    except OSError as error:
        raise unreadable(error) from None


def read_opened(file: BinaryIO, *, limit: int) -> bytes:
    """The bytes of a regular file that is open, and was opened without waiting.

    It need not be what was looked at before. Raises BadValueError as `read_regular` does, OSError.
    """
    _refuse_kind(os.fstat(file.fileno()).st_mode)
    # No more room than the file needs: a buffer of the limit would be half a gigabyte. Some files
    # say that they have no bytes.
    wanted = min(limit, max(os.fstat(file.fileno()).st_size, _LEAST))
    data = file.read(wanted + 1)
    if len(data) > wanted:  # it has grown meanwhile
        data += file.read(limit + 1 - len(data))
    if len(data) > limit:
        raise too_large(max(len(data), os.fstat(file.fileno()).st_size), limit)
    return data


def refuse_other_than_regular(path: str | PathLike[str]) -> None:
    """Raise BadValueError for a folder, pipe, socket or device; OSError as `os.stat` does."""
    _refuse_kind(os.stat(path).st_mode)  # noqa: PTH116  (a Path is not needed for it)


def refuse_broken_link(path: str | PathLike[str]) -> None:
    """Raise BadValueError where there is a link that leads to nothing."""
    if os.path.islink(path) and not os.path.exists(path):  # noqa: PTH110, PTH114  (as above)
        raise BadValueError("is a link to a file that is not there", "put the file itself there")


def refuse_link_outside(path: str | PathLike[str], folder: str | PathLike[str]) -> None:
    """Raise BadValueError where a path below a folder leads out of it; the folder may be a link."""
    inside = os.path.realpath(folder)
    if not f"{os.path.realpath(path)}/".startswith(f"{inside.rstrip('/')}/"):
        raise BadValueError("is a link that leads out of its folder", "put the file itself there")


def unreadable(error: OSError) -> BadValueError:
    """What the disk says instead of giving the file, and what to do."""
    return BadValueError(f"cannot be read ({error.strerror or error})", _CHECK)


def too_large(size: int, limit: int) -> BadValueError:
    """The refusal of a file by its size; both in bytes."""
    remedy = f"it may have at most {_shown(limit)}: shorten it, or remove it"
    # Rounded, a size just over the limit would be the limit.
    shown = _shown(size) if _shown(size) != _shown(limit) else f"{size:,} bytes"
    return BadValueError(f"is too large ({shown})", remedy)


def _shown(size: int) -> str:
    """A size for people, in the largest unit of which there is one."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} bytes"


def _refuse_kind(mode: int) -> None:
    if not stat.S_ISREG(mode):
        problem = _KINDS.get(stat.S_IFMT(mode), "is no regular file")
        raise BadValueError(problem, "put a plain file in its place, or remove it")


def _open_without_waiting(path: str, flags: int, *, follow: bool) -> int:
    # Without O_NONBLOCK a pipe would let us wait for its writer.
    flags |= os.O_NONBLOCK | os.O_NOCTTY
    return os.open(path, flags if follow else flags | os.O_NOFOLLOW)


def is_there(path: Path) -> bool:
    """Whether there is something at a path, as far as this user may see."""
    with suppress(OSError):
        path.lstat()
        return True
    return False


def written_state(path: Path) -> tuple[int, int] | None:
    """Another one when a file was written since: time in nanoseconds and size; None: not there."""
    with suppress(OSError):
        status = path.stat()
        return status.st_mtime_ns, status.st_size
    return None
