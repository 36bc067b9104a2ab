"""The heartbeat, `var/clock.json`: written by the clock at every wake, for people and monitors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AliasChoices, Field

from msnewsletter.disk.atomic import disk_errors
from msnewsletter.serialize import from_json, pretty, to_document

if TYPE_CHECKING:
    from msnewsletter.home import Home

_NAME = "clock.json"

# Pauses after failures: from the first one on, each is twice the one before, up to the longest.
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingStep:
    """A step that fails.

    Attributes:
        since, last: its first and its last failure in a row, aware UTC.
        failures: how many in a row.
        reason: the last error.
    """

    since: datetime
    failures: int
    reason: str
    last: datetime | None = None  # older versions did not write it

    @property
    def pause(self) -> timedelta:
        """How long after the last failure the step is tried again."""
        return min(_FIRST_PAUSE * (1 << min(self.failures - 1, 10)), _LONGEST_PAUSE)

    def rests(self, now: datetime) -> bool:
        """Whether the pause is not over."""
        # Before `last`: the machine's clock was set back, and the pause would last for hours.
        return self.last is not None and self.last <= now < self.last + self.pause


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

    @property
    def last_trusted(self) -> datetime | None:
        """The newest wake at a moment that was not in doubt; None: not known."""
        return self.trusted or (None if self.doubtful else self.beat)


def read_heartbeat(home: Home) -> Heartbeat | None:
    """The last heartbeat; None: there is none, or it cannot be read."""
    try:
        return from_json(Heartbeat, (home.var / _NAME).read_bytes())
    except (OSError, ValueError):  # pydantic's ValidationError is a ValueError
        return None


def last_trusted_wake(home: Home) -> datetime | None:
    """The newest wake at which the machine's clock could be right, aware UTC; None: not known."""
    beat = read_heartbeat(home)
    return beat.last_trusted if beat else None


def write_heartbeat(home: Home, heartbeat: Heartbeat) -> None:
    """Write the heartbeat atomically; raises OutboxError.

    Not fsynced: after a power cut it is out of date anyway.
    """
    with disk_errors(home):
        home.var.mkdir(parents=True, exist_ok=True)
        temporary = home.var / f".{_NAME}.tmp"
        temporary.write_bytes(pretty(to_document(heartbeat)))
        temporary.replace(home.var / _NAME)
