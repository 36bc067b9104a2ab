"""The heartbeat, `var/clock.json`: written by the clock at every wake, for people and monitors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AliasChoices, Field

from msnewsletter.disk.atomic import disk_errors, make_way
from msnewsletter.disk.state_file import read_state
from msnewsletter.growing_pause import growing_pause
from msnewsletter.publisher.clock_state import NEVER_RAN, ClockKind, ClockState
from msnewsletter.serialize import pretty, to_document

if TYPE_CHECKING:
    from msnewsletter.home import Home

_NAME = "clock.json"

# Pauses after failures: from the first one on, each is twice the one before, up to the longest.
_FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
# What keeps failing: so many times, or for so long (cron may start the clock once an hour).
_A_FEW = 4
_LONG = timedelta(minutes=15)
# Missed wakes after which the clock counts as dead, and the shortest time for that.
_MISSED = 4
_LEAST = timedelta(minutes=2)
# The longest time between two starts of `run --once` by cron or a timer.
_ONCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingStep:
    """A step that fails.

    Attributes:
        since, last: its first and its last failure in a row, aware UTC.
        failures: how many in a row.
        reason: the last error, on one line.
        blocks: it is for a person to repair: a finding, a template, a setting.
        notified: the reasons that editors were notified of.
    """

    since: datetime
    failures: int
    reason: str
    last: datetime | None = None  # older versions did not write it
    blocks: bool = False
    notified: tuple[str, ...] = ()

    @property
    def awake(self) -> FailingStep:
        """The same, to be tried at once."""
        return replace(self, last=None)

    @property
    def loud(self) -> bool:
        """Whether the log says it: at the 1st, 2nd, 4th, 8th … failure."""
        return self.failures & (self.failures - 1) == 0

    def keeps_failing(self, now: datetime) -> bool:
        """Whether it is no passing trouble any more: editors are notified."""
        return self.failures >= _A_FEW or now - self.since >= _LONG

    def pause(self, longest: timedelta = LONGEST_PAUSE) -> timedelta:
        """How long after the last failure the step is tried again."""
        return growing_pause(self.failures, first=_FIRST_PAUSE, longest=longest)

    def rests(self, now: datetime, longest: timedelta = LONGEST_PAUSE) -> bool:
        """Whether the pause is not over."""
        # Before `last`: the machine's clock was set back, and the pause would last for hours.
        return self.last is not None and self.last <= now < self.last + self.pause(longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The clock at its last wake.

    Attributes:
        beat: when, aware UTC.
        pid: its process.
        every: seconds between two wakes; None: it was started for one (`--once`).
        stopped: it was asked to stop, and did.
        collected: when it last collected, aware UTC.
        trusted: the newest wake at which the machine's clock could be right, aware UTC: what the
            clock is held against next time. None: it never could, or an older version wrote this.
        doubtful: at this one it could not.
        failing: the steps that fail, by name; older versions called it `troubles`.
        busy: the steps that wait for another process, or for a mailbox that is being read, and
            since when, aware UTC.
        said: digests of what the log has said of what lasts, for clocks that cron starts.
    """

    beat: datetime
    pid: int
    every: float | None = None
    stopped: bool = False
    collected: datetime | None = None
    trusted: datetime | None = None
    doubtful: bool = False
    failing: Annotated[
        dict[str, FailingStep], Field(validation_alias=AliasChoices("failing", "troubles"))
    ] = field(default_factory=dict)
    busy: dict[str, datetime] = field(default_factory=dict)
    said: tuple[str, ...] = ()

    @property
    def last_trusted(self) -> datetime | None:
        """The newest wake at a moment that was not in doubt; None: not known."""
        return self.trusted or (None if self.doubtful else self.beat)

    def missing(self, now: datetime) -> bool:
        """Whether wakes are missing at `now` (aware): the clock is dead, or hangs."""
        if self.every is None:
            return now - self.beat > _ONCE
        return now - self.beat > max(_MISSED * timedelta(seconds=self.every), _LEAST)

    def state(self, now: datetime) -> ClockState:
        """What the clock does at `now` (aware)."""
        kind = ClockKind.AT_WORK
        if self.stopped and self.every is not None:
            kind = ClockKind.STOPPED
        elif self.missing(now):
            kind = ClockKind.SILENT
        return ClockState(kind=kind, seen=self.beat)


def read_heartbeat(home: Home) -> Heartbeat | None:
    """The last heartbeat; None: there is none, or what is there cannot be read.

    The check of the home says that the file cannot be read (publisher/home_check.py), and the clock
    replaces it at its next wake.
    """
    return read_state(home, home.var / _NAME, Heartbeat)


def clock_state(home: Home, *, at: datetime) -> ClockState:
    """What the clock of a home does at `at` (aware: now), by its last heartbeat."""
    beat = read_heartbeat(home)
    return beat.state(at) if beat else NEVER_RAN


def write_heartbeat(home: Home, heartbeat: Heartbeat) -> None:
    """Write the heartbeat atomically; raises OutboxError.

    Not fsynced: after a power cut it is out of date anyway.
    """
    with disk_errors(home, of=home.var / _NAME):
        home.var.mkdir(parents=True, exist_ok=True)
        temporary = home.var / f".{_NAME}.tmp"
        make_way(temporary)
        temporary.write_bytes(pretty(to_document(heartbeat)))
        temporary.replace(home.var / _NAME)
