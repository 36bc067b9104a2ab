"""Fetches: asks the sources that are no folders, and keeps what they say in `var/sources/`.

A source that fails costs no other, and keeps what it said before. What was fetched is collected
like any file; who only looks never asks the network.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.disk.lock import take_file_lock
from msnewsletter.errors import BusyError, NewsletterError
from msnewsletter.publisher.fetch_rhythm import is_due
from msnewsletter.publisher.fetched_files import since_of
from msnewsletter.publisher.fetched_summaries import Keeper
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_memory import (
    SourceHealth,
    SourceMemory,
    read_memory,
    write_memory,
)
from msnewsletter.source_settings import CommandSource, FeedSource, JsonSource, PageSource
from msnewsletter.sources.fetch import (
    child_process,
    command_source,
    feed_source,
    json_source,
    page_source,
)
from msnewsletter.sources.fetch.client import Fetcher, FetchError, FetchLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

# Sources that are asked side by side; each host has one request at a time all the same.
_SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a look at a source brought.

    Attributes:
        source: its name.
        came: new and changed summaries.
        problems: summaries that could not be read, or that are no longer there.
        failure: why the source failed as a whole; None: it did not.
    """

    source: str
    came: int = 0
    problems: int = 0
    failure: NewsletterError | None = None


def fetch(
    home: Home,
    *,
    now: Callable[[], datetime],
    names: Collection[str] = (),
    forced: bool = False,
) -> tuple[Fetched, ...]:
    """Look at the sources that are due, and keep what they say.

    Raises BusyError when another process fetches in this home.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        names: of the sources to look at; empty: all.
        forced: a person asks, so the rhythm of looks does not count; a pause that a server asked
            for does.
    """
    with looking(home, at=now()) as session:
        settings = session.settings
        running = session.store.last_issue() is not None
    sources = [one for one in settings.fetched if not names or one.name in names]
    if not sources:
        return ()
    with _fetching(home), ThreadPoolExecutor(_SIDE_BY_SIDE, "fetch") as threads:
        looks = [
            _SourceLook(home, settings, source, running=running, now=now) for source in sources
        ]
        due = [look for look in looks if look.is_due(forced=forced)]
        try:
            return tuple(threads.map(_SourceLook.run, due))
        except BaseException:
            # Ctrl-C: we wait for these threads, and they for their programs.
            child_process.stop_all()
            raise


@contextmanager
def _fetching(home: Home) -> Iterator[None]:
    handle, ours = take_file_lock(home, home.fetch_lock)
    try:
        if not ours:
            raise BusyError(
                home.display_path(home.fetch_lock),
                "another msnewsletter fetches here",
                "run again when it has finished",
            )
        yield
    finally:
        os.close(handle)


class _SourceLook:
    """One look at one source."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        source: FetchedSource,
        *,
        running: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._home, self._settings, self._source, self._now = home, settings, source, now
        at = now()
        memory = read_memory(home, source.name)
        self._memory = memory or SourceMemory(health=SourceHealth(added=at, running=running))
        self._first = self._memory.health.succeeded is None and not self._memory.summaries
        self._at = at

    def is_due(self, *, forced: bool) -> bool:
        """Whether the source is to be asked now."""
        return is_due(self._memory.health, self._source, self._settings, self._at, forced=forced)

    def run(self) -> Fetched:
        """Look; raises nothing of ours."""
        keeper = Keeper(
            self._home, self._source.name, self._memory, at=self._at, first_look=self._first
        )
        failure: NewsletterError | None = None
        try:
            with self._fetcher() as fetcher:
                known = keeper.known(
                    since=since_of(self._source, self._memory, self._settings.zone)
                )
                for find in _finds(self._source, fetcher, known, self._home):
                    keeper.keep(find)
        except NewsletterError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  (a bug in one kind must not stop the others)
            problem = f"a bug: {type(error).__name__}: {error}"
            failure = FetchError(self._source.name, problem, "report it")
        memory = replace(keeper.memory, health=self._health(keeper, failure))
        try:
            write_memory(self._home, self._source.name, memory)
        except NewsletterError as error:
            failure = failure or error
        return Fetched(
            source=self._source.name, came=keeper.came, problems=keeper.problems, failure=failure
        )

    def _fetcher(self) -> Fetcher:
        source, newsletter = self._source, self._settings.newsletter
        limits = FetchLimits(
            private=source.private,
            pause=source.pause,
            timeout=source.timeout,
            robots=isinstance(source, PageSource),
        )
        return Fetcher(agent=f"msnewsletter (+{newsletter.site})", limits=limits, now=self._now)

    def _health(self, keeper: Keeper, failure: NewsletterError | None) -> SourceHealth:
        before, at = self._memory.health, self._at
        if failure is None:
            return SourceHealth(
                added=before.added,
                running=before.running,
                tried=at,
                succeeded=at,
                came=keeper.came,
                remarks=tuple(keeper.remarks),
            )
        asked = failure.retry_after if isinstance(failure, FetchError) else None
        return replace(
            before,
            tried=at,
            failing_since=before.failing_since or at,
            failures=before.failures + 1,
            reason=str(failure),
            not_before=at + asked if asked else None,
        )


def _finds(
    source: FetchedSource, fetcher: Fetcher, known: KnownSource, home: Home
) -> Iterator[Find]:
    """What the source's kind finds."""
    match source:
        case PageSource():
            return page_source.look(source, fetcher=fetcher, known=known, root=home.root)
        case FeedSource():
            return feed_source.look(source, fetcher=fetcher, known=known, root=home.root)
        case JsonSource():
            return json_source.look(source, fetcher=fetcher, known=known, root=home.root)
        case CommandSource():
            return command_source.look(source, fetcher=fetcher, known=known, root=home.root)
        case _:
            raise NotImplementedError(source)
