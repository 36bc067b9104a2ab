"""The state of a home's clock, `msnewsletter run`, and the words that all say of it. Pure.

The clock's own floor makes it of its heartbeat; the desk is given it, for it knows no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


class ClockKind(StrEnum):
    """What a clock does."""

    NEVER = "never"  # none has run in this home
    AT_WORK = "at-work"  # it wakes when it should
    STOPPED = "stopped"  # it was asked to stop, and did
    SILENT = "silent"  # wakes are missing: it is dead, or hangs


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """The state of a clock at a moment; `seen`: its last wake, aware; None: it never ran here."""

    kind: ClockKind
    seen: datetime | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether anything goes out by itself."""
        return self.kind is ClockKind.AT_WORK

    def says(self, zone: tzinfo) -> str:
        """What follows "the clock": `was stopped, last seen Mon 2026-11-23 08:00 (…)`.

        `zone`: the newsletter's, in which moments are said.
        """
        if self.seen is None:
            return "has never run here"
        does = {
            ClockKind.AT_WORK: "is at work",
            ClockKind.STOPPED: "was stopped",
            ClockKind.SILENT: "is dead or hangs",
        }[self.kind]
        return f"{does}, last seen {local_time(self.seen, zone)}"


NEVER_RAN = ClockState(kind=ClockKind.NEVER)
