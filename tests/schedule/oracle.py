"""When a wall clock shows each local time for the first time, found by watching the clock.

Independent of slots.py: it never turns local time into an instant. It walks through UTC in quarters
of an hour, asks zoneinfo what clocks show (the other direction), and writes down what it sees.

A time that a change leaves out is never shown. PEP 495 (fold=0) means by it the moment at which a
clock that nobody had moved would show it; so the walk lets such a clock run on after each change.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

QUARTER = timedelta(
    minutes=15
)  # every offset since 1970, and every change of it, is whole quarters


def first_shown(
    zone: str, start: datetime, end: datetime, times: Collection[time]
) -> dict[datetime, datetime]:
    """Each nominal local time at one of `times` of day, and the UTC instant it comes.

    `start` and `end` are aware UTC, on a quarter of an hour.
    """
    clock = ZoneInfo(zone)
    came: dict[datetime, datetime] = {}
    now = start
    highest = start.astimezone(clock).replace(tzinfo=None) - QUARTER
    while now <= end:
        shown = now.astimezone(clock).replace(tzinfo=None, fold=0)
        unmoved, instant = highest + QUARTER, now
        while unmoved < shown:  # left out
            if unmoved.time() in times:
                came[unmoved] = instant
            unmoved, instant = unmoved + QUARTER, instant + QUARTER
        if shown > highest:
            if shown.time() in times:
                came[shown] = now
            highest = shown
        now += QUARTER
    return came


def changes(zone: str, start: datetime, end: datetime) -> list[datetime]:
    """The instants, aware UTC, at which the zone's clocks are moved."""
    clock = ZoneInfo(zone)
    found = []
    now = start
    offset = now.astimezone(clock).utcoffset()
    while now <= end:
        now += QUARTER
        if (new := now.astimezone(clock).utcoffset()) != offset:
            found.append(now)
            offset = new
    return found


def fires(came: dict[datetime, datetime], wanted: Callable[[datetime], bool]) -> list[str]:
    """What a schedule does that wants these nominal times: `instant nominal`, ascending.

    Two that come at one instant are one, known by its later name, which is what clocks show then.
    """
    by_instant = {instant: local for local, instant in sorted(came.items()) if wanted(local)}
    return [line(instant, local) for instant, local in sorted(by_instant.items())]


@lru_cache(maxsize=100_000)
def line(instant: datetime, local: datetime) -> str:
    """One firing, for a list that is easy to compare."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%MZ} {local:%Y-%m-%d %H:%M}"
