"""The file that overrides what was fetched: where it is, and how it comes to be there.

It is made once, and never over another file. From then on it is a file like any other.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, version_of
from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.publisher.import_names import read_stem
from msnewsletter.publisher.summaries_folder import summaries_folder

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST = 80  # characters of a file's name, before its suffix


def override_path(home: Home, settings: Settings, key: str) -> Path:
    """The file that overrides a key, in the folder for what the program writes.

    Raises RefusedError where there is none.
    """
    return summaries_folder(home, settings) / f"{_name_of(key)}.md"


def write_override(home: Home, settings: Settings, key: str, text: str) -> str:
    """Write the file that overrides a key; returns it as editors know it.

    Raises RefusedError where a file is there already, OutboxError where it cannot be written.
    """
    path = override_path(home, settings, key)
    place = home.display_path(path)
    try:
        save(home, path, text.encode(), version=version_of(None), display=place)
    except StaleError:
        remedy = "change that file, or remove it first"
        raise RefusedError(place, "is there already", remedy) from None
    return place


def _name_of(key: str) -> str:
    """A file's name for a key, whatever its text says; another key has another name."""
    name = _NOT_IN_NAMES.sub("-", key.casefold()).strip("-")
    if name == key == read_stem(name) and len(name) <= _LONGEST:
        return name
    name = read_stem(name)
    return f"{name[:_LONGEST].strip('-')}-{sha256(key.encode(errors='replace')).hexdigest()[:6]}"
