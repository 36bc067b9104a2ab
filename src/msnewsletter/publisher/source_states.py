"""How fetched sources do, for people and monitors: from what is remembered; asks no source."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.publisher.fetch_rhythm import rhythm
from msnewsletter.publisher.fetched_files import dates_of, day_of, since_of
from msnewsletter.publisher.left_out import left_out
from msnewsletter.publisher.source_memory import SourceHealth, health_path, read_health, read_memory
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_memory import SourceMemory
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource

# A source that fails for so long is for a person.
_LONG = timedelta(days=1)
# How much later than its rhythm a look may come: the clock rests a quarter of an hour at most.
_GRACE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one fetched source does.

    Attributes:
        name, kind: as in the settings.
        health: what is remembered; None: it was never looked at.
        damaged: its state.json cannot be read.
        stale_since: what it says is known as of then, and it was to be looked at since; None: it
            is up to date, or was never read.
        known: how many summaries it has named.
        taken: those that are collected; the others are `older` than its `since`, `left_out` by its
            other settings, or gone.
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
    left_out: int = 0
    problems: int = 0

    def read_sentence(self, zone: tzinfo) -> str:
        """When it was last read, and whether it fails: what follows its name."""
        health = self.health
        if self.damaged:
            return "has a damaged state.json; the next look makes it again"
        if health is None or health.begun is None:
            return "was never looked at; 'msnewsletter collect' does"
        read = "was never read to its end" if health.came else "was never read"
        if health.succeeded:
            read = f"was last read {local_time(health.succeeded, zone)}"
        if health.failing_since:
            since = local_time(health.failing_since, zone)
            return f"{read}, and fails since {since}: {health.reason}"
        return read


def source_states(home: Home, settings: Settings, *, at: datetime) -> tuple[SourceState, ...]:
    """How the fetched sources do at `at` (aware), in the order of the settings."""
    memories = {source.name: read_memory(home, source.name) for source in settings.fetched}
    dates = dates_of(filter(None, memories.values()))
    return tuple(
        _state(home, settings, source, memories[source.name], dates=dates, at=at)
        for source in settings.fetched
    )


def left_sources(home: Home, settings: Settings) -> tuple[str, ...]:
    """The names of sources that the settings do not name any more: their files are not read."""
    known = {source.name for source in settings.fetched}
    with suppress(OSError):
        return tuple(sorted(name for name in os.listdir(home.fetched) if name not in known))  # noqa: PTH208  (names are enough)
    return ()


def _state(
    home: Home,
    settings: Settings,
    source: FetchedSource,
    memory: SourceMemory | None,
    *,
    dates: Mapping[str, str],
    at: datetime,
) -> SourceState:
    kind = str(getattr(source, "kind", ""))
    damaged = read_health(home, source.name) is None and health_path(home, source.name).exists()
    if memory is None:
        return SourceState(name=source.name, kind=kind, damaged=damaged)
    since = since_of(source, memory, settings.zone)
    out = left_out(source, memory)
    said = [one for key, one in memory.summaries.items() if one.digest and key not in out]
    older = sum(
        since is not None and day_of(one, memory, settings.zone, dates) < since for one in said
    )
    return SourceState(
        name=source.name,
        kind=kind,
        health=memory.health,
        damaged=damaged,
        stale_since=_stale_since(memory.health, rhythm(source, settings), at),
        known=len(memory.summaries),
        taken=len(said) - older,
        older=older,
        left_out=len(out),
        problems=sum(one.problem for one in said),
    )


def _stale_since(health: SourceHealth, every: timedelta, at: datetime) -> datetime | None:
    read = health.succeeded
    if read and (health.failing_since or at > read + every + _GRACE):
        return read
    return None


# ── what is for a person ─────────────────────────────────────────────────────────────────────────


class Ailment(StrEnum):
    """What a source may have that a person has to see to."""

    UNREAD = "never read"
    FAILING = "failing"
    SPOILT = "spoilt"  # summaries that were read well have problems now


@dataclass(frozen=True, slots=True, kw_only=True)
class AilingSource:
    """A source that is for a person.

    Attributes:
        name: the source's.
        has: what is the matter.
        since: with name and `has` it names the period, aware UTC.
        says: one line: what, since when, and what to do.
    """

    name: str
    has: Ailment
    since: datetime
    says: str

    @property
    def about(self) -> str:
        """Names the period of ailing, for a notice that is given once for it."""
        return f"{self.name} {self.has} {self.since.isoformat()}"


def ailing_sources(
    home: Home, settings: Settings, *, at: datetime, last_slot: datetime | None
) -> Iterator[AilingSource]:
    """The sources that a person has to see to at `at` (aware); quick.

    `last_slot`: the moment of the last slot that was taken, aware: its issue lacks what a source
    that failed then has.
    """
    for source in settings.fetched:
        if health := read_health(home, source.name):
            yield from _ailments(source.name, health, settings.zone, at, last_slot)


def _ailments(
    name: str, health: SourceHealth, zone: tzinfo, at: datetime, last_slot: datetime | None
) -> Iterator[AilingSource]:
    since = health.failing_since
    if since and health.succeeded is None:
        some = f" to its end, though it brought {health.came:,} summaries" if health.came else ""
        says = f"the source {name} has never been read{some}: {health.reason}"
        yield AilingSource(name=name, has=Ailment.UNREAD, since=since, says=says)
    elif since and health.succeeded:
        missed = last_slot is not None and since <= last_slot <= at
        if missed or at - since >= _LONG:
            read = local_time(health.succeeded, zone)
            issue = "; the last issue went out without what is new there" if missed else ""
            says = f"the source {name} was last read {read}{issue}; it fails: {health.reason}"
            yield AilingSource(name=name, has=Ailment.FAILING, since=since, says=says)
    if health.spoilt and health.spoilt_since:
        when = local_time(health.spoilt_since, zone)
        says = (
            f"the source {name}: since {when} there are problems with {health.spoilt} summaries "
            "that were read well before; its pages may look different now: "
            "see 'msnewsletter status', and correct the source in newsletter.toml"
        )
        yield AilingSource(name=name, has=Ailment.SPOILT, since=health.spoilt_since, says=says)
