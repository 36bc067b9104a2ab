"""Which fetched sources are to be looked at now: quick, for the clock asks at every wake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher.fetch_rhythm import is_due
from msnewsletter.publisher.source_memory import read_health

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource


def due_sources(
    home: Home,
    settings: Settings,
    *,
    at: datetime,
    names: Collection[str] = (),
    forced: bool = False,
    slot: datetime | None = None,
) -> tuple[FetchedSource, ...]:
    """The sources that are to be looked at at `at` (aware).

    Args:
        home: the newsletter's home.
        settings: in force.
        at: the moment.
        names: of the sources that count; empty: all.
        forced: a person asks; see `fetch`.
        slot: the moment of the slot that is due, if one is; see `is_due`.
    """
    found = []
    for source in settings.fetched:
        health = read_health(home, source.name)
        if (not names or source.name in names) and (
            health is None or is_due(health, source, settings, at, forced=forced, slot=slot)
        ):
            found.append(source)
    return tuple(found)
