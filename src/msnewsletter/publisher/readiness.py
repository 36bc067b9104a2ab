"""The gate: the findings of the checks in a rendered issue, and those that block it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter.checks import (
    Finding,
    RenderedIssue,
    SaidOfCorrection,
    Severity,
    check_text,
    inspect,
)
from msnewsletter.checks.address_checks import example_links, example_settings
from msnewsletter.checks.finding import finding
from msnewsletter.checks.link_checks import summary_links
from msnewsletter.checks.summary_checks import check_own_texts
from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import prove_room
from msnewsletter.errors import RefusedError
from msnewsletter.render.corrections import correction_views
from msnewsletter.render.mail import low_energy
from msnewsletter.render.mail.list_addresses import masthead_of
from msnewsletter.render.mail.view import more_corrections
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Issue, Masthead, Summary
    from msnewsletter.render.corrections import CorrectionView
    from msnewsletter.settings import Settings
    from msnewsletter.theme.newsletter_theme import Theme


def findings_in(
    issue: Issue,
    files: Mapping[str, bytes],
    earlier: Sequence[Summary] = (),
    *,
    theme: Theme = DEFAULT_THEME,
    fetched: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """What the checks find in an issue and the files of its folder in the outbox.

    `earlier` are summaries that readers had before, and that the issue may repeat; `theme` is what
    the files were rendered with; `fetched` is the source of each place that no person wrote.
    """
    masthead = masthead_of(issue.masthead, short=True)
    first = replace(low_energy.shown_of(issue), masthead=masthead)
    found = inspect(issue, _rendered("digest", issue, files, theme), earlier)
    short = inspect(first, _rendered("digest-short", first, files, theme), said=found)
    return (*found, *short, *summary_links(issue, fetched))


def findings_in_edits(draft: Draft, masthead: Masthead) -> Iterator[Finding]:
    """What the checks find in edits: in those that readers are not told of, all.

    The texts of corrections are in the issue; that one corrects nothing is seen here alone.
    """
    for edit in draft.accepted:
        if edit.corrects_nothing:
            reason = "it says that it was corrected, and its text is word for word what was sent"
            yield finding("nothing-corrected", edit.sent.source.location or edit.key, reason)
        if edit.correction is None and not edit.public.status.takes_back:
            yield from check_text(edit.public, masthead)


def findings_in_addresses(settings: Settings, issue: Issue | None) -> Iterator[Finding]:
    """Addresses of an example in the settings, and in the issue; none where those are meant."""
    if settings.newsletter.is_for_trying_out:
        return
    yield from example_settings(settings)
    if issue:
        yield from example_links(issue)


def blocking_in_settings(settings: Settings) -> tuple[Finding, ...]:
    """What blocks every issue, whatever is in it: texts and addresses that are not filled in."""
    found = (*check_own_texts(settings.masthead()), *findings_in_addresses(settings, None))
    return blocking_in(found)


def _rendered(
    edition: str, issue: Issue, files: Mapping[str, bytes], theme: Theme
) -> RenderedIssue:
    return RenderedIssue(
        html=files[f"{edition}.html"],
        text=files[f"{edition}.txt"],
        message=files[f"{edition}.eml"],
        pairs=theme.pairs,
        corrections=tuple(map(_said_of, correction_views(issue.masthead, issue.corrections))),
        counted=partial(more_corrections, masthead=issue.masthead),
        edition=edition,
    )


def _said_of(one: CorrectionView) -> SaidOfCorrection:
    others = tuple(run.text for run in one.runs if run.quoted or run.linked)
    return SaidOfCorrection(label=one.label, texts=others)


class UnfitError(RefusedError):
    """Findings block it; the first is what is said.

    Attributes:
        blocking: all of them; at least one.
    """

    def __init__(self, blocking: tuple[Finding, ...]) -> None:
        first, others = blocking[0], len(blocking) - 1
        more = f" ({others} more: run 'msnewsletter check')" if others else ""
        super().__init__(first.place, f"{first.reason}{more}", first.remedy)
        self.blocking = blocking


def require_fit(findings: Iterable[Finding]) -> None:
    """Raises UnfitError with the findings that block."""
    blocking = blocking_in(findings)
    if blocking:
        raise UnfitError(blocking)


# Bytes that T1 to T3 add to the database's files besides the texts, with room to spare.
_DATABASE = 1_000_000


def require_room(home: Home, *, mail: int, site: int) -> None:
    """Raises OutboxError where what publishing writes cannot be written, or finds no room.

    `mail`, `site`: bytes of the issue's folder, and of the site's files. The record of an issue is
    smaller than its folder.
    """
    prove_room(
        home,
        {
            home.outbox / "tmp": mail,
            home.outbox / "new": 1,
            home.records: mail,
            home.site: site,
            home.site / "summaries": 1,
            home.var: mail + _DATABASE,
        },
    )


def refuse_stray(home: Home, number: int) -> None:
    """Raises RefusedError where an issue left traces, but neither database nor record has it."""
    _refuse(home, outbox.stray_issue(home, number), number)


def refuse_released(home: Home, number: int) -> None:
    """Raises RefusedError where an issue was released that the database has as selected."""
    _refuse(home, outbox.released_folder(home, number), number)


def _refuse(home: Home, trace: Path | None, number: int) -> None:
    if trace:
        raise RefusedError(
            home.display_path(trace),
            f"issue {number} went out, but neither the database nor a record has it",
            "restore issues/ from a backup, or move this away if it was never sent",
        )


def blocking_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that keep an issue from going out."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)
