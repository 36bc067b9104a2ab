"""What preflight finds in a rendered issue; publishing refuses what blocks. Opens nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.checks import Finding, Pair, RenderedIssue, Severity, in_order, inspect
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.release import refuse_stray
from msnewsletter.publisher.site.write import rehearse_site
from msnewsletter.render import theme
from msnewsletter.render.mail.folder import render_folder
from msnewsletter.render.mail.render import SHORT_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.home import Home
    from msnewsletter.model import Issue


def findings_in(issue: Issue, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """What preflight finds in an issue and the files of its folder in the outbox."""
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
    )
    for finding in inspect(issue, rendered):
        name, dot, kind = finding.place.partition(".")
        yield replace(finding, place=edition + dot + kind) if name == "digest" else finding


def require_fit(issue: Issue, files: Mapping[str, bytes]) -> None:
    """Raises RefusedError with the first finding that blocks."""
    blocking = blocking_in(findings_in(issue, files))
    if blocking:
        first, others = blocking[0], len(blocking) - 1
        more = f" ({others} more: run 'msnewsletter check')" if others else ""
        raise RefusedError(first.place, f"{first.reason}{more}", first.remedy)


def blocking_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that keep an issue from going out."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)


_PAIRS = tuple(
    Pair(name=f"{ink} on {ground} ({mode})", ink=palette[ink], ground=palette[ground])
    for mode, palette in (("light", theme.LIGHT), ("dark", theme.DARK))
    for ink, ground in theme.PAIRS
)


def require_ready(home: Home, issue: Issue, templates: Mapping[str, str]) -> None:
    """Prove that the issue renders and may go out, before anything is fixed."""
    refuse_stray(home, issue.number)
    files, _ = render_folder(issue, templates)
    require_fit(issue, files)
    rehearse_site(issue, templates)
