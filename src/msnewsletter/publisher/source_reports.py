"""How fetched sources do, for people and monitors: from what is remembered; asks no source."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.publisher.fetch_rhythm import rhythm
from msnewsletter.publisher.source_memory import (
    SourceHealth,
    closed_folder,
    has_health,
    read_health,
)
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource

# How much later than its rhythm a look may come: the clock rests a quarter of an hour at most.
_GRACE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How one fetched source does.

    Attributes:
        name, kind: as in the settings.
        health: what is remembered; None: it was never looked at.
        damaged: its state.json is no such file any more.
        closed: the folder that keeps us from reading what is remembered of it; None: none does.
        stale_since: what it says is known as of then, and it was to be looked at since; None: it
            is up to date, or was never read.
    """

    name: str
    kind: str
    health: SourceHealth | None = None
    damaged: bool = False
    closed: Path | None = None
    stale_since: datetime | None = None

    def read_sentence(self, zone: tzinfo) -> str:
        """When it was last read, and whether it fails: what follows its name."""
        health = self.health
        if self.closed:
            return "is not known to do well or badly: what is remembered of it cannot be read"
        if self.damaged:
            return "has a damaged state.json; the next look makes it again"
        if health is None or health.begun is None:
            return "was never looked at; 'msnewsletter collect' does"
        return _read_sentence(health, zone)


def _read_sentence(health: SourceHealth, zone: tzinfo) -> str:
    read = "was never read to its end" if health.came else "was never read"
    if health.succeeded:
        read = f"was last read {local_time(health.succeeded, zone)}"
    if health.failing_since:
        since = local_time(health.failing_since, zone)
        return f"{read}, and fails since {since}: {health.reason}"
    if health.empty_since:
        return f"{read}, and names no summary since {local_time(health.empty_since, zone)}"
    if health.partial_since:
        since = local_time(health.partial_since, zone)
        return f"{read}, and fails partly since {since}: {unanswered(health)}"
    return read


def unanswered(health: SourceHealth) -> str:
    """What a source that fails partly does not give."""
    if not health.unanswered:
        return "not all that it names was read"
    several = f"{health.unanswered:,} of its pages do" if health.unanswered > 1 else "a page does"
    return f"{several} not come"


def source_reports(home: Home, settings: Settings, *, at: datetime) -> tuple[SourceReport, ...]:
    """How the fetched sources do at `at` (aware), in the order of the settings; quick."""
    return tuple(_report(home, settings, source, at) for source in settings.fetched)


def left_sources(home: Home, settings: Settings) -> tuple[str, ...]:
    """The names of sources that the settings do not name any more: their files are not read."""
    known = {source.name for source in settings.fetched}
    with suppress(OSError):
        return tuple(sorted(name for name in os.listdir(home.fetched) if name not in known))  # noqa: PTH208  (names are enough)
    return ()


def _report(home: Home, settings: Settings, source: FetchedSource, at: datetime) -> SourceReport:
    health = read_health(home, source.name)
    return SourceReport(
        name=source.name,
        kind=source.kind,
        health=health,
        damaged=health is None and has_health(home, source.name),
        closed=closed_folder(home, source.name),
        stale_since=_stale_since(health, rhythm(source, settings), at) if health else None,
    )


def _stale_since(health: SourceHealth, every: timedelta, at: datetime) -> datetime | None:
    read = health.succeeded
    if read and (health.failing_since or at > read + every + _GRACE):
        return read
    return None
