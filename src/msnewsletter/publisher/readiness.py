"""The gate: the findings of the checks in a rendered issue, and those that block it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.checks import Finding, Pair, RenderedIssue, Severity, in_order, inspect
from msnewsletter.disk import outbox
from msnewsletter.errors import RefusedError
from msnewsletter.render import theme
from msnewsletter.render.mail.render import SHORT_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.home import Home
    from msnewsletter.model import Issue


def findings_in(issue: Issue, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """What the checks find in an issue and the files of its folder in the outbox."""
    first = replace(issue, entries=issue.entries[:SHORT_ENTRIES])
    return in_order(
        (*_findings_of("digest", issue, files), *_findings_of("digest-short", first, files))
    )


def _findings_of(edition: str, issue: Issue, files: Mapping[str, bytes]) -> Iterable[Finding]:
    rendered = RenderedIssue(
        html=files[f"{edition}.html"],
        text=files[f"{edition}.txt"],
        message=files[f"{edition}.eml"],
        pairs=_PAIRS,
        edition=edition,
    )
    return inspect(issue, rendered)


def require_fit(findings: Iterable[Finding]) -> None:
    """Raises RefusedError with the first finding that blocks."""
    blocking = blocking_in(findings)
    if blocking:
        first, others = blocking[0], len(blocking) - 1
        more = f" ({others} more: run 'msnewsletter check')" if others else ""
        raise RefusedError(first.place, f"{first.reason}{more}", first.remedy)


def refuse_stray(home: Home, number: int) -> None:
    """Raises RefusedError where an issue left traces, but neither database nor record has it."""
    if stray := outbox.stray_issue(home, number):
        raise RefusedError(
            home.display_path(stray),
            f"issue {number} went out, but neither the database nor a record has it",
            "restore issues/ from a backup, or move this away if it was never sent",
        )


def blocking_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that keep an issue from going out."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)


_PAIRS = tuple(
    Pair(name=f"{ink} on {ground} ({mode})", ink=palette[ink], ground=palette[ground])
    for mode, palette in (("light", theme.LIGHT), ("dark", theme.DARK))
    for ink, ground in theme.PAIRS
)
