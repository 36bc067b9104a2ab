"""Whether files are as they were at a moment: by what the file system says; none is read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


class _FileTrace(NamedTuple):
    """What changes when a file is written into, or exchanged for another; times in ns.

    A folder has but its inode: what is in it has stamps of its own.
    """

    inode: int
    size: int = 0
    written: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class FileStamps:
    """Files and folders in some places, with all that is below, as they were once."""

    _stamps: Mapping[str, _FileTrace | None] = field(default_factory=dict)

    @classmethod
    def taken(cls, places: Iterable[Path]) -> Self:
        """Look at files and folders now."""
        return cls(dict(found for place in places for found in _traces_in(str(place))))

    def still_hold(self, paths: Iterable[str]) -> bool:
        """Whether all of these were looked at, and are as they were; what came and went is."""
        return all(self._knew(path) and self._stamps.get(path) == _now(path) for path in paths)

    def _knew(self, path: str) -> bool:
        """Whether it was looked for: what is in a folder of ours is known, be it there or not."""
        return path in self._stamps or self._stamps.get(os.path.dirname(path)) is not None  # noqa: PTH120  (names, as a walk through thousands has them)


def _traces_in(place: str) -> Iterator[tuple[str, _FileTrace | None]]:
    yield place, _now(place)
    for folder, folders, files in os.walk(place):
        for name in (*folders, *files):
            path = os.path.join(folder, name)  # noqa: PTH118  (as above)
            yield path, _now(path)


def _now(path: str) -> _FileTrace | None:
    """The stamp of what is there; None: nothing is, or it cannot be seen."""
    try:
        found = os.stat(path)  # noqa: PTH116  (as above)
    except OSError:
        return None
    if stat.S_ISDIR(found.st_mode):
        return _FileTrace(found.st_ino)
    return _FileTrace(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
