"""The folder into which the program writes summaries as files of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


def summaries_folder(home: Home, settings: Settings, into: Path | None = None) -> Path:
    """The folder, without links: the first source that is one and may hold Markdown; or `into`.

    Raises RefusedError where there is none, and where what is written would not be collected.
    """
    roots = [
        Path(os.path.realpath(home.root / source.path))
        for source in settings.folders
        if source.format in ("auto", "markdown") and not (home.root / source.path).is_file()
    ]
    if into is None:
        if not roots:
            problem = "no source is a folder of Markdown files, so there is nowhere to write"
            raise RefusedError(SETTINGS_NAME, problem, "add one: [[sources]], path = 'summaries'")
        return roots[0]
    folder = Path(os.path.realpath(home.root / into))
    if not any(folder.is_relative_to(root) for root in roots):
        problem = "is in no folder of the sources, so what is written there would not be read"
        raise RefusedError(str(into), problem, "choose a folder below one of them")
    return folder


def names_in(folder: Path) -> set[str]:
    """The names in a folder, in small letters; raises RefusedError where it cannot be read."""
    try:
        return {path.name.lower() for path in folder.iterdir()}
    except FileNotFoundError:
        return set()  # it is made with the first file
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise RefusedError(str(folder), problem, "check the path and its permissions") from None
