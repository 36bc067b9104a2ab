"""The kind `command`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.source_settings import CommandSource
    from msnewsletter.sources.fetch.client import Fetcher
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource


def look(
    source: CommandSource, *, fetcher: Fetcher, known: KnownSource, root: Path
) -> Iterator[Find]:
    """Ask the source, and yield what it brings; raises SourceError where it fails as a whole."""
    del fetcher, known, root
    yield from ()
    raise SourceError(source.name, "is not read yet", "wait")
