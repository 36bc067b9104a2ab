"""Names that synchronising programs give to the second version of a file. Pure.

A conflict copy is never a summary of its own: it says nearly the same as the file beside it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath

# What a program puts behind the name, before the suffix; each with a program that writes it so.
_MARKS = re.compile(
    r"""
      \.sync-conflict-\d{8}-\d{6}(?:-\w+)?      # Syncthing
    | \s\([^()]*\bconflicted\ copy\b[^()]*\)    # Dropbox, Nextcloud, ownCloud, Obsidian, Tresorit
    | \s\((?:case|selective\ sync|unicode\ encoding|white\s?space)\ conflict[^()]*\)   # Dropbox
    | \s\([^()]*\bkonflikt\w*\b[^()]*\)         # the same in German, Swedish, Polish
    | \s\([^()]*\b(?:copie\ en\ conflit|copia\ en\ conflicto|copia\ in\ conflitto)\b[^()]*\)
    | \s\(SFConflict\ [^()]*\)                  # Seafile
    | \s\(conflict(?:\ \#\d+)?(?:\ on\ [^()]*)?\)   # Unison
    | _conflict-\d{8}-\d{6}                     # ownCloud before 2.5
    | _[\w-]+_\w{3}-\d\d-\d{6}-\d{4}_(?:Case)?Conflict   # Synology Drive
    | \.conflict(?:ed)?(?:-?\d+)?               # Resilio Sync, rclone bisync
    | \s?\[conflicted\]                         # pCloud
    | \.variant-[0-9a-f]{4}                     # git-annex
    """,
    re.VERBOSE | re.IGNORECASE,
)


# What follows the file's name in the location of a summary: a line, or a place in a JSON file.
_POSITION = re.compile(r"(?:[:#]\d+)+\Z")


# The desk asks for the same thousands of files at every change of one.
@lru_cache(maxsize=8192)
def original_of(location: str) -> str | None:
    """The file that a location's file is a conflict copy of; None: it is none.

    `summaries/gut.sync-conflict-20261121-101112-ABCDEFG.md` gives `summaries/gut.md`.
    """
    name = PurePosixPath(_POSITION.sub("", location))
    stem, suffix = name.stem, name.suffix
    marks = [mark for mark in _MARKS.finditer(stem) if mark.end() == len(stem) and mark.start()]
    if not marks:
        return None
    return str(name.with_name(stem[: marks[0].start()] + suffix))
