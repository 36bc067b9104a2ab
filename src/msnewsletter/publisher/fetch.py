"""Fetches: asks the sources that are no folders, and keeps what they say in `var/sources/`.

A source that fails costs no other, and keeps what it said before. What was fetched is collected
like any file; who only looks never asks the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher.due_sources import due_sources
from msnewsletter.publisher.fetching import Fetching
from msnewsletter.publisher.session import looking, no_progress_shown
from msnewsletter.publisher.source_look import LookResult
from msnewsletter.publisher.source_memory import read_health

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Progress


def fetch(
    home: Home,
    *,
    now: Callable[[], datetime],
    names: Collection[str] = (),
    forced: bool = False,
    ask_fresh: bool = False,
    again: bool = False,
    wait: float = 0,
    progress: Progress = no_progress_shown,
) -> tuple[LookResult, ...]:
    """Look at the sources that are due, and keep what they say.

    Raises BusyError when another process fetches in this home, and RefusedError while a reset is
    not done.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        names: of the sources to look at; empty: all.
        forced: a person asks, so the rhythm of looks does not count; a pause that a server asked
            for does.
        ask_fresh: an issue waits for it; a person does where it is `forced`. As in FetchLimits.
        again: every known page is asked for again, too, whenever it is due.
        wait: seconds to wait for that other process.
        progress: called with how many sources are done, at least each second.
    """
    at = now()
    with looking(home, at=at) as session:
        settings = session.settings
        running = session.store.last_issue() is not None
    asked = [one for one in settings.fetched if not names or one.name in names]
    due = due_sources(home, settings, at=at, names=names, forced=forced)
    fetching = Fetching(home, now=now)
    try:
        fetching.start(
            due,
            settings,
            running=running,
            ask_fresh=ask_fresh or forced,
            again=again,
            wait=wait,
        )
        ended = fetching.ended(
            within=None, waiting=lambda left: progress(len(due) - left, len(due))
        )
        found = {one.source: one for one in ended}
    finally:
        fetching.leave()
    for source in asked if forced else ():
        health = None if source.name in found else read_health(home, source.name)
        if health:
            found[source.name] = LookResult(source=source.name, rests_until=health.not_before)
    return tuple(found[one.name] for one in asked if one.name in found)
