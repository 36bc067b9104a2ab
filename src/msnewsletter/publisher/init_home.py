"""Init: a new home that publishes at once, from the packaged settings, note and samples.

Where records or summaries are left of a home, they are kept, and no sample comes among them.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, write_atomically
from msnewsletter.errors import RefusedError
from msnewsletter.home import NEXT_NAME, SETTINGS_NAME, packaged_home
from msnewsletter.publisher.settings_from_record import settings_from_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.settings_from_record import SettingsFromRecord


def init_home(
    home: Home, *, empty: bool = False, sandbox: bool = False
) -> SettingsFromRecord | None:
    """Create a home; raises RefusedError where there is one already.

    Files that exist stay as they are: whoever lost newsletter.toml alone loses nothing else. With
    `empty`, or where something of a home is left, there are no samples. Returns the settings that
    were taken from a record, where there is one; raises RecordError where it cannot be read.
    """
    if home.settings.exists():
        raise RefusedError(
            str(home.settings), "there is a home here already", "name another folder"
        )
    source = packaged_home()
    with disk_errors(home, str(home.root)):
        _make_root(home.root)
        found = settings_from_record(home)
        samples = not empty and not is_left_of_a_home(home)
        for folder in (home.root / "summaries", home.records, home.templates):
            folder.mkdir(parents=True, exist_ok=True)
        for sample in _samples(source) if samples else (source / "issues" / "README.md",):
            target = home.root / sample.relative_to(source)
            if not target.exists():
                write_atomically(home, target, sample.read_bytes())
        # Last: a folder with settings is a home, and a half-made one must not look like one.
        text = found.text.encode() if found else (source / SETTINGS_NAME).read_bytes()
        write_atomically(home, home.settings, in_sandbox(text) if sandbox else text)
    return found


def _make_root(root: Path) -> None:
    """Make the folder; raises OSError, NotADirectoryError where a file is in the way."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None


def in_sandbox(settings: bytes) -> bytes:
    """The packaged settings as those of a sandbox."""
    return settings.replace(b"\n# sandbox = true\n", b"\nsandbox = true\n", 1)


def is_left_of_a_home(home: Home) -> bool:
    """Whether there is something of a home: records, a note, summaries, mail or a database."""
    return home.database.exists() or any(
        folder.is_dir() and any(folder.iterdir())
        for folder in (home.records, home.root / "summaries", home.outbox)
    )


def _samples(source: Path) -> Iterator[Path]:
    """The files that a new home starts with, without its settings."""
    for path in sorted((source / "summaries").iterdir()):
        if not path.name.startswith("."):
            yield path
    # By name: in a checkout that somebody published from, the folder holds records as well.
    for name in ("README.md", NEXT_NAME):
        yield source / "issues" / name
