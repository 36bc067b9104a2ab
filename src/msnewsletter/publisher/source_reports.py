"""How fetched sources do, for people and monitors: from what is remembered; asks no source."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.publisher.fetch_rhythm import rhythm
from msnewsletter.publisher.fetched_files import dates_of, day_of, since_of
from msnewsletter.publisher.source_memory import SourceHealth, health_path, read_health, read_memory
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_memory import SourceMemory
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
        damaged: its state.json cannot be read.
        stale_since: what it says is known as of then, and it was to be looked at since; None: it
            is up to date, or was never read.
        known: how many summaries it has named.
        taken: those that are collected; the others are `older` than its `since`, or gone.
        problems: those that have a problem now.
    """

    name: str
    kind: str
    health: SourceHealth | None = None
    damaged: bool = False
    stale_since: datetime | None = None
    known: int = 0
    taken: int = 0
    older: int = 0
    problems: int = 0

    def read_sentence(self, zone: tzinfo) -> str:
        """When it was last read, and whether it fails: what follows its name."""
        health = self.health
        if self.damaged:
            return "has a damaged state.json; the next look makes it again"
        if health is None or health.begun is None:
            return "was never looked at; 'msnewsletter collect' does"
        read = "was never read"
        if health.succeeded:
            read = f"was last read {local_time(health.succeeded, zone)}"
        if health.failing_since:
            since = local_time(health.failing_since, zone)
            return f"{read}, and fails since {since}: {health.reason}"
        return read


def source_reports(home: Home, settings: Settings, *, at: datetime) -> tuple[SourceReport, ...]:
    """How the fetched sources do at `at` (aware), in the order of the settings."""
    memories = {source.name: read_memory(home, source.name) for source in settings.fetched}
    dates = dates_of(filter(None, memories.values()))
    return tuple(
        _report(home, settings, source, memories[source.name], dates=dates, at=at)
        for source in settings.fetched
    )


def left_sources(home: Home, settings: Settings) -> tuple[str, ...]:
    """The names of sources that the settings do not name any more: their files are not read."""
    known = {source.name for source in settings.fetched}
    with suppress(OSError):
        return tuple(sorted(name for name in os.listdir(home.fetched) if name not in known))  # noqa: PTH208  (names are enough)
    return ()


def _report(
    home: Home,
    settings: Settings,
    source: FetchedSource,
    memory: SourceMemory | None,
    *,
    dates: Mapping[str, str],
    at: datetime,
) -> SourceReport:
    damaged = read_health(home, source.name) is None and health_path(home, source.name).exists()
    if memory is None:
        return SourceReport(name=source.name, kind=source.kind, damaged=damaged)
    since = since_of(source, memory, settings.zone)
    said = [one for one in memory.summaries.values() if one.digest]
    older = sum(
        since is not None and day_of(one, memory, settings.zone, dates) < since for one in said
    )
    return SourceReport(
        name=source.name,
        kind=source.kind,
        health=memory.health,
        damaged=damaged,
        stale_since=_stale_since(memory.health, rhythm(source, settings), at),
        known=len(memory.summaries),
        taken=len(said) - older,
        older=older,
        problems=sum(one.problem for one in said),
    )


def _stale_since(health: SourceHealth, every: timedelta, at: datetime) -> datetime | None:
    read = health.succeeded
    if read and (health.failing_since or at > read + every + _GRACE):
        return read
    return None
