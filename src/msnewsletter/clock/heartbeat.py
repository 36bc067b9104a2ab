"""The heartbeat, `var/clock.json`: written by the clock at every wake, for people and monitors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations)
from typing import TYPE_CHECKING, Annotated

from pydantic import AliasChoices, Field

from msnewsletter.disk.atomic import disk_errors
from msnewsletter.serialize import from_json, pretty, to_document

if TYPE_CHECKING:
    from msnewsletter.home import Home

_NAME = "clock.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingStep:
    """A step that fails: since when (aware UTC), how often in a row, and its last error."""

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
        stopped: it was asked to stop, and did.
        collected: when it last collected, aware UTC.
        failing: the steps that fail, by name; older versions called it `troubles`.
    """

    beat: datetime
    pid: int
    every: float | None = None
    stopped: bool = False
    collected: datetime | None = None
    failing: Annotated[
        dict[str, FailingStep], Field(validation_alias=AliasChoices("failing", "troubles"))
    ] = field(default_factory=dict)


def read_heartbeat(home: Home) -> Heartbeat | None:
    """The last heartbeat; None: there is none, or it cannot be read."""
    try:
        return from_json(Heartbeat, (home.var / _NAME).read_bytes())
    except (OSError, ValueError):  # pydantic's ValidationError is a ValueError
        return None


def write_heartbeat(home: Home, heartbeat: Heartbeat) -> None:
    """Write the heartbeat atomically; raises OutboxError.

    Not fsynced: after a power cut it is out of date anyway.
    """
    with disk_errors(home):
        home.var.mkdir(parents=True, exist_ok=True)
        temporary = home.var / f".{_NAME}.tmp"
        temporary.write_bytes(pretty(to_document(heartbeat)))
        temporary.replace(home.var / _NAME)
