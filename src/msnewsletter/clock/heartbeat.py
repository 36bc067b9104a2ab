"""var/clock.json: the sign of life that the clock leaves at every wake, for people and monitors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations)
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import explained
from msnewsletter.serialize import from_json, pretty, to_document

if TYPE_CHECKING:
    from msnewsletter.home import Home

_NAME = "clock.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingStep:
    """A step that fails: since when (aware UTC), how often in a row, and what it said last."""

    since: datetime
    failures: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The clock at its last wake.

    Attributes:
        beat: when, aware UTC.
        pid: its process.
        every: seconds between two wakes; None: it was started for one (`--once`).
        stopped: it ended as it was told to.
        collected: when it last collected, aware UTC.
        troubles: the steps that fail, by name.
    """

    beat: datetime
    pid: int
    every: float | None = None
    stopped: bool = False
    collected: datetime | None = None
    troubles: dict[str, FailingStep] = field(default_factory=dict)


def read_heartbeat(home: Home) -> Heartbeat | None:
    """The last sign of life; None: there is none, or it cannot be read."""
    try:
        return from_json(Heartbeat, (home.var / _NAME).read_bytes())
    except (OSError, ValueError):  # pydantic's ValidationError is a ValueError
        return None


def write_heartbeat(home: Home, heartbeat: Heartbeat) -> None:
    """Leave a sign of life, whole or not at all; raises OutboxError.

    Not fsynced: after a power cut nobody believes it anyway.
    """
    with explained(home):
        home.var.mkdir(parents=True, exist_ok=True)
        temporary = home.var / f".{_NAME}.tmp"
        temporary.write_bytes(pretty(to_document(heartbeat)))
        temporary.replace(home.var / _NAME)
