"""The newest preview, kept up to date: watches the home's files and notifies open pages.

Owns when a preview is made again. Where one cannot be made, the last good one stays, beside
the error.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from watchfiles import awatch

from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.publisher.clock_state import NEVER_RAN
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.settling import MachineClock
from msnewsletter.settings import load_settings
from msnewsletter.web.desk.file_stamps import FileStamps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from watchfiles import Change

    from msnewsletter.home import Home
    from msnewsletter.publisher.clock_state import ClockState
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.source_settings import FolderSource

# Milliseconds without another change until a change counts, and at most: editors write in bursts.
_QUIET, _BURST = 20, 200
# Milliseconds between two looks when nothing changes: a slot passes, a clock publishes.
_LOOK_AGAIN = 30_000
# What is watched; True: with all below.
_WatchedPaths = dict[bool, tuple[Path, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewState:
    """The state that the desk shows.

    Attributes:
        preview: the last one that could be made; None: there was none yet.
        before: the one before it that was different; None: none since the desk was opened.
        trouble: why there is no newer one; None: this is the newest.
        clock: what the clock does, on which it depends whether anything goes out by itself.
    """

    preview: NextIssuePreview | None = None
    before: NextIssuePreview | None = None
    trouble: NewsletterError | None = None
    clock: ClockState = NEVER_RAN

    @property
    def version(self) -> str:
        """Changes whenever any of this does; not with each wake of a clock at work."""
        clock = self.clock.kind if self.clock.is_at_work else self.clock
        text = f"{self.preview.version if self.preview else ''} {self.trouble or ''} {clock}"
        return sha256(text.encode(errors="replace")).hexdigest()[:16]


class LivePreview:
    """Makes previews of one home's next issue. Thread-safe.

    `now` gives the time, aware; `clock`, what the clock does then.
    """

    def __init__(
        self, home: Home, *, now: Callable[[], datetime], clock: Callable[[], ClockState]
    ) -> None:
        self.home = home
        self.now = now
        self._clock = clock
        # The desk shows what was saved a moment ago; what it publishes waits for it.
        self.machine = MachineClock(now=now, wait=time.sleep)
        self._lock = RLock()  # who saves also refreshes
        self._shown = PreviewState()
        # The files before they were read for what is shown.
        self._stamps = FileStamps()
        self._site: tuple[str, Mapping[str, bytes]] = ("", {})
        self._waiting: set[asyncio.Event] = set()
        self._closed = False

    @property
    def shown(self) -> PreviewState:
        """The state that the desk shows; made when it is first asked for."""
        made = self._shown if self._shown.preview or self._shown.trouble else self.refresh()
        # A clock that starts or stops changes no file that is watched.
        return replace(made, clock=self._clock())

    @contextmanager
    def saving(self) -> Iterator[None]:
        """While the desk itself saves files and makes the preview again.

        Who notices the files meanwhile waits, and finds that they are shown already.
        """
        with self._lock:
            yield

    def refresh(self) -> PreviewState:
        """Make the preview again; never raises a NewsletterError."""
        with self._lock:
            last = self._shown
            self._stamps = FileStamps.taken(self._files())
            try:
                made = next_issue_preview(self.home, at=self.now())
                version = made.version  # renders it: whatever fails, fails here
            except NewsletterError as error:
                self._shown = replace(last, trouble=error)
                return self._shown
            changed = last.preview is not None and last.preview.version != version
            before = last.preview if changed else last.before
            self._shown = PreviewState(preview=made, before=before)
            return self._shown

    def at_once(self) -> NextIssuePreview:
        """The issue that publishing now by hand would release; raises any NewsletterError."""
        made = next_issue_preview(self.home, at=self.now(), by_hand=True)
        _ = made.findings  # renders it: whatever fails, fails here
        return made

    def site(self) -> Mapping[str, bytes]:
        """The site's files as publishing would write them; raises any NewsletterError."""
        shown = self.shown
        if shown.preview is None:
            raise shown.trouble or RefusedError("the desk", "there is no preview yet", "look again")
        version, files = self._site
        if version != shown.version:
            files = shown.preview.site()
            self._site = (shown.version, files)
        return files

    # ── live ─────────────────────────────────────────────────────────────────────────────────

    async def keep_fresh(self, stop: asyncio.Event) -> None:
        """Make the preview again whenever a file of the home changes, until `stop` is set.

        Where changes cannot be watched (too many folders, a folder that went away meanwhile), the
        desk says so, and looks again by itself.
        """
        while not stop.is_set():
            try:
                await self._watch_until_moved(stop)
            except* Exception as group:  # noqa: BLE001  (whatever it is, the desk goes on)
                self._say_unwatched(group.exceptions[0])
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), timeout=_LOOK_AGAIN / 1000)

    async def _watch_until_moved(self, stop: asyncio.Event) -> None:
        watched = self._watched_paths()
        moved = asyncio.Event()  # folders came or went: watch anew
        async with asyncio.TaskGroup() as tasks:
            ending = tasks.create_task(_set_after(stop, moved))
            watches = [
                tasks.create_task(self._watch(paths, watched, moved, recursive=recursive))
                for recursive, paths in watched.items()
                if paths
            ]
            # Watching starts in each task's first step; what changed before that is looked for.
            await asyncio.sleep(0)
            if not await asyncio.to_thread(self._has_shown_all):
                await self.renew()
            await asyncio.gather(*watches)
            ending.cancel()

    def _say_unwatched(self, error: Exception) -> None:
        seconds = _LOOK_AGAIN // 1000
        trouble = RefusedError(
            "the desk",
            f"changes of files are seen only every {seconds} seconds ({error})",
            "free what the system limits, or start the desk again",
        )
        with self._lock:
            self._shown = replace(self._shown, trouble=trouble)
        self.announce()

    async def _watch(
        self,
        paths: tuple[Path, ...],
        watched: _WatchedPaths,
        moved: asyncio.Event,
        *,
        recursive: bool,
    ) -> None:
        async for changes in awatch(
            *paths,
            watch_filter=None if recursive else self._counts,
            debounce=_BURST,
            step=_QUIET,
            rust_timeout=_LOOK_AGAIN,
            yield_on_timeout=True,
            stop_event=moved,
            recursive=recursive,
            ignore_permission_denied=True,
        ):
            await self.renew({path for _, path in changes})
            if self._watched_paths() != watched:
                moved.set()

    async def renew(self, changed: Collection[str] = ()) -> None:
        """Make the preview again, and wake the open pages.

        `changed`: what is known to have changed, and nothing else; it may be shown already, because
        the desk itself saved it. Empty: anything may have.
        """
        if not changed or not await asyncio.to_thread(self._has_shown, changed):
            await asyncio.to_thread(self.refresh)
        self.announce()

    def _has_shown(self, changed: Collection[str]) -> bool:
        """Whether these files are as they were when what is shown was read."""
        if str(self.home.lock) in changed:  # the database has no stamp
            return False
        with self._lock:  # what is being made counts
            return self._shown.trouble is None and self._stamps.still_hold(changed)

    def _has_shown_all(self) -> bool:
        """Whether no file has changed since then, and nobody has begun to write the database."""
        with self._lock:
            newest = self._shown.trouble is None and self._shown.preview is not None
            return newest and self._stamps == FileStamps.taken(self._files())

    def _watched_paths(self) -> _WatchedPaths:
        """Folders of which single entries count, and those (True) that count with all below."""
        own = tuple(place for place in (self.home.root, self.home.var) if place.is_dir())
        return {False: own, True: tuple(place for place in self._whole() if place.exists())}

    def _whole(self) -> list[Path]:
        sources = [self.home.root / source.path for source in self._folders()]
        return [self.home.records, self.home.templates, self.home.fetched, *sources]

    def _folders(self) -> Sequence[FolderSource]:
        """The sources that are folders, by the settings of what is shown, or those at first."""
        if made := self._shown.preview:
            return made.settings.folders
        with suppress(NewsletterError):
            return load_settings(self.home.settings).folders
        return ()

    def _files(self) -> list[Path]:
        """What previews are made of; of the database, what tells that it is written."""
        return [self.home.settings, self.home.glossary, self.home.lock, *self._whole()]

    def _counts(self, change: Change, path: str) -> bool:
        """Whether an entry of the home or of `var/` matters: a file, the lock, what is watched."""
        del change
        home = self.home
        return Path(path) in {home.var, *self._files()}

    def announce(self) -> None:
        """Wake the open pages; for the event loop's thread."""
        for event in self._waiting:
            event.set()

    def close(self) -> None:
        """End the streams of all open pages; for the event loop's thread."""
        self._closed = True
        self.announce()

    async def versions(self) -> AsyncIterator[str]:
        """The version of what is shown, now and after each change, until `close`."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            sent = None
            while not self._closed:
                version = self.shown.version
                if version != sent:
                    sent = version
                    yield sent
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), timeout=_LOOK_AGAIN / 1000)
                event.clear()
        finally:
            self._waiting.discard(event)


async def _set_after(stop: asyncio.Event, event: asyncio.Event) -> None:
    await stop.wait()
    event.set()
