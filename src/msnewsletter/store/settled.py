"""What became of a summary that is pending no more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SettledAs(StrEnum):
    """Why a summary is never pending again."""

    ISSUE = "issue"  # an issue carried it
    BASELINE = "baseline"  # it is older than the newsletter's start: it is never mailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a summary: the number of its issue, or the reason why it is never mailed."""

    settled_as: SettledAs
    issue: int | None = None
    reason: str | None = None

    @property
    def where(self) -> str:
        """What became of it, for the editor, after "is" or a name: `in issue 3`."""
        match self.settled_as:
            case SettledAs.ISSUE:
                return f"in issue {self.issue}"
            case SettledAs.BASELINE:
                return f"among those never mailed ({self.reason})"
