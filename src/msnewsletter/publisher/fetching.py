"""Looks at sources side by side: a thread for each, and one process of a home that fetches.

A source that fails costs no other: see source_look.py.
"""

from __future__ import annotations

import os
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread
from time import monotonic
from typing import TYPE_CHECKING

from msnewsletter.disk.lock import freed, take_file_lock
from msnewsletter.errors import BusyError
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.publisher.source_look import LookResult, SourceLook
from msnewsletter.sources.fetch import child_process
from msnewsletter.sources.fetch.fetch_error import FetchError
from msnewsletter.text import bug_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource

# Sources that are asked side by side; each host has one request at a time all the same.
_SIDE_BY_SIDE = 8
# How long a look that is asked to stop may take to the next find, before nobody waits for it.
_LAST_SECONDS = 2.0
_SLICE = 1.0  # seconds of one wait


def _ignore_left(number: int) -> None:
    del number


class Fetching:
    """Looks that are under way in this process, each in a thread of its own.

    Whoever starts them need not wait: a server that takes minutes holds nothing up. While one is
    under way no other process fetches in this home.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self._ended: SimpleQueue[LookResult | None] = SimpleQueue()
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
        ask_fresh: bool = False,
        again: bool = False,
        wait: float = 0,
    ) -> None:
        """Begin a look at each of these sources, but for those whose look is under way.

        Raises BusyError when another process fetches here for `wait` seconds more, and
        RefusedError while a reset is not done. `running`: the newsletter has an issue; `ask_fresh`:
        as in FetchLimits; `again`: as in KnownSource.
        """
        looks = [
            SourceLook(
                self._home,
                settings,
                source,
                running=running,
                now=self._now,
                ask_fresh=ask_fresh,
                again=again,
            )
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

    def ended(
        self, *, within: float | None, waiting: Callable[[int], None] = _ignore_left
    ) -> tuple[LookResult, ...]:
        """What the looks brought that ended since the last call.

        Waits until all have ended, but no longer than `within` seconds (None: as long as it
        takes), and no longer than until `stop`. `waiting` is called with how many are left, at
        least each second.
        """
        return self._taken(within=within, heed_stop=True, waiting=waiting)

    def _taken(
        self,
        *,
        within: float | None,
        heed_stop: bool,
        waiting: Callable[[int], None] = _ignore_left,
    ) -> tuple[LookResult, ...]:
        found: list[LookResult] = []
        end = None if within is None else monotonic() + within
        while self._waited_for:
            waiting(self._waited_for)
            try:
                # In slices: a Ctrl-C that comes as an untimed wait begins wakes nobody.
                left = _SLICE if end is None else min(max(end - monotonic(), 0), _SLICE)
                one = self._ended.get(timeout=left)
            except Empty:
                if end is None or monotonic() < end:
                    continue
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
        try:
            with self._places:
                done = look.run(stopping=lambda: self._stopping)
        except Exception as error:  # noqa: BLE001  (who waits for it would wait for ever)
            failure = FetchError(look.name, bug_words(error), "report it")
            done = LookResult(source=look.name, failure=failure, fails_newly=True)
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
