"""The one order of summaries and of entries, and the date that orders them in words."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from msnewsletter.partial_date import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from msnewsletter.model import Entry, Summary


_T = TypeVar("_T")


def dated(summary: Summary, zone: ZoneInfo) -> datetime:
    """The instant that orders a summary, aware UTC: published, else first seen.

    A bare day counts from its midnight in `zone`.
    """
    if summary.published is not None:
        return summary.published.start(zone)
    if summary.first_seen is None:
        raise ValueError(f"{summary.key!r} was never collected: it has no date at all")
    return summary.first_seen.astimezone(UTC)


def in_order(summaries: Iterable[Summary], zone: ZoneInfo) -> list[Summary]:
    """The one order of summaries: newest first, then key by code points."""
    by_key = sorted(summaries, key=attrgetter("key"))
    return sorted(by_key, key=lambda summary: dated(summary, zone), reverse=True)


def unpinned(things: Iterable[_T], *, entry: Callable[[_T], Entry]) -> list[_T]:
    """The one order of entries: pins do not count."""
    by_key = sorted(things, key=lambda thing: entry(thing).summary.key)
    return sorted(by_key, key=lambda thing: entry(thing).dated, reverse=True)


def newest_first(things: Iterable[_T], *, entry: Callable[[_T], Entry]) -> list[_T]:
    """Entries as feeds order them: by the dates that they show, then in the one order.

    So it is the same for readers that sort by date. Pins count in their issue alone.
    """
    ordered = unpinned(things, entry=entry)
    return sorted(ordered, key=lambda thing: entry(thing).feed_date, reverse=True)


def date_text(summary: Summary, zone: ZoneInfo) -> str:
    """The date that orders a summary, for the editor: `published 2026-11-20`."""
    if summary.published is None:
        return f"first seen {moment_text(dated(summary, zone), zone)} (the source gives no date)"
    if summary.published.precision is Precision.DAY:
        return f"published {summary.published.day(zone)}"
    return f"published {moment_text(dated(summary, zone), zone)}"


# The desk says the same thousands of moments again at every change.
@lru_cache(maxsize=8192)
def moment_text(instant: datetime, zone: ZoneInfo) -> str:
    """An aware instant for the editor, in the zone: `2026-11-23 08:00 (Europe/Berlin)`."""
    local = instant.astimezone(zone)
    return f"{local.date()} {local:%H:%M} ({zone.key})"
