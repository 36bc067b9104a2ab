"""`check`: what the editor should know about the next issue before it goes out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli import output
from msnewsletter.cli.examples import examples
from msnewsletter.cli.fetching import print_last_read
from msnewsletter.cli.instants import instant, machine_clock

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview


@click.command(epilog=examples("check", "check --at 2026-11-30T08:00"))
@click.option("--at", "moment", metavar="INSTANT", help="Act as if it were then (ISO 8601).")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON; docs/reference/json.md explains it."
)
@click.pass_obj
def check(home: Home, moment: str | None, *, as_json: bool) -> None:
    """Inspect the issue that would go out now; touches no state.

    Exits with 1 when a finding blocks the issue, when a summary that was sent is refused now, or
    when an edit of one is kept back.
    """
    from msnewsletter.publisher.preview import next_issue_preview
    from msnewsletter.publisher.troubles.issue_lines import SENT_BACK_REMEDY
    from msnewsletter.serialize import pretty

    found = next_issue_preview(
        home, at=instant(home, moment), by_hand=True, machine=machine_clock()
    )
    found.require_rendered()
    if as_json:
        click.echo(pretty(_document(found)), nl=False)
    else:
        output.print_unfinished(found.unfinished)
        _print(found)
        output.print_edits(found.draft)
        output.print_held(found.draft.held)
        output.print_waiting(found.waiting_reason)
        if found.has_news and found.reviewed.sent_back:
            click.echo(f"  {SENT_BACK_REMEDY}")
        output.complain_about(found.collected, found)
        print_last_read(home)
    if found.blocked:
        blocks = output.count(len(found.blocked), "finding blocks", "findings block")
        output.complain(f"check: {blocks} the issue; correct what is listed, then check again")
        sys.exit(1)
    if found.alarms:
        output.complain(
            "check: readers have another text of a summary than its source; see NOT CORRECTED"
        )
        sys.exit(1)


def _print(found: NextIssuePreview) -> None:
    issue = found.draft.issue
    if issue is None:
        click.secho("NOTHING NEW: no issue to check.", bold=True)
        return
    click.echo(
        f"Issue {issue.number}: {output.contents(len(issue.entries), len(issue.corrections))}, "
        f"{found.size:,} bytes of HTML, {found.bytes_left:,} left before Gmail clips it"
    )
    for finding in found.findings:
        click.secho(f"{finding.severity.upper():<5} {finding.name}", bold=True)
        click.echo(f"      {finding.place}: {finding.reason}")
        click.echo(f"      {finding.remedy}")
    if not found.findings:
        click.echo("Nothing found in the issue itself.")


def _document(found: NextIssuePreview) -> dict[str, object]:
    issue = found.draft.issue
    return {
        "issue": issue and issue.number,
        "entries": len(issue.entries) if issue else 0,
        "corrections": len(issue.corrections) if issue else 0,
        "html_bytes": found.size,
        "bytes_left": found.bytes_left,
        "blocked": bool(found.blocked),
        "sent_back": output.sent_back_row(found.reviewed),
        "findings": output.rows(found.findings, "name", "severity", "place", "reason", "remedy"),
        "held": output.rows(
            found.draft.held, "summary.key", "because", "reason", place="summary.location"
        ),
        "refused": [str(refused) for refused in found.collected.refused_in_full],
        "notes": [str(note) for note in found.notes],
        "edits": output.edit_rows(found.draft),
        "alarms": [str(alarm) for alarm in found.alarms],
    }
