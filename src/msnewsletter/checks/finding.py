"""What a check found: its name, how bad it is, where, why, and what to do. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether an issue may go out with it."""

    BLOCK = "block"  # it would harm readers or break the mail: publish refuses
    WARN = "warn"  # a person should look; nothing is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that an editor should know before an issue goes out.

    Attributes:
        name: the kind, from docs/checks.md, e.g. `long-sentence`.
        severity: see Severity.
        place: a summary's file and line, `digest.html`, or a setting.
        reason: what is wrong there, with the sentence, link or number.
        remedy: what to do about it.
    """

    name: str
    severity: Severity
    place: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}; {self.remedy}"


def block(name: str, place: str, reason: str, remedy: str) -> Finding:
    """A finding that keeps the issue from going out."""
    return Finding(name=name, severity=Severity.BLOCK, place=place, reason=reason, remedy=remedy)


def warn(name: str, place: str, reason: str, remedy: str) -> Finding:
    """A finding that a person should look at."""
    return Finding(name=name, severity=Severity.WARN, place=place, reason=reason, remedy=remedy)
