"""A source that has another name in the settings, and names the same place: it stays what it was.

What is remembered of it gets its new name, so that what waits still waits, and nothing is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, sync_folder
from msnewsletter.publisher.source_memory import read_memory
from msnewsletter.source_settings import PageSource
from msnewsletter.sources.addresses import identity_of

if TYPE_CHECKING:
    from collections.abc import Container

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_memory import SourceMemory
    from msnewsletter.source_settings import FetchedSource


def take_former_memory(home: Home, source: FetchedSource, named: Container[str]) -> str | None:
    """Give a source that was never looked at the memory that it had under another name.

    Args:
        home: the newsletter's home.
        source: the source.
        named: the names of all sources in the settings.

    Returns that name; None: there is none, or several. Raises OutboxError.
    """
    mine = home.fetched / source.name
    if mine.exists() or not home.fetched.is_dir():
        return None
    former = [
        folder
        for folder in sorted(home.fetched.iterdir())
        if folder.name not in named
        and folder.is_dir()
        and (memory := read_memory(home, folder.name)) is not None
        and _is_of(source, memory)
    ]
    if len(former) != 1:
        return None
    with disk_errors(home):
        former[0].rename(mine)
        sync_folder(home.fetched)
    return former[0].name


def _is_of(source: FetchedSource, memory: SourceMemory) -> bool:
    """Whether a memory is of the place that a source names."""
    if (memory.health.kind, memory.health.naming) != (source.kind, source.naming):
        return False
    if not isinstance(source, PageSource) or source.sitemap or source.index:
        return True
    # Pages that are named one by one say themselves which place it is.
    pages = {identity_of(url) for url in source.urls}
    known = memory.summaries.values()
    return bool(known) and all(pages & set(one.identities) for one in known)
