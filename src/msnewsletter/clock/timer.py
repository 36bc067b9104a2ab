"""APScheduler as an alarm clock, and the signals that end it. Knows nothing of newsletters.

APScheduler only wakes us. Its own reckoning of days and weeks loses some at every change to or from
summer time, and drops what starts a second late: what is due is for schedule/slots.py to say.
"""

from __future__ import annotations

import logging
import signal
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """An interval, counted from now; asked for anew each time.

    APScheduler's own is counted from the last time, through every time in between that was missed:
    when the machine's clock jumps ahead by a year, that is a million of them.
    """

    def __init__(self, every: Callable[[], float]) -> None:
        self._every = every
        self.interval = timedelta(seconds=every())

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """APScheduler's question."""
        del previous
        self.interval = timedelta(seconds=self._every())
        return now + self.interval


class _Alarm(BlockingScheduler):  # type: ignore[misc]  # APScheduler ships no types
    """Wakes on time even when the machine's clock is set back.

    APScheduler sleeps until a time of day: set back by three hours, it would sleep three hours.
    """

    def _process_jobs(self) -> float:
        now = datetime.now(UTC)
        for job in self.get_jobs():
            if job.next_run_time - now > 2 * job.trigger.interval:
                job.modify(next_run_time=now)
        seconds: float = super()._process_jobs()
        return seconds


def run_every(
    wake: Callable[[], None], *, every: Callable[[], float], stop: Callable[[], None]
) -> None:
    """Call `wake` now and every so many seconds, never two at once, until a signal ends it.

    `every` is asked before each call how many seconds later the next one comes.

    On SIGTERM or SIGINT calls `stop`, lets a `wake` that runs come to its end, and returns. A
    second SIGINT ends the process at once, as if there were no handler. Main thread only, and of a
    process that ends after it: a later SIGTERM is ignored: the process is already ending.
    """
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # we say ourselves what failed
    alarm = _Alarm(
        timezone=UTC,
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    alarm.add_job(wake, _Every(every), next_run_time=datetime.now(UTC))
    signals: SimpleQueue[int] = SimpleQueue()

    def heard(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        stop()
        signals.put(number)  # the one queue that a handler may use: its put is reentrant

    def end() -> None:
        signals.get()
        alarm.shutdown(wait=True)

    Thread(target=end, name="end", daemon=True).start()
    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)
    alarm.start()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
