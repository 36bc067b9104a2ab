"""How the sources do that are fetched: a line on the first screen, and under "Health".

From what is remembered of them. Who looks at the desk asks no source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.publisher.source_memory import read_health
from msnewsletter.publisher.source_reports import source_reports
from msnewsletter.text import local_time, span_words

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from msnewsletter.publisher.source_memory import SourceHealth
    from msnewsletter.web.desk.context import DeskContext


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWord:
    """A source in the line: its name, how it does in a few words, and whether it fails."""

    name: str
    says: str
    fails: bool


def source_words(desk: DeskContext) -> list[SourceWord]:
    """The sources that are fetched, in the order of the settings; empty: there are none."""
    preview = desk.live.shown.preview
    return [
        _word(one.name, read_health(desk.home, one.name), desk.live.now(), desk.zone)
        for one in (preview.settings.fetched if preview else ())
    ]


def _word(name: str, health: SourceHealth | None, now: datetime, zone: tzinfo) -> SourceWord:
    if health is None or (health.succeeded is None and health.failing_since is None):
        return SourceWord(name=name, says="never read", fails=False)
    if health.failing_since:
        since = local_time(health.failing_since, zone)
        return SourceWord(name=name, says=f"failing since {since}", fails=True)
    says = f"read {ago(now - health.succeeded)}" if health.succeeded else "never read"
    return SourceWord(name=name, says=says, fails=False)


def ago(time: timedelta) -> str:
    """How long ago something was, in the largest unit that says it: `3 hours ago`."""
    if time < timedelta(minutes=1):  # also where the clock was set back meanwhile
        return "just now"
    return f"{span_words(time)} ago"


def sources_of(desk: DeskContext) -> dict[str, object]:
    """What the tab shows of each source: when it was read, what came, and what fails."""
    preview, now = desk.live.shown.preview, desk.live.now()
    return {
        "reports": source_reports(desk.home, preview.settings, at=now) if preview else (),
        "counts": {one.source: one for one in preview.collected.since} if preview else {},
        "folders": preview.settings.folders if preview else (),
        "zone": desk.zone,
    }
