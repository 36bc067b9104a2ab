"""Init: a new home that publishes at once, from the packaged settings and samples."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors
from msnewsletter.errors import RefusedError
from msnewsletter.home import SETTINGS_NAME, packaged_home

if TYPE_CHECKING:
    from msnewsletter.home import Home


def init_home(home: Home) -> None:
    """Create a home; raises RefusedError where there is one already."""
    if home.settings.exists():
        raise RefusedError(
            str(home.settings), "there is a home here already", "name another folder"
        )
    with disk_errors(home, str(home.root)):
        for folder in (home.root / "summaries", home.records, home.templates):
            folder.mkdir(parents=True, exist_ok=True)
        for sample in sorted((packaged_home() / "summaries").iterdir()):
            if not sample.name.startswith("."):
                shutil.copyfile(sample, home.root / "summaries" / sample.name)
        # Last: a folder with settings is a home, and a half-made one must not look like one.
        shutil.copyfile(packaged_home() / SETTINGS_NAME, home.settings)
