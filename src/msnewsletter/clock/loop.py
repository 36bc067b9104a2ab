"""One wake of the clock, step by step, and when a failed step is tried again.

The steps are independent: a source that cannot be read does not keep an issue from going out.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from msnewsletter.clock.clock_lock import ClockLock
from msnewsletter.clock.heartbeat import FailingStep, Heartbeat, read_heartbeat, write_heartbeat
from msnewsletter.clock.notify import notify
from msnewsletter.errors import BusyError, NewsletterError, SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.clock_work import (
    due_work,
    new_alarm,
    note_notified,
    publish_due,
    standby_work,
)
from msnewsletter.publisher.results import NothingDue, Released, SlotTaken, Waits
from msnewsletter.publisher.settling import MachineClock
from msnewsletter.store import Notification

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.clock_work import DueWork
    from msnewsletter.publisher.collect import Collected
    from msnewsletter.publisher.results import Published
    from msnewsletter.settings import ScheduleSection

_log = logging.getLogger("msnewsletter.clock")


class Clock:
    """One clock's work at one home.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        every: seconds between two wakes; None: there is only one.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime], every: float | None) -> None:
        self._home = home
        self._now = now
        self._every = every
        self._machine = MachineClock(now=now, wait=time.sleep)
        self._lock = ClockLock(home)
        self._failing: dict[str, FailingStep] = {}
        self._said: set[object] = set()
        self._refused: set[str] = set()
        self._ours = self._working = self._waited = self._stopping = False
        self._due: DueWork | None = None
        before = read_heartbeat(home)
        # The last wake at which the machine's clock could be right; whether it can be now.
        self._trusted = before.last_trusted if before else None
        self._doubtful: bool | None = None
        # A long-running clock begins by collecting; one that cron starts remembers the last time.
        self._collected = before.collected if before and every is None else None
        self._sources_read = False

    def check(self) -> None:
        """Raise now what would fail at every wake: bad settings, a database of a newer version."""
        _schedule(due_work(self._home, at=self._now(), seen=self._trusted))

    @property
    def healthy(self) -> bool:
        """Whether no step is failing."""
        return not self._failing

    def wake(self) -> None:
        """Do what is due; raises nothing but what stops the process."""
        self._ours = False
        self._try("lock", self._take_lock)
        if not self._ours:
            self._wait()
            return
        if not self._working:
            self._working = True
            self._event("took over" if self._waited else "started", every=self._every)
            self._waited = False
        self._due = self._doubtful = None
        for name, step in (
            ("publish", self._publish),
            ("notify", self._notify),
            ("collect", self._collect),
            ("alarm", self._alarm),
        ):
            if not self._stopping:
                self._try(name, step)
        self._beat()

    def _take_lock(self, now: datetime) -> None:
        del now
        self._ours = self._lock.take()

    def _wait(self) -> None:
        """Another clock works, or the database does not answer: do what only this home can do."""
        here = self._lock.here
        if "lock" not in self._failing:
            why = f"another clock is at work {'on the database' if here else 'here'}"
            if not self._waited:
                self._event("waits", why=why)
            self._waited, self._working = True, False
            if here:
                self._try("standby", self._stand_by)
        if here:
            self._beat()

    def stop(self) -> None:
        """Ask the clock to stop after the current step."""
        self._stopping = True

    def leave(self) -> None:
        """Free the place for another clock."""
        if self._lock.here:
            self._beat(stopped=True)
        if self._working:
            self._event("stopped")
        self._lock.leave()

    # ── steps ────────────────────────────────────────────────────────────────────────────────

    def _publish(self, now: datetime) -> None:
        work = self._work(now)
        if work.doubt:
            self._once("doubt", logging.WARNING, "clock in doubt", why=str(work.doubt))
            return
        self._said.discard("doubt")
        if work.set_back:
            why = "the last published slot is in the future"
            self._once("set back", logging.WARNING, "clock set back", why=why)
        else:
            self._said.discard("set back")
        if work.idle:
            return
        self._due = None
        self._report(publish_due(self._home, at=now, machine=self._machine))
        self._sources_read = True

    def _stand_by(self, now: datetime) -> None:
        for number in standby_work(self._home, at=now):
            self._event("recovered", issue=number)

    def _notify(self, now: datetime) -> None:
        work = self._work(now)
        schedule = _schedule(work)
        if work.doubt:
            self._notify_doubt(work, now)
            return
        if work.event is None or work.slot is None or work.notified:
            return
        if work.event is Notification.DRAFT:
            self._collect_now(now)
        # Imported when it is needed: most runs of `run --once` find nothing to do.
        from msnewsletter.publisher.next_issue_preview import next_issue_preview  # noqa: PLC0415

        preview = next_issue_preview(self._home, at=now)
        if work.event is Notification.WAITS and not preview.waiting_reason:
            return
        if schedule.notifying:
            notify(self._home, schedule.notifying, preview, work.slot, work.event)
        note_notified(self._home, work.event, work.slot.key, at=now)
        self._event(
            "drafted" if work.event is Notification.DRAFT else "notified",
            slot=work.slot.key,
            issue=preview.issue.number if preview.issue else None,
            command=bool(schedule.notifying),
        )

    def _notify_doubt(self, work: DueWork, now: datetime) -> None:
        if work.notified or work.event is None or work.about is None:
            return
        if words := _schedule(work).notifying:
            from msnewsletter.publisher.next_issue_preview import next_issue_preview  # noqa: PLC0415

            preview = next_issue_preview(self._home, at=now)
            notify(self._home, words, preview, None, work.event, why=str(work.doubt))
        note_notified(self._home, work.event, work.about, at=now)

    def _collect(self, now: datetime) -> None:
        work = self._work(now)
        if work.doubt:
            return  # what is undated would be dated to a moment that is to come
        every, last = _schedule(work).collecting, self._collected
        # Before `last`: the machine's clock was set back.
        if every and (last is None or not last <= now < last + every):
            self._collect_now(now)

    def _alarm(self, now: datetime) -> None:
        """Notify the editors of what was sent and is refused or kept back now."""
        if not self._sources_read:
            return
        if found := new_alarm(self._home, at=now):
            preview, about = found
            work = self._work(now)
            if words := _schedule(work).notifying:
                notify(self._home, words, preview, work.slot, Notification.ALARM)
            note_notified(self._home, Notification.ALARM, about, at=now)
            for alarm in preview.alarms:
                self._event("not corrected", logging.WARNING, why=str(alarm))
        self._sources_read = False

    def _collect_now(self, now: datetime) -> None:
        from msnewsletter.publisher.collect import collect_now  # noqa: PLC0415  (see _notify)

        collected = collect_now(self._home, at=now, machine=self._machine)
        self._collected = now
        # Where nothing was read and nothing is wrong, the editors know all there is to know.
        self._sources_read |= bool(collected.read or collected.refused or collected.alarms)
        if collected.read:
            self._event("collected", summaries=len(collected.read))
        self._refusals(collected)

    def _work(self, now: datetime) -> DueWork:
        """What is due, determined once per wake, and again after publishing."""
        if self._due is None:
            self._due = due_work(self._home, at=now, seen=self._trusted)
            self._doubtful = self._due.doubt is not None
            _schedule(self._due)
        return self._due

    # ── log events ───────────────────────────────────────────────────────────────────────────

    def _report(self, done: Published) -> None:
        for number in done.recovered:
            self._event("recovered", issue=number)
        match done:
            case NothingDue() | SlotTaken():
                return
            case Waits(reason=why):
                self._refusals(done.preview.collected)
                kind, slot = "late" if done.late else "waits", done.preview.trigger.name
                self._once((kind, slot, why), logging.WARNING, kind, slot=slot, why=why)
                return
        self._refusals(done.preview.collected)
        slot = done.preview.trigger.name
        for older in done.preview.trigger.coalesce:
            self._event("coalesced", slot=older.key, into=slot)
        if isinstance(done, Released):
            self._event(
                "published",
                slot=slot,
                issue=done.issue.number,
                entries=len(done.issue.entries),
                corrections=len(done.issue.corrections),
            )
        else:
            self._event("empty", slot=slot)

    def _refusals(self, collected: Collected) -> None:
        """Log each refusal once; `status` repeats it until it is corrected."""
        lines = dict.fromkeys(map(str, (*collected.refused, *collected.warned)))
        for why in lines:
            if why not in self._refused:
                self._event("refused or doubtful", logging.WARNING, why=why)
        self._refused = set(lines)

    def _once(self, key: object, level: int, event: str, **facts: object) -> None:
        if key not in self._said:
            self._said.add(key)
            self._event(event, level, **facts)

    def _event(self, event: str, level: int = logging.INFO, **facts: object) -> None:
        _log.log(level, event, extra={"facts": {k: v for k, v in facts.items() if v is not None}})

    # ── failures ─────────────────────────────────────────────────────────────────────────────

    def _try(self, name: str, step: Callable[[datetime], None]) -> None:
        now = self._now()
        failing = self._failing.get(name)
        if failing and failing.rests(now):
            return
        try:
            step(now)
        except BusyError as error:
            self._once(("busy", name), logging.INFO, "busy", step=name, why=str(error))
        except NewsletterError as error:
            self._fail(name, str(error), now)
        except Exception as error:  # noqa: BLE001  (a bug must not stop the clock)
            self._fail(name, f"a bug: {type(error).__name__}: {error}", now)
        else:
            self._said.discard(("busy", name))
            if self._failing.pop(name, None):
                self._event("works again", step=name)

    def _fail(self, name: str, reason: str, now: datetime) -> None:
        before = self._failing.get(name)
        since, failures = (before.since, before.failures + 1) if before else (now, 1)
        failing = FailingStep(since=since, failures=failures, reason=reason, last=now)
        self._failing[name] = failing
        again_in_s = int(failing.pause.total_seconds())
        self._event(
            "failed", logging.ERROR, step=name, why=reason, failures=failures, again_in_s=again_in_s
        )

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
            failing=self._failing,
        )
        try:
            write_heartbeat(self._home, heartbeat)
        except NewsletterError as error:
            self._once("no beat", logging.ERROR, "failed", step="heartbeat", why=str(error))
        else:
            self._said.discard("no beat")


def _schedule(work: DueWork) -> ScheduleSection:
    if work.schedule is None:
        raise SettingsError(
            SETTINGS_NAME,
            "there is no [schedule]",
            'add one, e.g. every = "week", on = ["monday"], at = "08:00"',
        )
    return work.schedule
