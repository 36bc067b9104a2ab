"""One wake of the clock, step by step.

The steps are independent: a source that cannot be read does not keep an issue from going out, and a
notice that cannot be given keeps nothing.
"""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.clock.attempts import Attempts
from msnewsletter.clock.background_work import BackgroundWork
from msnewsletter.clock.clock_lock import ClockLock
from msnewsletter.clock.event_log import EventLog
from msnewsletter.clock.heartbeat import Heartbeat, read_heartbeat, write_heartbeat
from msnewsletter.clock.notifier import Notifier
from msnewsletter.clock.notify_settings import keep_notify_settings
from msnewsletter.clock.work_events import WorkEvents
from msnewsletter.errors import NewsletterError, SettingsError, printable
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.clock_work import due_work, publish_due, standby_work
from msnewsletter.publisher.hub_pings import ping_hub
from msnewsletter.publisher.results import NothingDue, Released, SlotTaken, Waits
from msnewsletter.publisher.settling import MachineClock
from msnewsletter.publisher.site.push_due import push_due
from msnewsletter.publisher.subscribing.letters_waiting import drop_unconfirmed, letters_are_left

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.clock_work import DueWork
    from msnewsletter.schedule_settings import ScheduleSection

# Those of the clock that works, and that of one that waits for another.
_WORKING = (
    *("look", "fetch", "publish", "push", "deliver", "collect", "hub", "outbox", "letters"),
    "inbound",
)
_WAITING = ("standby",)
# Those of both: what only this home can do, for its site and its queues are its own.
_HERE = ("push", "hub", "outbox")
# For pushing the site at one wake: what is left goes at the next ones, and nothing waits for it.
_PUSH_SECONDS = 20.0
# For all pings of one wake.
_HUB_SECONDS = 10
# Between two wakes of a clock that waits: the server may take 20 s to see that the machine of the
# other is gone (store/postgresql.py), and this one has to be at work within a minute.
_STANDBY_SECONDS = 10.0
# Between two removals of who never confirmed.
_TIDY_EVERY = timedelta(hours=1)


class Clock:
    """One clock's work at one home.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        every: seconds between two wakes; None: there is only one, and where nothing happens it
            says nothing.
        patient: what failed rests until its pause is over; a person who waits for an answer has
            none, and a clock that stays begins without.
    """

    def __init__(
        self,
        home: Home,
        *,
        now: Callable[[], datetime],
        every: float | None,
        patient: bool = True,
    ) -> None:
        self._home = home
        self._now = now
        self._every = every
        self._machine = MachineClock(now=now, wait=time.sleep)
        self._lock = ClockLock(home)
        self._lock_pause = timedelta(seconds=2 * (every or 0))
        self._ours = self._here = self._working = self._waited = self._stopping = False
        self._due: DueWork | None = None
        self._waits: Waits | None = None
        before = read_heartbeat(home)
        # The last wake at which the machine's clock could be right; whether it can be now.
        self._trusted = before.last_trusted if before else None
        self._doubtful: bool | None = None
        memory = before or Heartbeat(beat=now(), pid=0)
        # A long-running clock begins by collecting, and tries at once what failed; one that cron
        # starts goes on where the last one ended.
        stays = every is not None
        self._collected = None if stays else memory.collected
        self._log = EventLog(() if stays else memory.said)
        self._events = WorkEvents(self._log, stays=stays)
        self._attempts = Attempts(
            self._log,
            now=now,
            failing={
                # Without the lock nothing can be told of: it is always tried.
                name: one.awake if stays or not patient or name == "lock" else one
                for name, one in memory.failing.items()
                if name in {"lock", "notify", *_WORKING, *_WAITING}
            },
            busy={} if stays else memory.busy,
        )
        self._notifier = Notifier(home, self._log, self._attempts)
        self._background = BackgroundWork(home, now=now, stays=stays, events=self._events)
        self._tidied: datetime | None = None
        self._sources_read = False

    def check(self) -> None:
        """Raise now what would fail at every wake: bad settings, a database of a newer version."""
        _schedule(due_work(self._home, at=self._now(), seen=self._trusted))

    @property
    def healthy(self) -> bool:
        """Whether no step is failing; that of another clock at work here is not ours to say."""
        return not (self._here and self._attempts.failing)

    @property
    def pause(self) -> float | None:
        """Seconds until the next wake: few while it may have to take over. None: there is none."""
        if self._every is None or self._working:
            return self._every
        return min(self._every, _STANDBY_SECONDS)

    def wake(self) -> None:
        """Do what is due; raises nothing but what stops the process."""
        self._ours = False
        self._background.wake()
        self._due = self._waits = None
        # Until a clock has it, nobody is at work: a database that is back is not waited for long.
        self._attempts.attempt("lock", self._take_lock, longest=self._lock_pause)
        if self._ours:
            self._attempts.forget(*_WAITING)
            self._work()
        else:
            self._wait()
        self._here = self._lock.here
        if self._here:
            if not self._stopping:
                self._attempts.attempt("notify", self._notify)
            self._beat()

    def stop(self) -> None:
        """Ask the clock to stop after the current step; may be called by a signal's handler."""
        self._stopping = True
        self._background.stop()

    def leave(self) -> None:
        """Free the place for another clock."""
        self._background.leave()
        if self._lock.here:
            self._beat(stopped=True)
        if self._working:
            self._events.of_itself("stopped")
        self._lock.leave()

    def _take_lock(self, now: datetime) -> None:
        del now
        self._ours = self._lock.take()

    def _work(self) -> None:
        if not self._working:
            self._working = True
            self._events.of_itself("took over" if self._waited else "started", every=self._every)
            self._waited = False
        for name, step in (
            ("look", self._look),
            ("fetch", self._fetch),
            ("publish", self._publish),
            ("deliver", self._deliver),
            ("push", self._push),
            ("fetch", self._await_fetched),
            ("collect", self._collect),
            ("hub", self._hub),
            ("outbox", self._notify_consumers),
            ("letters", self._letters),
            ("inbound", self._inbound),
            ("deliver", self._await_sent),
            ("outbox", self._await_notified),
        ):
            if not self._stopping:
                self._attempts.attempt(name, step)

    def _wait(self) -> None:
        """Another clock works, or the database does not answer: do what only this home can do."""
        here = self._lock.here
        if "lock" in self._attempts.failing:
            return
        if not self._waited:
            where = "on the database" if here else "here"
            self._events.of_itself("waits", why=f"another clock is at work {where}")
        self._waited, self._working = True, False
        self._attempts.forget(*(one for one in _WORKING if not (here and one in _HERE)))
        if here:
            self._attempts.attempt("standby", self._stand_by)
            self._attempts.attempt("push", self._push)
            self._attempts.attempt("hub", self._hub)
            self._attempts.attempt("outbox", self._notify_consumers)
            self._attempts.attempt("outbox", self._await_notified)

    # ── steps ────────────────────────────────────────────────────────────────────────────────

    def _look(self, now: datetime) -> None:
        """See what is due; without that nothing else is done."""
        due = due_work(self._home, at=now, seen=self._trusted)
        _schedule(due)
        keep_notify_settings(self._home)
        self._due, self._doubtful = due, due.doubt is not None
        self._events.of_doubt(due)

    def _fetch(self, now: datetime) -> None:
        del now
        if self._due:
            self._background.fetch(self._due)

    def _await_fetched(self, now: datetime) -> None:
        if self._due:
            self._background.await_fetched(self._due, now)

    def _publish(self, now: datetime) -> None:
        if self._due is None or self._due.idle or self._due.doubt:
            return
        done = publish_due(self._home, at=now, machine=self._machine)
        self._events.published(done)
        self._waits = done if isinstance(done, Waits) else None
        self._sources_read = True
        if not isinstance(done, NothingDue | SlotTaken):
            self._background.has_brought = False  # publishing collects
        if isinstance(done, Released) or (isinstance(done, NothingDue) and done.recovered):
            self._attempts.wake("outbox")  # a plugin that fails keeps no other waiting
        self._due = due_work(self._home, at=now, seen=self._trusted)

    def _deliver(self, now: datetime) -> None:
        self._background.deliver(self._due, now)

    def _await_sent(self, now: datetime) -> None:
        if self._due:
            self._background.await_sent(self._due, now)

    def _stand_by(self, now: datetime) -> None:
        for number in standby_work(self._home, at=now):
            self._log.event("recovered", issue=number)
            self._attempts.wake("outbox")

    def _collect(self, now: datetime) -> None:
        if self._due is None or self._due.doubt:
            return  # in doubt, what is undated would be dated to a moment that is to come
        every, last = _schedule(self._due).collecting, self._collected
        # Before `last`: the machine's clock was set back.
        due = every and (last is None or not last <= now < last + every)
        drafting = self._due.drafting and "notify" not in self._attempts.failing
        if due or drafting or self._background.has_brought:
            self._collect_now(now)

    def _notify(self, now: datetime) -> None:
        """Notify the editors of all that they do not know yet."""
        if self._due is None:
            self._notifier.notify_of_failures(now)
            return
        self._notifier.notify_of_all(
            self._due, now, waits=self._waits, sources_read=self._sources_read
        )
        self._sources_read = False

    def _push(self, now: datetime) -> None:
        """Push what changed of the site; the hub is told when all of it is there."""
        done = push_due(self._home, at=now, within=_PUSH_SECONDS)
        if done and (done.put or done.removed):
            left = done.left or None
            put, removed = len(done.put), len(done.removed)
            self._log.event("pushed", put=put, removed=removed, left=left)
        if done and done.left_out:
            name = printable(done.left_out[0])
            self._log.once("unfit", logging.WARNING, "not pushed", file=name)

    def _hub(self, now: datetime) -> None:
        """Tell the hub of the feeds that changed; a hub that fails is no failure of the clock."""
        done = ping_hub(self._home, at=now, within=_HUB_SECONDS)
        if done:
            self._events.pinged(done)

    def _notify_consumers(self, now: datetime) -> None:
        """Notify plugins of released issues; the first that fails is this step's failure."""
        del now
        self._background.notify_consumers()

    def _await_notified(self, now: datetime) -> None:
        self._background.await_notified(self._due, now)

    def _letters(self, now: datetime) -> None:
        """Send the door's mails that `serve` has not; a server that fails is no failure of ours."""
        settings = self._due.settings if self._due else None
        if settings is None:
            return
        if self._tidied is None or not self._tidied <= now < self._tidied + _TIDY_EVERY:
            drop_unconfirmed(self._home, settings, at=now)
            self._tidied = now
        if not letters_are_left(self._home, settings, at=now):
            return
        # Imported when it is needed, as what publishes is.
        from msnewsletter.publisher.subscribing.left_letters import (  # noqa: PLC0415
            send_left_letters,
        )

        self._events.letters(send_left_letters(self._home, settings, now=self._now))

    def _inbound(self, now: datetime) -> None:
        """Read what came back, where anything says where it is."""
        due, settings = self._due, self._due.settings if self._due else None
        if due and settings and settings.inbound:
            self._background.read_returns(due, settings.inbound, now)
        else:
            self._attempts.forget("inbound")

    def _collect_now(self, now: datetime) -> None:
        # Imported when it is needed: most runs of `run --once` find nothing to do.
        from msnewsletter.publisher.collect import collect_now  # noqa: PLC0415

        collected = collect_now(self._home, at=now, machine=self._machine)
        self._collected, self._background.has_brought = now, False
        # Where nothing was read and nothing is wrong, the editors know all there is to know.
        self._sources_read |= bool(collected.read or collected.refused or collected.alarms)
        self._events.collected(collected)

    def _beat(self, *, stopped: bool = False) -> None:
        beat = self._now()
        # A wake that could not ask proves nothing of the machine's clock either.
        if self._doubtful is False:
            self._trusted = beat
        heartbeat = Heartbeat(
            beat=beat,
            pid=os.getpid(),
            every=self._every,
            stopped=stopped,
            collected=self._collected,
            trusted=self._trusted,
            doubtful=self._doubtful is not False,
            failing=self._attempts.failing,
            busy=self._attempts.busy,
            said=self._log.said,
        )
        try:
            write_heartbeat(self._home, heartbeat)
        except NewsletterError as error:
            why = str(error)
            self._log.once("no beat", logging.ERROR, "failed", step="heartbeat", why=why)
        else:
            self._log.forget("no beat")


def _schedule(work: DueWork) -> ScheduleSection:
    if work.schedule is None:
        raise SettingsError(
            SETTINGS_NAME,
            "there is no [schedule]",
            'add one, e.g. every = "week", on = ["monday"], at = "08:00"',
        )
    return work.schedule
