"""A worker: lanes that send chunks, a sign of life, and the patience for a database that is away.

It works in rounds. A round ends when the worker is stopped, or when anything fails that the
database has a part in; then every lane ends, and the next round begins with what their journals
know. So no lane ever works with a session that it does not trust.
"""

from __future__ import annotations

import asyncio
import os
import platform
import secrets
import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from importlib.metadata import version
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import psycopg
from procrastinate.exceptions import ProcrastinateException

from msnewsletter.cluster.database_clock import DatabaseClock
from msnewsletter.cluster.job_loop import run_jobs
from msnewsletter.cluster.lane import Lane, LaneTools, worker_settings
from msnewsletter.cluster.lease import Lease, Periods, limit_silence
from msnewsletter.cluster.ledger_memory import LedgerMemory
from msnewsletter.cluster.pooler import refuse_transaction_pooler
from msnewsletter.cluster.queue_schema import prepare_queue
from msnewsletter.cluster.sweep import sweep
from msnewsletter.cluster.worker_folder import (
    MEMORY,
    add_worker_name,
    journal_folders,
    left_folders,
    worker_folder,
    worker_names,
)
from msnewsletter.cluster.worker_log import WorkerLog, quiet_libraries
from msnewsletter.errors import NewsletterError, StoreError
from msnewsletter.publisher.delivering.left_claims import settle_journal
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.publisher.delivering.seen_workers import JOB_FORM
from msnewsletter.publisher.delivering.sending_pace import may_send_at
from msnewsletter.store.subscribers import WorkerRow, open_subscribers, subscribers_at
from msnewsletter.store.subscribers.settle_rows import lease_lost
from msnewsletter.text import bug_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.store.location import DatabaseLocation

_PROGRAM: Final = "msnewsletter"


def seconds_since_boot() -> float:
    """A clock that never goes back, and does not stand still while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Worker:
    """One worker of a newsletter; `run` it, and `stop` it from a signal's handler.

    Attributes:
        ended: it works no more.
    """

    def __init__(
        self,
        home: Home,
        *,
        lanes: int,
        periods: Periods | None = None,
        monotonic: Callable[[], float] = seconds_since_boot,
    ) -> None:
        """Prepare.

        Args:
            home: has newsletter.toml, at least; `var/workers/` is made in it.
            lanes: how many chunks it sends at the same time.
            periods: how often it does what.
            monotonic: seconds of a clock that never goes back, nor stands still.
        """
        self._home, self._lanes = home, lanes
        self._periods, self._monotonic = periods or Periods(), monotonic
        self._log = WorkerLog()
        self._stop = StopRequest()
        self._round: _Round | None = None
        self.ended = False

    def stop(self) -> None:
        """Finish what is under way, and end."""
        self._stop.request()
        if self._round:
            self._round.end()

    def run(self) -> None:
        """Work until `stop`.

        Raises SettingsError, StoreError and others for what does not pass by itself, before it has
        done anything.
        """
        quiet_libraries()
        settings, _ = worker_settings(self._home)
        location = subscribers_at(self._home, settings)
        with worker_folder(self._home) as folder, ExitStack() as ending:
            ending.callback(self._note_end)
            failures = 0
            while not self._stop.requested:
                try:
                    failures = 0 if self._one_round(location, folder) else failures + 1
                except StoreError as error:
                    if not error.passing:
                        raise
                    failures += 1
                    self._log.waits(str(error))
                if not self._stop.requested:
                    self._stop.wait(self._periods.pause(failures or 1))
            self._log.event("stopped")

    def _note_end(self) -> None:
        self.ended = True

    def _one_round(self, location: DatabaseLocation, folder: Path) -> bool:
        """Whether it ended well, or at least after long; raises StoreError where it never began."""
        began = self._monotonic()
        round_ = _Round(
            self._home,
            location,
            folder,
            periods=self._periods,
            monotonic=self._monotonic,
            log=self._log,
        )
        self._round = round_
        with ExitStack() as opened:
            round_.open(opened)
            for _ in range(self._lanes):
                round_.add_lane()
            if not self._stop.requested:
                self._log.event("works", worker=round_.name, lanes=self._lanes)
                self._log.works()
                round_.work()
            ended = round_.leave(within=self._periods.last if self._stop.requested else None)
        return ended or self._monotonic() - began > self._periods.longest_pause


class _Round:
    """What a worker has from the moment at which the database is there until it fails."""

    def __init__(
        self,
        home: Home,
        location: DatabaseLocation,
        folder: Path,
        *,
        periods: Periods,
        monotonic: Callable[[], float],
        log: WorkerLog,
    ) -> None:
        self.name = f"{platform.node()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._home, self._location, self._folder = home, location, folder
        self._periods, self._monotonic, self._log = periods, monotonic, log
        self._clock = DatabaseClock(monotonic)
        self._lease = Lease(periods, monotonic)
        self._lanes: list[Lane] = []
        self._ended = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None

    def open(self, opened: ExitStack) -> None:
        """Open the database, and settle what earlier workers have left here."""
        url = self._location.url
        if url is None:
            raise RuntimeError("worker_settings refuses a database that is a file")
        self._store = opened.enter_context(open_subscribers(self._location, empty=False))
        refuse_transaction_pooler(self._location, url)
        limit_silence(self._store, self._periods)
        prepare_queue(self._store)
        now = self._clock.set(self._store.database_now)
        self._settle_left(now)
        self._memory = LedgerMemory(self._home, self._folder / MEMORY)
        self._hold_older()
        # Before it is known to others: a kill in between leaves no name that nobody knows here.
        add_worker_name(self._home, self._folder, self.name)
        self._store.begin_worker(
            WorkerRow(
                name=self.name,
                machine=platform.node(),
                process=os.getpid(),
                release=version(_PROGRAM),
                form=JOB_FORM,
                started=now,
                seen=now,
            )
        )
        self._lease.renewed(self._monotonic())

    def _hold_older(self) -> None:
        for issue in self._memory.hold_older(self._store):
            self._log.held(issue)

    def _settle_left(self, now: datetime) -> None:
        """Settle by journals; then nobody need be asked for who wrote them."""
        with left_folders(self._home, self._folder) as left:
            names = {name for folder in left for name in worker_names(self._home, folder)}
            for folder in left:
                for journal in journal_folders(folder):
                    found = settle_journal(self._home, self._store, journal, at=now)
                    if number := sum(found.values()):
                        self._log.event("settled by journals", deliveries=number)
            for one in self._store.workers():
                if one.name in names and one.ended is None:
                    self._store.end_worker(one.name, at=now)

    def add_lane(self) -> None:
        """Begin one more lane."""
        tools = LaneTools(
            home=self._home,
            location=self._location,
            folder=self._folder,
            worker=self.name,
            clock=self._clock,
            monotonic=self._monotonic,
            lease=self._lease,
            memory=self._memory,
            until=self._until,
            periods=self._periods,
            log=self._log,
            failed=self._fail,
        )
        self._lanes.append(Lane(tools))

    def _until(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self._periods.lease)

    def work(self) -> None:
        """Take jobs until the round ends; raises nothing of the database."""
        beating = Thread(target=self._beats, name="beat", daemon=True)
        beating.start()
        try:
            asyncio.run(self._take_jobs())
        finally:
            self.end()
            beating.join(self._periods.last)

    async def _take_jobs(self) -> None:
        url = self._location.url
        if url is None:
            raise RuntimeError("a round begins with a database on a server")
        ended = asyncio.Event()
        self._wake = ended.set
        self._loop = asyncio.get_running_loop()
        try:
            if not self._ended.is_set():
                await run_jobs(self._location, url, self._lanes, self._periods, ended)
        except Exception as error:  # noqa: BLE001  (whatever it is, the round ends)
            self._fail(error)
        finally:
            self._loop = None

    def end(self) -> None:
        """Let the round end; by any thread, and by a signal's handler."""
        self._ended.set()
        for lane in self._lanes:
            lane.stop()
        if loop := self._loop:
            with suppress(RuntimeError):  # it has ended by itself, and is closed
                loop.call_soon_threadsafe(self._wake)

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self.end()

    def _beats(self) -> None:
        """Give signs of life, and sweep, until the round ends."""
        swept = self._monotonic() - self._periods.sweep
        try:
            while not self._ended.wait(self._periods.beat):
                self._beat()
                if self._monotonic() - swept >= self._periods.sweep:
                    swept = self._monotonic()
                    self._sweep_if_possible()
        except BaseException as error:  # noqa: BLE001  (the round ends by it)
            self._fail(error)

    def _beat(self) -> None:
        asked = self._monotonic()
        now = self._clock.set(self._store.database_now)
        until = now + timedelta(seconds=self._periods.lease)
        before = self._journals()
        kept = self._store.renew_leases(self.name, now=now, until=until, says=self._log.says)
        # A lane may have begun another journal meanwhile.
        if (before - kept) & self._journals():
            raise lease_lost(self._location.shown)
        self._lease.renewed(asked)
        self._hold_older()

    def _journals(self) -> frozenset[str]:
        return frozenset(lane.journal for lane in self._lanes)

    def _sweep_if_possible(self) -> None:
        """Where somebody holds what it needs, the next sweep does it: our own lanes go on."""
        try:
            self._sweep()
        except StoreError as error:
            if not error.passing:
                raise
            self._log.event("not swept", why=str(error))

    def _sweep(self) -> None:
        settings, section = worker_settings(self._home)
        now = self._clock.now()
        swept = sweep(
            self._store,
            now=now,
            may_send=may_send_at(section, now, settings.zone),
            silent=self._periods.silent,
        )
        for worker, number in swept.lost.items():
            self._log.event("lost", worker=worker, in_doubt=number)

    def leave(self, *, within: float | None) -> bool:
        """End the lanes, and say why the round ended; returns whether nothing was wrong.

        within: seconds; what is under way then its journal knows. None: as long as it takes, for
        nobody may settle what a lane has in hand.
        """
        if self._failure is not None:
            # Before it waits: a lane may have something in hand for as long as a server is slow.
            self._log.waits(_explained(self._failure))
        deadline = None if within is None else self._monotonic() + within
        for lane in self._lanes:
            lane.stop()
        for lane in self._lanes:
            lane.join(None if deadline is None else max(deadline - self._monotonic(), 0))
        if self._failure is None:
            self._store.end_worker(self.name, at=self._clock.now())
            return True
        return False


def _explained(error: BaseException) -> str:
    """One line; what libraries say may hold an address of the database, and more than one."""
    if isinstance(error, NewsletterError):
        return str(error)
    if isinstance(error, psycopg.Error | ProcrastinateException):
        return f"the queue in the database cannot be reached ({type(error).__name__})"
    return bug_words(error) if isinstance(error, Exception) else type(error).__name__
