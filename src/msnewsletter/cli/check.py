"""`check`: what an editor should know of the next issue before it goes out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import instant
from msnewsletter.cli.output import (
    complain,
    complain_all,
    contents,
    count,
    print_held,
    print_unfinished,
)

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.inspecting import Checked


@click.command()
@click.option("--at", "moment", metavar="INSTANT", help="Act as if it were then (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; docs/checks.md explains it.")
@click.pass_obj
def check(home: Home, moment: str | None, *, as_json: bool) -> None:
    """Inspect the issue that would go out now; touches no state.

    Exits 1 when something would keep it from going out.
    """
    from msnewsletter.publisher.inspecting import check as inspect
    from msnewsletter.serialize import pretty

    checked = inspect(home, at=instant(home, moment))
    if as_json:
        click.echo(pretty(_document(checked)), nl=False)
    else:
        print_unfinished(checked.report.unfinished)
        _print(checked)
        print_held(checked.report.draft.held)
        complain_all("refused", checked.report.collected.refused)
        complain_all("note", checked.report.notes)
    if checked.blocked:
        blocks = count(len(checked.blocked), "finding blocks", "findings block")
        complain(f"check: {blocks} the issue; mend what is said above, then check again")
        sys.exit(1)


def _print(checked: Checked) -> None:
    issue = checked.report.draft.issue
    if issue is None:
        click.secho("NOTHING NEW: no issue to check.", bold=True)
        return
    click.echo(
        f"Issue {issue.number}: {contents(len(issue.entries), len(issue.corrections))}, "
        f"{checked.size:,} bytes of HTML, {checked.left:,} left before Gmail clips it"
    )
    for finding in checked.findings:
        click.secho(f"{finding.severity.upper():<5} {finding.name}", bold=True)
        click.echo(f"      {finding.place}: {finding.reason}")
        click.echo(f"      {finding.remedy}")
    if not checked.findings:
        click.echo("Nothing found in the issue itself.")


def _document(checked: Checked) -> dict[str, object]:
    issue = checked.report.draft.issue
    return {
        "issue": issue and issue.number,
        "entries": len(issue.entries) if issue else 0,
        "corrections": len(issue.corrections) if issue else 0,
        "html_bytes": checked.size,
        "bytes_left": checked.left,
        "blocked": bool(checked.blocked),
        "findings": [
            {
                "name": finding.name,
                "severity": finding.severity,
                "place": finding.place,
                "reason": finding.reason,
                "remedy": finding.remedy,
            }
            for finding in checked.findings
        ],
        "held": [
            {
                "key": held.summary.key,
                "place": held.summary.location,
                "because": held.because,
                "reason": held.reason,
            }
            for held in checked.report.draft.held
        ],
        "refused": [str(refused) for refused in checked.report.collected.refused],
        "notes": [str(note) for note in checked.report.notes],
    }
