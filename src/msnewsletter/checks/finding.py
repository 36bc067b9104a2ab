"""A finding: its kind, severity, place, reason and remedy. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.checks.finding_kinds import KINDS

if TYPE_CHECKING:
    from msnewsletter.checks.finding_kind import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that an editor should know before an issue goes out.

    Attributes:
        name: the kind, from finding_kinds.py and docs/reference/findings.md, e.g. `no-full-stop`.
        severity: see Severity.
        place: a summary's file and line, `digest.html`, or a setting.
        reason: what is wrong there, with the sentence, link or number.
        remedy: what to do about it.
        about: the very words of the place that it is about, to find its line by; empty: none. Two
            findings that differ in nothing else say the same.
    """

    name: str
    severity: Severity
    place: str
    reason: str
    remedy: str
    about: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}; {self.remedy}"


NOTE = "issues/next.md"  # the place of what the editor writes for the next issue


def finding(
    name: str,
    place: str,
    reason: str,
    remedy: str = "",
    *,
    severity: Severity | None = None,
    about: str = "",
) -> Finding:
    """A finding of a kind; where its severity or remedy is not the usual one, of that."""
    kind = KINDS[name]
    return Finding(
        name=name,
        severity=severity or kind.severity,
        place=place,
        reason=reason,
        remedy=remedy or kind.remedy,
        about=about,
    )
