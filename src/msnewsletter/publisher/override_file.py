"""The file that overrides what was fetched: where it is, and how it comes to be there.

It is made once, and never over another file. From then on it is a file like any other.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, version_of
from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.home import SETTINGS_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST = 80  # characters of a file's name, before its suffix
_MARKDOWN = ("auto", "markdown")  # formats of a source that read a `.md` file as Markdown


def override_path(home: Home, settings: Settings, key: str) -> Path:
    """The file that overrides a key: in the first source that is a folder of Markdown.

    Raises RefusedError where there is none.
    """
    for source in settings.folders:
        folder = home.root / source.path
        if source.format in _MARKDOWN and not folder.is_file():  # one that is missing is made
            return folder.resolve() / f"{_name_of(key)}.md"
    problem = "no source is a folder of Markdown files, where one could override what is fetched"
    raise RefusedError(SETTINGS_NAME, problem, 'add [[sources]] with path = "summaries"')


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
    """A file's name for a key; another key has another name."""
    name = _NOT_IN_NAMES.sub("-", key.casefold()).strip("-")
    if name == key and len(name) <= _LONGEST:
        return name
    return f"{name[:_LONGEST].strip('-')}-{sha256(key.encode(errors='replace')).hexdigest()[:6]}"
