"""Where tests have their files: in memory, where the machine has room for them there.

On a disk each commit of SQLite and each folder that is removed waits for it; no test cuts the
power. Processes that tests start have their files there too.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

RAM = Path("/dev/shm")  # noqa: S108  (pytest makes its own closed folder in it)
# A run holds 0.5 GB at once at most: what a test leaves goes when it has passed.
ROOM = 4_000_000_000


def chosen_folder(ram: Path, *, room: int = ROOM) -> Path | None:
    """`ram` if programs can be written to it and run, and that many bytes are free; else None."""
    if not os.access(ram, os.W_OK | os.X_OK) or os.statvfs(ram).f_flag & os.ST_NOEXEC:
        return None
    return ram if shutil.disk_usage(ram).free >= room else None


def use_memory(ram: Path = RAM, *, room: int = ROOM) -> None:
    """Have temporary files made in memory, unless TMPDIR says where; called before the first."""
    if "TMPDIR" not in os.environ and (folder := chosen_folder(ram, room=room)):
        os.environ["TMPDIR"] = str(folder)
        tempfile.tempdir = None  # asked for again
