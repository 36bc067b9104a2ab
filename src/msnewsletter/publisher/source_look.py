"""One look at one source: asks it, keeps what it says, and what became of the look.

A bug or a fault of one kind is the failure of its source alone, and what it said before stays.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import sync_disk
from msnewsletter.errors import NewsletterError, OutboxError, printable
from msnewsletter.publisher.fetched_files import since_of
from msnewsletter.publisher.fetched_summaries import Keeper
from msnewsletter.publisher.renamed_source import take_former_memory
from msnewsletter.publisher.source_memory import (
    SourceHealth,
    SourceMemory,
    agreeing_with_files,
    read_memory,
    write_health,
    write_index,
)
from msnewsletter.source_settings import (
    CommandSource,
    FeedSource,
    JsonSource,
    PageSource,
    PluginSource,
)
from msnewsletter.sources.fetch import (
    command_source,
    feed_source,
    json_source,
    page_source,
    plugin_source,
)
from msnewsletter.sources.fetch.client import Fetcher, FetchError, FetchLimits
from msnewsletter.sources.fetch.finds import Read, Unread
from msnewsletter.sources.fetch.shown_address import shown_address
from msnewsletter.text import bug_words

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource
    from msnewsletter.sources.fetch.finds import Find, NotAsked
    from msnewsletter.sources.fetch.known_source import KnownSource

# The index is written again and again during a look: after so many finds, and a tenth of all that
# are known, so that its size costs no more than the finds do; or after so many seconds.
_FINDS, _SECONDS = 50, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LookResult:
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
        not_asked: known pages that were not asked for again; None: all were, or it has none.
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
    not_asked: NotAsked | None = None


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
        ask_fresh: bool = False,
        again: bool = False,
    ) -> None:
        self._home, self._settings, self._source = home, settings, source
        self._ask_fresh, self._again = ask_fresh, again
        self._running, self._now = running, now
        self.name = source.name
        self._former: str | None = None

    def run(self, *, stopping: Callable[[], bool]) -> LookResult:
        """Look, until `stopping` says true; raises nothing of ours."""
        at = self._now()
        try:
            memory = self._begin(at)
        except NewsletterError as error:
            # What cannot be remembered is not asked for: it would be asked for at every wake.
            return LookResult(source=self.name, failure=error, fails_newly=True)
        except OSError as error:
            place = self._home.display_path(self._home.fetched / self.name)
            problem = f"cannot be read ({error.strerror})"
            failed = OutboxError(place, problem, "check its permissions")
            return LookResult(source=self.name, failure=failed, fails_newly=True)
        keeper = Keeper(
            self._home,
            self.name,
            memory,
            at=at,
            first_look=memory.health.caught_up is None,
            written_by=self._source.written_by,
        )
        if self._former:
            keeper.remark(f"it is the source {self._former!r} of before, with what that brought")
        failure: NewsletterError | None = None
        through = False
        try:
            through = self._look(keeper, stopping)
        except NewsletterError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  (a bug in one kind must not stop the others)
            failure = FetchError(self.name, bug_words(error), "report it")
        health = _health(memory.health, keeper, self._source, at, failure, through=through)
        try:
            self._write_index(keeper)
            write_health(self._home, self.name, health)
        except NewsletterError as error:
            failure = failure or error
        before = memory.health.failing_since is not None
        return LookResult(
            source=self.name,
            came=keeper.came,
            problems=keeper.problems,
            failure=failure,
            fails_newly=failure is not None and not before,
            works_again=through and failure is None and before,
            stopped=failure is None and not through,
            remarks=keeper.remarks,
            not_asked=keeper.not_asked,
        )

    def _begin(self, at: datetime) -> SourceMemory:
        """What is remembered, with this look; raises OutboxError where nothing can be."""
        kind = self._source.kind
        memory = read_memory(self._home, self.name)
        if memory is None:
            named = {one.name for one in self._settings.fetched}
            self._former = take_former_memory(self._home, self._source, named)
            memory = read_memory(self._home, self.name) if self._former else None
        if memory is None:
            memory = SourceMemory(health=SourceHealth(added=at, running=self._running))
        elif memory.health.kind not in {kind, None}:
            # Another kind names the same summaries in other ways: what is new to it may be old.
            health = replace(memory.health, caught_up=None)
            memory = replace(memory, health=health, documents={})
        elif memory.health.naming not in {self._source.naming, None}:
            # So may what other settings name.
            memory = replace(memory, health=replace(memory.health, caught_up=None))
        naming = self._source.naming
        memory = replace(memory, health=replace(memory.health, kind=kind, naming=naming, begun=at))
        write_health(self._home, self.name, memory.health)
        return agreeing_with_files(self._home, self.name, memory)

    def _look(self, keeper: Keeper, stopping: Callable[[], bool]) -> bool:
        """Keep what is found; False: it was stopped before the end."""
        finds, saved = 0, monotonic()
        if stopping():
            return False
        keeper.keep_written_by()
        since = since_of(self._source, keeper.memory, self._settings.zone)
        known = keeper.known(since=since, again=self._again)
        with (
            self._fetcher() as fetcher,
            closing(self._finds(fetcher, known)) as found,
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
            ask_fresh=self._ask_fresh,
        )
        return Fetcher(agent=f"msnewsletter (+{newsletter.site})", limits=limits, now=self._now)

    def _finds(self, fetcher: Fetcher, known: KnownSource) -> Generator[Find]:
        """What the source's kind finds; closing it closes what the kind has open."""
        yield from self._look_of_kind(fetcher, known)

    def _look_of_kind(self, fetcher: Fetcher, known: KnownSource) -> Iterator[Find]:
        root = self._home.root
        match self._source:
            case PageSource() as source:
                return page_source.look(source, fetcher=fetcher, known=known, root=root)
            case FeedSource() as source:
                return feed_source.look(source, fetcher=fetcher, known=known, root=root)
            case JsonSource() as source:
                return json_source.look(source, fetcher=fetcher, known=known, root=root)
            case CommandSource() as source:
                return command_source.look(source, fetcher=fetcher, known=known, root=root)
            case PluginSource() as source:
                return plugin_source.look(source, fetcher=fetcher, known=known, root=root)
            case source:
                raise NotImplementedError(source)


def _keep(keeper: Keeper, find: Find) -> None:
    """Keep a find; what no file can hold costs no other. Raises OutboxError."""
    try:
        keeper.keep(find)
    except NewsletterError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever a server may have sent)
        keeper.problems += 1
        what = shown_address(find.address) if isinstance(find, Read | Unread) else "a find"
        keeper.remark(printable(f"{what} could not be kept ({type(error).__name__})"))


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
        # One that brings as much as a look may bring has not brought all that there is; nor has one
        # that brings nothing at all: a site that is being repaired, or a selector that is wrong.
        caught_up = at if keeper.is_whole and keeper.new < source.most else None
        return SourceHealth(
            added=before.added,
            running=before.running,
            kind=before.kind,
            naming=before.naming,
            begun=at,
            tried=at,
            succeeded=at,
            caught_up=before.caught_up or caught_up,
            came=keeper.came,
            problems=keeper.problems,
            remarks=keeper.remarks,
            spoilt=spoilt,
            spoilt_since=(before.spoilt_since or at) if spoilt else None,
            known=len(keeper.memory.summaries),
            not_before=at + keeper.rest if keeper.rest else None,
            unanswered=keeper.unanswered,
            partial_since=(before.partial_since or at) if keeper.is_partial else None,
            empty_since=(before.empty_since or at) if keeper.empty else None,
        )
    asked = failure.retry_after if isinstance(failure, FetchError) else None
    return replace(
        before,
        tried=at,
        failing_since=before.failing_since or at,
        failures=before.failures + 1,
        reason=str(failure),
        came=keeper.came or before.came,
        remarks=keeper.remarks or before.remarks,
        not_before=at + asked if asked else None,
    )
