"""A source file as if it had been saved already: how readers would read it, before it is written.

Holds the bytes that a form would write. Writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.publisher.source_files import ranked
from msnewsletter.sources import SourceFile, parse_file
from msnewsletter.sources.folder import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_files import SourceFiles
    from msnewsletter.settings import Settings
    from msnewsletter.sources import Reading

# A time that no file has: what is tried is always read.
_NEVER_STORED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedFile:
    """The file, which need not be there yet, and what it would hold."""

    file: SourceFile
    data: bytes

    def among(self, listed: SourceFiles, settings: Settings) -> SourceFiles:
        """All source files, with this one in its place."""
        mine = replace(self.file, size=len(self.data), changed_ns=_NEVER_STORED)
        others = (one for one in listed.files if one.location != mine.location)
        return replace(listed, files=ranked((*others, mine), settings))

    def read(self, file: SourceFile) -> Reading:
        """What a listed file holds: this one what would be saved, all others what is there."""
        if file.location != self.file.location:
            return read_file(file)
        return parse_file(file, self.data)


def new_markdown(home: Home, settings: Settings, path: Path) -> SourceFile:
    """A Markdown file that is not there yet; its path is in a folder of the sources."""
    folders = (source for source in settings.folders if _holds(home, source.path, path))
    return SourceFile(
        address=str(path),
        location=home.display_path(path),
        format="markdown",
        name=path.stem,
        size=0,
        changed_ns=_NEVER_STORED,
        source=next((source.label for source in folders), ""),
        language=settings.newsletter.effective_words,
    )


def _holds(home: Home, folder: str, path: Path) -> bool:
    return path.is_relative_to((home.root / folder).resolve())
