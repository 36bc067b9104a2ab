"""Fetches: asks the sources that are no folders, and keeps what they say in `var/sources/`.

A source that fails costs no other, and keeps what it said before. What was fetched is collected
like any file; who only looks never asks the network.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread
from time import monotonic
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import sync_disk
from msnewsletter.disk.lock import freed, take_file_lock
from msnewsletter.errors import BusyError, NewsletterError, printable
from msnewsletter.publisher.due_sources import due_sources
from msnewsletter.publisher.fetched_files import since_of
from msnewsletter.publisher.fetched_summaries import Keeper
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_memory import (
    SourceHealth,
    SourceMemory,
    read_health,
    read_memory,
    without_lost,
    write_health,
    write_index,
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
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

# Sources that are asked side by side; each host has one request at a time all the same.
_SIDE_BY_SIDE = 8
# The index is written again and again during a look: after so many finds, and a tenth of all that
# are known, so that its size costs no more than the finds do; or after so many seconds.
_FINDS, _SECONDS = 50, 10.0
# How long a look that is asked to stop may take to the next find, before nobody waits for it.
_LAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a look at a source brought.

    Attributes:
        source: its name.
        came: new and changed summaries.
        problems: summaries that could not be read, or that are no longer there.
        failure: why the source failed as a whole; None: it did not.
        fails_newly: the look before did not fail.
        works_again: the look before failed.
        stopped: the look was stopped before its end; the next one goes on.
        remarks: on the source as a whole.
        rests_until: it was not asked at all: its server wants no request before then.
    """

    source: str
    came: int = 0
    problems: int = 0
    failure: NewsletterError | None = None
    fails_newly: bool = False
    works_again: bool = False
    stopped: bool = False
    remarks: tuple[str, ...] = ()
    rests_until: datetime | None = None


def fetch(
    home: Home,
    *,
    now: Callable[[], datetime],
    names: Collection[str] = (),
    forced: bool = False,
    wait: float = 0,
) -> tuple[Fetched, ...]:
    """Look at the sources that are due, and keep what they say.

    Raises BusyError when another process fetches in this home, and RefusedError while a reset is
    not done.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        names: of the sources to look at; empty: all.
        forced: a person asks, so the rhythm of looks does not count; a pause that a server asked
            for does.
        wait: seconds to wait for that other process.
    """
    at = now()
    with looking(home, at=at) as session:
        settings = session.settings
        running = session.store.last_issue() is not None
    asked = [one for one in settings.fetched if not names or one.name in names]
    due = due_sources(home, settings, at=at, names=names, forced=forced)
    fetching = Fetching(home, now=now)
    try:
        fetching.start(due, settings, running=running, wait=wait)
        found = {one.source: one for one in fetching.ended(within=None)}
    finally:
        fetching.leave()
    for source in asked if forced else ():
        health = None if source.name in found else read_health(home, source.name)
        if health:
            found[source.name] = Fetched(source=source.name, rests_until=health.not_before)
    return tuple(found[one.name] for one in asked if one.name in found)


class Fetching:
    """Looks that are under way in this process, each in a thread of its own.

    Whoever starts them need not wait: a server that takes minutes holds nothing up. While one is
    under way no other process fetches in this home.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self._ended: SimpleQueue[Fetched | None] = SimpleQueue()
        self._under_way: set[str] = set()
        self._guard, self._places = Lock(), Semaphore(_SIDE_BY_SIDE)
        self._handle: int | None = None
        self._stopping = False
        self._waited_for = 0

    def start(
        self,
        sources: Iterable[FetchedSource],
        settings: Settings,
        *,
        running: bool,
        wait: float = 0,
    ) -> None:
        """Begin a look at each of these sources, but for those whose look is under way.

        Raises BusyError when another process fetches here for `wait` seconds more, and
        RefusedError while a reset is not done. `running`: the newsletter has an issue.
        """
        looks = [
            SourceLook(self._home, settings, source, running=running, now=self._now)
            for source in sources
            if source.name not in self._under_way
        ]
        if not looks or self._stopping:
            return
        refuse_reset_under_way(self._home)
        with self._guard:
            if self._handle is None:
                self._handle = _lock(self._home, wait=wait)
            self._under_way |= {look.name for look in looks}
        for look in looks:
            self._waited_for += 1
            Thread(target=self._run, args=(look,), name="fetch", daemon=True).start()

    def ended(self, *, within: float | None) -> tuple[Fetched, ...]:
        """What the looks brought that ended since the last call.

        Waits until all have ended, but no longer than `within` seconds (None: as long as it
        takes), and no longer than until `stop`.
        """
        return self._taken(within=within, heed_stop=True)

    def _taken(self, *, within: float | None, heed_stop: bool) -> tuple[Fetched, ...]:
        found: list[Fetched] = []
        end = None if within is None else monotonic() + within
        while self._waited_for:
            try:
                left = None if end is None else max(end - monotonic(), 0)
                one = self._ended.get(timeout=left)
            except Empty:
                break
            if one is None and heed_stop:
                break
            if one is None:
                continue
            self._waited_for -= 1
            found.append(one)
        return tuple(found)

    def stop(self) -> None:
        """Ask the looks to end after the find at hand; may be called by a signal's handler."""
        self._stopping = True
        self._ended.put(None)  # wakes who waits

    def leave(self) -> None:
        """Stop, and give the looks a moment to end; those that do not end with the process."""
        if self._waited_for:
            self._stopping = True
            child_process.stop_all()
            self._taken(within=_LAST_SECONDS, heed_stop=False)
            child_process.stop_all()  # one that was about to start

    def _run(self, look: SourceLook) -> None:
        with self._places:
            done = look.run(stopping=lambda: self._stopping)
        with self._guard:
            self._under_way.discard(look.name)
            if not self._under_way and self._handle is not None:
                os.close(self._handle)
                self._handle = None
        self._ended.put(done)


def _lock(home: Home, *, wait: float) -> int:
    """The handle of the lock of who fetches; raises BusyError."""
    handle, ours = take_file_lock(home, home.fetch_lock)
    if ours or freed(handle, within=wait):
        return handle
    os.close(handle)
    raise BusyError(
        home.display_path(home.fetch_lock),
        "another msnewsletter fetches here",
        "run again when it has finished",
    )


class SourceLook:
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
        self._home, self._settings, self._source = home, settings, source
        self._running, self._now = running, now
        self.name = source.name

    def run(self, *, stopping: Callable[[], bool]) -> Fetched:
        """Look, until `stopping` says true; raises nothing of ours."""
        at = self._now()
        try:
            memory = self._begin(at)
        except NewsletterError as error:
            # What cannot be remembered is not asked for: it would be asked for at every wake.
            return Fetched(source=self.name, failure=error, fails_newly=True)
        keeper = Keeper(
            self._home,
            self.name,
            memory,
            at=at,
            first_look=memory.health.caught_up is None,
            written_by=self._source.written_by,
        )
        failure: NewsletterError | None = None
        through = False
        try:
            through = self._look(keeper, stopping)
        except NewsletterError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  (a bug in one kind must not stop the others)
            problem = f"a bug: {type(error).__name__}: {error}"
            failure = FetchError(self.name, printable(problem), "report it")
        health = _health(memory.health, keeper, self._source, at, failure, through=through)
        try:
            self._write_index(keeper)
            write_health(self._home, self.name, health)
        except NewsletterError as error:
            failure = failure or error
        before = memory.health.failing_since is not None
        return Fetched(
            source=self.name,
            came=keeper.came,
            problems=keeper.problems,
            failure=failure,
            fails_newly=failure is not None and not before,
            works_again=through and failure is None and before,
            stopped=failure is None and not through,
            remarks=tuple(keeper.remarks),
        )

    def _begin(self, at: datetime) -> SourceMemory:
        """What is remembered, with this look; raises OutboxError where nothing can be."""
        kind = str(getattr(self._source, "kind", ""))
        memory = read_memory(self._home, self.name)
        if memory is None:
            memory = SourceMemory(health=SourceHealth(added=at, running=self._running))
        elif memory.health.kind not in {kind, None}:
            # Another kind names the same summaries in other ways: what is new to it may be old.
            health = replace(memory.health, caught_up=None)
            memory = replace(memory, health=health, documents={})
        memory = replace(memory, health=replace(memory.health, kind=kind, begun=at))
        write_health(self._home, self.name, memory.health)
        return without_lost(self._home, self.name, memory)

    def _look(self, keeper: Keeper, stopping: Callable[[], bool]) -> bool:
        """Keep what is found; False: it was stopped before the end."""
        finds, saved = 0, monotonic()
        if stopping():
            return False
        keeper.keep_written_by()
        known = keeper.known(since=since_of(self._source, keeper.memory, self._settings.zone))
        with (
            self._fetcher() as fetcher,
            closing(_finds(self._source, fetcher, known, self._home)) as found,
        ):
            for find in found:
                _keep(keeper, find)
                finds += 1
                enough = finds > _FINDS + len(keeper.memory.summaries) // 10
                if enough or monotonic() - saved > _SECONDS:
                    self._write_index(keeper)
                    finds, saved = 0, monotonic()
                if stopping():
                    return False
        return True

    def _write_index(self, keeper: Keeper) -> None:
        if keeper.unsynced:
            sync_disk()
            keeper.unsynced = False
        write_index(self._home, self.name, keeper.memory)

    def _fetcher(self) -> Fetcher:
        source, newsletter = self._source, self._settings.newsletter
        limits = FetchLimits(
            private=source.private,
            pause=source.pause,
            timeout=source.timeout,
            robots=isinstance(source, PageSource),
        )
        return Fetcher(agent=f"msnewsletter (+{newsletter.site})", limits=limits, now=self._now)


def _keep(keeper: Keeper, find: Find) -> None:
    """Keep a find; what no file can hold costs no other. Raises OutboxError."""
    try:
        keeper.keep(find)
    except NewsletterError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever a server may have sent)
        keeper.problems += 1
        what = getattr(find, "address", type(find).__name__)
        keeper.remarks.append(printable(f"{what} could not be kept ({type(error).__name__})"))


def _health(
    before: SourceHealth,
    keeper: Keeper,
    source: FetchedSource,
    at: datetime,
    failure: NewsletterError | None,
    *,
    through: bool,
) -> SourceHealth:
    """The source's health after a look; one that was stopped says nothing of it."""
    if failure is None and not through:
        return before
    if failure is None:
        spoilt = keeper.spoilt
        # One that brings as much as a look may bring has not brought all that there is.
        caught_up = at if keeper.new < source.most else None
        return SourceHealth(
            added=before.added,
            running=before.running,
            kind=before.kind,
            begun=at,
            tried=at,
            succeeded=at,
            caught_up=before.caught_up or caught_up,
            came=keeper.came,
            problems=keeper.problems,
            remarks=tuple(keeper.remarks),
            spoilt=spoilt,
            spoilt_since=(before.spoilt_since or at) if spoilt else None,
        )
    asked = failure.retry_after if isinstance(failure, FetchError) else None
    return replace(
        before,
        tried=at,
        failing_since=before.failing_since or at,
        failures=before.failures + 1,
        reason=str(failure),
        came=keeper.came or before.came,
        remarks=tuple(keeper.remarks) or before.remarks,
        not_before=at + asked if asked else None,
    )


def _finds(
    source: FetchedSource, fetcher: Fetcher, known: KnownSource, home: Home
) -> Generator[Find]:
    """What the source's kind finds; closing it closes what the kind has open."""
    yield from _look_of(source, fetcher, known, home)


def _look_of(
    source: FetchedSource, fetcher: Fetcher, known: KnownSource, home: Home
) -> Iterator[Find]:
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
