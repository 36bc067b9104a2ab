"""What people decide about an issue: what comes first, what waits, and whether it may go out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The editor's order to put a summary first; `place` is where it was read, with its line."""

    key: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The editor's order to hold a summary, why (one line), and where it was read."""

    key: str
    reason: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person's approval of an issue.

    Attributes:
        issue: its number.
        slot: the key of the slot it was meant for; None: whenever somebody publishes.
        cutoff: the last instant included in what was approved, aware UTC; may lie in the future.
        digest: of what readers would see, see publisher/approval_validity.py.
        by, at: who, and when, aware UTC.
    """

    issue: int
    slot: str | None = None
    cutoff: datetime
    digest: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """A person's decision that the next issue must not go out as it stands.

    Attributes:
        issue: its number.
        cutoff: the last instant included in what was sent back, aware UTC; may lie in the future.
        digest: of what readers would see, see publisher/approval_validity.py.
        reason: why, in plain text; may have several lines.
        by, at: who, and when, aware UTC.
    """

    issue: int
    cutoff: datetime
    digest: str
    reason: str
    by: str
    at: datetime

    @property
    def name(self) -> str:
        """What names this decision for ever: another one, for the same issue too, has another."""
        said = f"{self.by}\0{self.at.astimezone(UTC).isoformat()}\0{self.reason}"
        return f"{self.issue} {sha256(said.encode(errors='replace')).hexdigest()[:16]}"
