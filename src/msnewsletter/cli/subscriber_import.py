"""`subscribers import`: a list from another program, or of our own."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import count
from msnewsletter.cli.progress_bar import progress_bar
from msnewsletter.errors import SourceError
from msnewsletter.subscribers.list_formats import FORMATS, STANDINGS
from msnewsletter.subscribers.list_merge import MergeOutcome
from msnewsletter.subscribers.listed_subscriber import LineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from msnewsletter.errors import NewsletterError
    from msnewsletter.home import Home
    from msnewsletter.publisher.subscribing.list_import import LineResult


@click.command(
    "import",
    epilog=examples(
        "subscribers import list.csv --dry-run",
        "subscribers import list.csv --consent 'Yes, send me the newsletter.'",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--consent",
    metavar="TEXT",
    help=(
        "The words that people agreed to; needed where the list does not say them, and "
        "somebody on it agreed."
    ),
)
@click.option("--dry-run", is_flag=True, help="Say just what would be done; change nothing.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["auto", *sorted(FORMATS)]),
    default="auto",
    help="Which program made it (default: as its columns say).",
)
@click.option(
    "--as",
    "standing",
    type=click.Choice([*STANDINGS]),
    help="Where all in the list stand, if it does not say it or says less.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write what becomes of each line into a new file: line, outcome, state, why.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=(
        "Print JSON: format, dry_run, lines, refused, undated; outcomes (each with "
        "outcome, state, lines), first_refused, failure."
    ),
)
@click.pass_obj
def import_list(
    home: Home,
    file: Path,
    *,
    consent: str | None,
    kind: str,
    standing: str | None,
    report: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Merge a CSV list of subscribers; nobody who left, bounced or complained comes back.

    Commas, semicolons, tabs and bars are told by the first line, which names the columns; UTF-8
    and UTF-16 are read, and other letters are not guessed. A line that is wrong is refused and
    stops no other; the first 20 are named on standard error, and the exit code is 1. The same list
    again changes nothing, so one that was interrupted is imported again.
    """
    from msnewsletter.publisher.subscribing.list_import import ListOrder
    from msnewsletter.publisher.subscribing.list_import import import_list as merge_list

    order = ListOrder(
        file=file,
        format=None if kind == "auto" else kind,
        consent=(consent or "").strip() or None,
        standing=STANDINGS[standing] if standing else None,
        dry_run=dry_run,
    )
    told = _ListReport(dry_run=dry_run)
    failure: NewsletterError | None = None
    with _report_file(report) as write, progress_bar("Merging", percent=True) as progress:
        order = replace(order, progress=progress)
        try:
            told.kind = merge_list(home, order, at=now(), say=told.telling(write))
        except SourceError as error:
            failure = error
    told.end(failure, as_json=as_json)
    if failure:
        raise failure
    if told.refused:
        sys.exit(1)


@contextmanager
def _report_file(path: Path | None) -> Iterator[Callable[[LineResult], None] | None]:
    """What writes a line of the report; None: there is none."""
    from msnewsletter.disk.private_file import new_private_file, refuse_taken, target_errors

    if path is None:
        yield None
        return
    if os.path.lexists(path):
        raise refuse_taken(path)
    with new_private_file(path.absolute(), replace=False) as file:
        lines = io.TextIOWrapper(file, encoding="utf-8", newline="")
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(("line", "outcome", "state", "why"))

        def write(result: LineResult) -> None:
            with target_errors(path):
                row = (result.line, result.outcome, result.state or "", result.why)
                table.writerow(row)

        yield write
        with target_errors(path):
            lines.flush()
        lines.detach()


class _ListReport:
    """Counts what becomes of each line, and keeps the first ones that are refused."""

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: list[LineResult] = []
        self._undated = 0
        self.kind: str | None = None
        self.refused = 0

    def telling(self, write: Callable[[LineResult], None] | None) -> Callable[[LineResult], None]:
        """What is called with each line."""

        def say(result: LineResult) -> None:
            self._count(result)
            if write:
                write(result)

        return say

    def _count(self, result: LineResult) -> None:
        self._undated += result.undated
        self._counts[result.outcome, result.state or ""] += 1
        if isinstance(result.outcome, LineFault):
            self.refused += 1
            if len(self._first) < _FIRST:
                self._first.append(result)

    def end(self, failure: NewsletterError | None, *, as_json: bool) -> None:
        """Print it all."""
        if as_json:
            self._print_json(failure)
            return
        for one in self._first:
            click.echo(f"line {one.line}: refused: {one.why}", err=True)
        if more := self.refused - len(self._first):
            click.echo(f"{more:,} more lines are refused; --report FILE names all", err=True)
        if self.kind or self._counts:
            self._print_counts()

    def _print_counts(self) -> None:
        form = "in our own form" if self.kind == "own" else f"from {(self.kind or '').capitalize()}"
        what = f" of a list {form}" if self.kind else ""
        total = sum(self._counts.values())
        if self._dry_run:
            click.secho("A dry run: nothing was changed. It would be:", bold=True)
        click.secho(f"{count(total, 'line', 'lines')}{what}.", bold=True)
        for outcome in (*MergeOutcome, *LineFault):
            states = {state: n for (name, state), n in self._counts.items() if name == outcome}
            if states:
                told = ", ".join(f"{n} {state}" for state, n in sorted(states.items()) if state)
                said = _SAID_OF_OUTCOME.get(outcome, f"refused: {outcome}")
                click.echo(f"{sum(states.values()):>9}  {said}{f' ({told})' if told else ''}")
        if self._undated:
            click.echo(f"{self._undated:>9}  of these have a time that cannot be: today counts")

    def _print_json(self, failure: NewsletterError | None) -> None:
        outcomes = [
            {"outcome": outcome, "state": state or None, "lines": number}
            for (outcome, state), number in sorted(self._counts.items())
        ]
        document = {
            "format": self.kind,
            "dry_run": self._dry_run,
            "lines": sum(self._counts.values()),
            "refused": self.refused,
            "undated": self._undated,
            "outcomes": outcomes,
            "first_refused": [
                {"line": one.line, "outcome": one.outcome, "why": one.why} for one in self._first
            ],
            "failure": str(failure) if failure else None,
        }
        from msnewsletter.serialize import pretty

        click.echo(pretty(document), nl=False)


_FIRST = 20
_SAID_OF_OUTCOME = {
    MergeOutcome.ADDED: "added",
    MergeOutcome.CONFIRMED: "confirmed: they had asked for it here",
    MergeOutcome.TAKEN_OFF: "taken off: they left there, or must not be mailed",
    MergeOutcome.UNCHANGED: "on the books already: unchanged",
    MergeOutcome.NOT_BACK: "not brought back: they left here, or are suppressed",
    MergeOutcome.FORGOTTEN: "not brought back: they were forgotten here",
    MergeOutcome.KEPT: "kept: they left there, and agreed here",
}
