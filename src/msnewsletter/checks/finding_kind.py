"""One kind of finding: how grave it is, what it means, and what to do about it. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether an issue may go out with it."""

    BLOCK = "block"  # it would harm readers or break the mail: publish refuses
    WARN = "warn"  # a person should look; nothing is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingKind:
    """One kind of finding.

    Attributes:
        severity: the usual one.
        also: the one that a finding of this kind may have instead; None: it has always the usual.
        means: what is wrong, as docs/reference/findings.md says it, in Markdown.
        remedy: what to do about it, where a finding says nothing else.
    """

    severity: Severity
    means: str
    remedy: str
    also: Severity | None = None

    @property
    def severities(self) -> tuple[Severity, ...]:
        """All that findings of this kind may have."""
        return (self.severity, self.also) if self.also else (self.severity,)
