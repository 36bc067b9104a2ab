"""`retractions`: whether studies that we summarised were taken back; a proposal, never more."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain_all, count, row

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.retractions import RetractionProposal, RetractionReport


@click.command(
    epilog=examples("retractions retraction_watch.csv", "retractions retraction_watch.csv --apply")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--apply",
    "apply",
    is_flag=True,
    help=(
        "Write what is proposed into the files; for a summary without a Markdown or "
        "page file, into a new one of its key."
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def retractions(home: Home, file: Path, *, apply: bool, as_json: bool) -> None:
    """Compare all summaries with Retraction Watch's table; exit 1 if there is something to do.

    Every summary with a DOI or a PubMed number, sent or waiting, is compared; the status and the
    note of those whose study was retracted, doubted or reinstated are proposed. It changes nothing
    by itself. A table that cannot be read exits with 1, too; the message says which.
    """
    from msnewsletter.publisher.retractions import check_retractions
    from msnewsletter.serialize import pretty

    report = check_retractions(home, file, at=now(), apply=apply)
    if as_json:
        click.echo(pretty(_document(report)), nl=False)
    else:
        _print(report)
        complain_all("note", report.notes, "'msnewsletter retractions --json' names all")
    if report.left:
        sys.exit(1)


def _print(report: RetractionReport) -> None:
    for one in report.proposals:
        _print_proposal(one)
    check = report.check
    click.echo(
        f"{count(report.studies, 'summary', 'summaries')} with a DOI or a PubMed number, "
        f"{check.sentence()} ({check.rows:,} {'row' if check.rows == 1 else 'rows'})."
    )
    if not report.proposals:
        click.echo("Nothing to do.")
    elif applied := len(report.proposals) - len(report.left):
        click.echo(f"{count(applied, 'file', 'files')} changed; the next issue says so.")
    if changeable := [one for one in report.left if not one.by_hand]:
        told = count(len(changeable), "change", "changes")
        click.secho(f"{told} proposed: check the notices, then run it with --apply.", bold=True)


def _print_proposal(one: RetractionProposal) -> None:
    click.secho(f"{one.key} ({one.where}): {one.before} → {one.after}", bold=True)
    click.echo(f"  {one.headline}")
    if one.by_hand:
        click.echo(f"  {one.by_hand}: status: {one.after}")
        click.echo(f"  note: {one.note}")
    elif one.applied:
        click.echo(f"  written into {one.path}")
    for line in one.diff:
        click.echo(f"  {line}")


def _document(report: RetractionReport) -> dict[str, object]:
    check = report.check
    return {
        "file": row(check, "file", "rows")
        | {"date": str(check.file_date), "newest": check.newest and str(check.newest)},
        "studies": report.studies,
        "proposals": [
            row(one, "key", "headline", "where", "before", "after", "note", "path")
            | {"by_hand": one.by_hand or None, "applied": one.applied, "diff": list(one.diff)}
            for one in report.proposals
        ],
        "notes": [str(note) for note in report.notes],
    }
