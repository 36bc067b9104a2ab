"""The new file of a summary: what it is called, and how it comes to be there.

It is named after the key, whatever its text says; made once, and never over another file. From then
on it is a file like any other.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, version_of
from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.publisher.import_names import read_stem
from msnewsletter.publisher.summaries_folder import names_in, summaries_folder
from msnewsletter.sources import SIZE_LIMIT
from msnewsletter.sources.next_issue_file import bytes_if_any

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST = 80  # characters of a file's name, before its suffix


class TakenFileError(RefusedError):
    """Another file has the name already."""


def path_of_key(home: Home, settings: Settings, key: str) -> Path:
    """The file of a key, in the folder for what the program writes; it may be there already.

    Two who write the same key meet in it. Raises RefusedError where there is no folder.
    """
    return summaries_folder(home, settings) / f"{_name_of(key)}.md"


def free_path_of_key(home: Home, settings: Settings, key: str) -> Path:
    """The same for a key whose own file is gone, with a number where another file has the name.

    Raises RefusedError where there is no folder, or it cannot be read.
    """
    path = path_of_key(home, settings, key)
    taken = names_in(path.parent)
    names = (path.name, *(f"{path.stem}-{number}.md" for number in range(2, len(taken) + 3)))
    return path.with_name(next(name for name in names if name not in taken))


def write_new(home: Home, path: Path, text: str) -> str:
    """Write a file that is not there; returns it as editors know it.

    The very same text, as it is sent twice or by two, counts as written. Raises TakenFileError
    where another file is there, OutboxError where it cannot be written.
    """
    place = home.display_path(path)
    try:
        save(home, path, text.encode(), version=version_of(None), display=place)
    except StaleError:
        if not is_written(home, path, text):
            remedy = "look at that file first: change it, or remove it"
            raise TakenFileError(place, "is there already", remedy) from None
    return place


def is_written(home: Home, path: Path, text: str) -> bool:
    """Whether the file is there with this very text."""
    data = bytes_if_any(path, home.display_path(path), limit=SIZE_LIMIT)
    return data == text.encode()


def _name_of(key: str) -> str:
    """A file's name for a key, whatever its text says; another key has another name."""
    name = _NOT_IN_NAMES.sub("-", key.casefold()).strip("-")
    if name == key == read_stem(name) and len(name) <= _LONGEST:
        return name
    name = read_stem(name)
    return f"{name[:_LONGEST].strip('-')}-{sha256(key.encode(errors='replace')).hexdigest()[:6]}"
