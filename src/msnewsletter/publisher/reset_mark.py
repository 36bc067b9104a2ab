"""The mark of a reset under way, `.reset` in the home: it names the archive beside the home."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import bytes_if_any, write_atomically
from msnewsletter.errors import RefusedError
from msnewsletter.regular_file import WRITTEN_LIMIT

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from msnewsletter.home import Home

# A folder beside the home as `archive_of` names it, and no path that leads elsewhere.
_ARCHIVE = re.compile(r"[^/\0]+\.before-reset-\d{4}-\d{2}-\d{2}(?:-\d+)?")


def archive_of(home: Home, day: date) -> Path:
    """The archive of a reset that is begun on a day."""
    return home.root.with_name(f"{home.root.name}.before-reset-{day.isoformat()}")


def mark_reset(home: Home, archive: Path) -> None:
    """Note durably that a reset is under way, and its archive; raises OutboxError."""
    write_atomically(home, home.reset, os.fsencode(f"{archive.name}\n"))


def begun_archive(home: Home) -> Path | None:
    """The archive of a reset that was begun and is not done; None: there is no such reset.

    Raises OutboxError where the mark cannot be read, RefusedError where it names no archive.
    """
    data = bytes_if_any(home, home.reset, limit=WRITTEN_LIMIT)
    if data is None:
        return None
    name = os.fsdecode(data).removesuffix("\n")
    if not _ARCHIVE.fullmatch(name):
        raise RefusedError(
            home.display_path(home.reset),
            "does not name the archive of a reset",
            f"write its name into it, like '{home.root.name}.before-reset-2026-11-27', or remove "
            "it if there is none beside the home",
        )
    return home.root.with_name(name)


def refuse_reset_under_way(home: Home) -> None:
    """Raise RefusedError where a reset is not done; OutboxError as `begun_archive` does."""
    if begun_archive(home):
        raise RefusedError(
            home.display_path(home.reset),
            "a reset was interrupted",
            "run 'msnewsletter reset --yes' again: it goes on from there",
        )
