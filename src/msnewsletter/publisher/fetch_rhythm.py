"""When a source is looked at: its rhythm, and pauses after failures. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.growing_pause import growing_pause
from msnewsletter.schedule.rule import duration_from
from msnewsletter.sources.fetch.cache_rules import LONGEST

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.publisher.source_memory import SourceHealth
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_USUAL = timedelta(hours=1)


def is_due(
    health: SourceHealth,
    source: FetchedSource,
    settings: Settings,
    at: datetime,
    *,
    forced: bool,
    slot: datetime | None = None,
) -> bool:
    """Whether a source is to be looked at; see `fetch`.

    `slot`: one that is due: its issue gets what there is, so a look from before it is too old, and
    a source that fails gets one more.
    """
    if health.tried and at < health.tried:
        return True  # the clock was set back, and what it once said decides nothing
    # No server is heard that asks for longer: the file is damaged, or the clock was set back.
    if health.not_before and at < health.not_before <= at + LONGEST:
        return False
    if forced or health.tried is None:
        return True
    if slot and health.tried < slot <= at:
        return True
    if health.failing_since:
        return at >= health.tried + pause_after(health.failures)
    return at >= health.tried + rhythm(source, settings)


def rhythm(source: FetchedSource, settings: Settings) -> timedelta:
    """How often a source is looked at."""
    if source.every is not None:
        return duration_from("every", source.every)
    collecting: timedelta | None = settings.schedule.collecting if settings.schedule else None
    return collecting or _USUAL


def pause_after(failures: int) -> timedelta:
    """The pause after so many failures in a row."""
    return growing_pause(failures, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
