"""What fetched sources may have that a person has to see to: from their health alone, so quick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.publisher.source_memory import read_health
from msnewsletter.publisher.source_reports import unanswered
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_memory import SourceHealth
    from msnewsletter.settings import Settings

# A source that fails, or is empty, for so long is for a person.
_LONG = timedelta(days=1)


class Ailment(StrEnum):
    """What a source may have that a person has to see to."""

    UNREAD = "never read"
    FAILING = "failing"
    EMPTY = "empty"  # it names no summary
    SPOILT = "spoilt"  # summaries that were read well have problems now
    PARTLY = "partly failing"  # not all that it names can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class AilingSource:
    """A source that is for a person.

    Attributes:
        subject: the source's name.
        has: what is the matter.
        since: with subject and `has` it names the period, aware UTC.
        says: one line: what, since when, and what to do.
    """

    subject: str
    has: Ailment
    since: datetime
    says: str

    @property
    def about(self) -> str:
        """Names the period of ailing, for a notice that is given once for it."""
        return f"{self.subject} {self.has} {self.since.isoformat()}"


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
    yield from _failing(name, health, zone, at, last_slot)
    yield from _empty(name, health, zone, at)
    yield from _spoilt(name, health, zone)
    yield from _partly(name, health, zone, at)


def _failing(
    name: str, health: SourceHealth, zone: tzinfo, at: datetime, last_slot: datetime | None
) -> Iterator[AilingSource]:
    since = health.failing_since
    if since is None:
        return
    if health.succeeded is None:
        some = f" to its end, though it brought {health.came:,} summaries" if health.came else ""
        says = f"the source {name} has never been read{some}: {health.reason}"
        yield AilingSource(subject=name, has=Ailment.UNREAD, since=since, says=says)
        return
    missed = last_slot is not None and since <= last_slot <= at
    if missed or at - since >= _LONG:
        read = local_time(health.succeeded, zone)
        issue = "; the last issue went out without what is new there" if missed else ""
        says = f"the source {name} was last read {read}{issue}; it fails: {health.reason}"
        yield AilingSource(subject=name, has=Ailment.FAILING, since=since, says=says)


def _empty(name: str, health: SourceHealth, zone: tzinfo, at: datetime) -> Iterator[AilingSource]:
    """One that never named any summary is set up wrongly; one that did may be changing now."""
    since = health.empty_since
    if since is None or (health.known and at - since < _LONG):
        return
    then = f" since {local_time(since, zone)}, though it named {health.known:,} before"
    says = (
        f"the source {name} names no summary{then if health.known else ''}: look at its address "
        "in a browser (is it another page now, or one to log in?), and correct in "
        "newsletter.toml that address, or what is taken from it"
    )
    yield AilingSource(subject=name, has=Ailment.EMPTY, since=since, says=says)


def _spoilt(name: str, health: SourceHealth, zone: tzinfo) -> Iterator[AilingSource]:
    if health.spoilt and health.spoilt_since:
        when = local_time(health.spoilt_since, zone)
        says = (
            f"the source {name}: since {when} there are problems with {health.spoilt} summaries "
            "that were read well before; its pages may look different now: "
            "see 'msnewsletter status', and correct the source in newsletter.toml"
        )
        yield AilingSource(subject=name, has=Ailment.SPOILT, since=health.spoilt_since, says=says)


def _partly(name: str, health: SourceHealth, zone: tzinfo, at: datetime) -> Iterator[AilingSource]:
    since = health.partial_since
    if since is None or health.failing_since or at - since < _LONG:
        return
    says = (
        f"the source {name} fails partly since {local_time(since, zone)}: {unanswered(health)}; "
        "see 'msnewsletter status', and have the site let this program in, or leave these pages "
        "out (exclude in its source)"
    )
    yield AilingSource(subject=name, has=Ailment.PARTLY, since=since, says=says)
