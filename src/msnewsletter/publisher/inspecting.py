"""Check: the issue that would go out now, rendered and inspected; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.checks.mail_checks import CLIPPED_AT
from msnewsletter.publisher.readiness import blocking_in, findings_in
from msnewsletter.publisher.reporting import report
from msnewsletter.publisher.site.write import rehearse_site
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render.mail.folder import render_folder

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.checks import Finding
    from msnewsletter.home import Home
    from msnewsletter.publisher.reporting import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The issue that would go out, and what was found in it.

    Attributes:
        report: how things stand; its draft has no issue when nothing is new.
        findings: what blocks first; empty without an issue.
        size: bytes of HTML; 0 without an issue.
    """

    report: Report
    findings: tuple[Finding, ...] = ()
    size: int = 0

    @property
    def left(self) -> int:
        """Bytes left before Gmail clips the mail."""
        return CLIPPED_AT - self.size

    @property
    def blocked(self) -> tuple[Finding, ...]:
        """What keeps the issue from going out."""
        return blocking_in(self.findings)


def check(home: Home, *, at: datetime) -> Checked:
    """Inspect the issue that publishing at `at` (aware) would bring out; touches no state.

    Raises TemplateError where a template of the mail or the site does not render.
    """
    found = report(home, at=at)
    issue = found.draft.issue
    if issue is None:
        return Checked(report=found)
    templates = load_templates(home)
    files, _ = render_folder(issue, templates)
    rehearse_site(issue, templates)
    return Checked(report=found, findings=findings_in(issue, files), size=len(files["digest.html"]))
