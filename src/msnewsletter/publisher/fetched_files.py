"""The files of fetched summaries as source files: which are taken, and which are too old."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.model import PartialDate
from msnewsletter.publisher.source_memory import IndexedSummary, SourceMemory, read_memory
from msnewsletter.sources.fetched_file import FORMAT, file_of, location_of
from msnewsletter.sources.folder import SourceFile

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from msnewsletter.home import Home
    from msnewsletter.source_settings import FetchedSource


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFiles:
    """A source's files; `older`: how many are from before its `since`, and not taken."""

    files: tuple[SourceFile, ...] = ()
    refused: tuple[SourceError, ...] = ()
    older: int = 0


def fetched_files(home: Home, source: FetchedSource, zone: ZoneInfo) -> FetchedFiles:
    """The files of what a source was last heard to say; a source that fails keeps what it said."""
    memory = read_memory(home, source.name)
    if memory is None:
        return FetchedFiles()
    since = since_of(source, memory, zone)
    files, older = [], 0
    for key, one in memory.summaries.items():
        if since and day_of(one, memory, zone) < since:
            older += 1
            continue
        path = file_of(home, source.name, key)
        try:
            status = path.stat()
        except OSError:
            continue  # the next look brings it again
        files.append(
            SourceFile(
                address=os.fspath(path),
                location=location_of(source.name, one.address),
                format=FORMAT,
                name=key,
                size=status.st_size,
                changed_ns=status.st_ctime_ns,
                written_ns=status.st_mtime_ns,
                source=source.label,
            )
        )
    return FetchedFiles(files=tuple(files), older=older)


def since_of(source: FetchedSource, memory: SourceMemory, zone: ZoneInfo) -> date | None:
    """The first day of what is taken; None: all of it."""
    if source.since:
        return source.since
    return memory.health.added.astimezone(zone).date() if memory.health.running else None


def day_of(summary: IndexedSummary, memory: SourceMemory, zone: ZoneInfo) -> date:
    """The day that decides whether a summary is taken.

    One without a date counts from when it was first seen; but what was there at the first look may
    be of any age.
    """
    if summary.published:
        try:
            return PartialDate.parse(summary.published).day(zone)
        except BadValueError:
            pass  # reading it says what is wrong
    if summary.first_look:
        return memory.health.added.astimezone(zone).date() - timedelta(days=1)
    return summary.first_seen.astimezone(zone).date()
