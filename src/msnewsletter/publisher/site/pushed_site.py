"""The site as it is pushed: which files it has here, and what they hold. Reads the disk alone."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.delivery.object_store import fits
from msnewsletter.disk.atomic import bytes_if_any
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.site.site_names import is_archived
from msnewsletter.regular_file import RECORD_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedSite:
    """The site's files.

    Attributes:
        files: SHA-256 of each, by its path below the site.
        changed: when what the site says last changed, aware UTC: the newest time of a file, which
            is the same on all machines that have written it.
        left_out: names that no store takes as they are.
    """

    files: dict[str, str]
    changed: datetime
    left_out: tuple[str, ...]


def pushed_site(home: Home) -> PushedSite:
    """The site as it is now; nobody may write it meanwhile.

    Raises RefusedError where there is none, or not all of it, OutboxError where it cannot be read.
    """
    place = home.display_path(home.site)
    if not ((home.site / urls.HOME).is_file() and is_archived(home, 1)):
        raise RefusedError(place, "the site is not there", "run 'msnewsletter publish' first")
    files: dict[str, str] = {}
    left_out: list[str] = []
    changed = 0.0
    for name in _names(home.site):
        if not fits(name):
            left_out.append(name)
            continue
        if (data := file_of_site(home, name)) is None:
            continue
        files[name] = hashlib.sha256(data).hexdigest()
        changed = max(changed, (home.site / name).stat().st_mtime)
    return PushedSite(
        files=files,
        changed=datetime.fromtimestamp(int(changed), UTC),
        left_out=tuple(left_out),
    )


def file_of_site(home: Home, name: str) -> bytes | None:
    """The bytes of a file of the site; None: there is none. Raises OutboxError."""
    return bytes_if_any(home, home.site / name, limit=RECORD_LIMIT)


def _names(site: Path) -> Iterator[str]:
    """The files that `serve` would show: none that is hidden, none outside by a link."""
    inside = f"{os.path.realpath(site)}{os.sep}"
    for folder, folders, files in os.walk(site):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            shown = not name.startswith(".") and os.path.realpath(path).startswith(inside)
            if shown and path.is_file():
                yield path.relative_to(site).as_posix()
