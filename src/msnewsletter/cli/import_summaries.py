"""`import`: summaries from elsewhere, as Markdown files."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain_all, count
from msnewsletter.cli.progress_bar import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from msnewsletter.cli.progress_bar import ProgressBar
    from msnewsletter.errors import SourceError
    from msnewsletter.home import Home
    from msnewsletter.model import Note
    from msnewsletter.publisher.import_summaries import ImportEvent, ImportResult

# Those of sources/importing/content_kind.py, which takes long to load: `--help` names all verbs.
KINDS = ("markdown", "page", "feed", "json", "csv", "wordpress", "opml")
_REST = "import fewer at once to see these"
_SAID = 50  # written files that are named


@click.command(
    "import", epilog=examples("import export.xml --dry-run", "import --from csv table.csv")
)
@click.argument("places", metavar="PATH|URL...", nargs=-1, required=True)
@click.option(
    "--from", "kind", type=click.Choice(KINDS), help="What it is; default: by the content."
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Another folder in or below a source, relative to the home; default: the first folder.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print what would be written, with the differences; write nothing.",
)
@click.option(
    "--yes",
    is_flag=True,
    help="Overwrite without asking, and write what is the study of another summary.",
)
@click.option("--private", is_flag=True, help="Addresses of this machine or network are allowed.")
@click.pass_obj
def import_summaries(
    home: Home,
    places: tuple[str, ...],
    kind: str | None,
    into: Path | None,
    *,
    dry_run: bool,
    yes: bool,
    private: bool,
) -> None:
    """Write summaries from files, folders and addresses as Markdown; of OPML, print sources.

    Each summary becomes a file in the first source that is a folder, under the key that it has or
    gets. It never overwrites what an editor has changed since the last import, and asks before it
    overwrites anything else; without a terminal to ask at, only --yes overwrites. The same
    document again brings nothing new. Exits with 1 when something was refused or not overwritten.
    """
    from msnewsletter.publisher.import_summaries import ImportOrder
    from msnewsletter.publisher.import_summaries import import_summaries as import_all

    order = ImportOrder(
        places=places,
        kind=kind,
        into=into,
        dry_run=dry_run,
        confirm=_yes if yes else _would_overwrite if dry_run else _confirm,
        private=private,
    )
    report = _ImportLines(dry_run=dry_run)
    with progress_bar("Importing") as progress:
        order = replace(order, confirm=_asking(order.confirm, progress))
        try:
            for number, event in enumerate(import_all(home, order, now=now), 1):
                report.say(event)
                progress(number, 0)
        finally:
            progress.make_way()
            report.end()
    if report.failed:
        sys.exit(1)


class _ImportLines:
    """Prints what becomes of each, and counts it."""

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._counts: Counter[str] = Counter()
        self._refused: list[SourceError | str] = []
        self._notes: list[Note | str] = []
        self._sections = False
        self.failed = False

    def say(self, event: ImportEvent) -> None:
        """Print one event, or keep it for the end."""
        from msnewsletter.errors import SourceError
        from msnewsletter.model import Note
        from msnewsletter.publisher.import_summaries import ImportedSections, ImportResult

        match event:
            case SourceError():
                self._refused.append(event)
                self.failed = True
            case Note():
                self._notes.append(event)
            case ImportedSections():
                self._sections = True
                click.echo(event.text, nl=False)
                told = count(event.count, "source", "sources")
                click.echo(f"{told} to paste into newsletter.toml; nothing is changed.", err=True)
            case ImportResult():
                self._result(event)

    def _result(self, result: ImportResult) -> None:
        from msnewsletter.publisher.import_decision import ImportOutcome

        outcome, decision = result.decision.outcome, result.decision
        self._counts["written" if result.written else outcome] += 1
        if outcome is ImportOutcome.REFUSED:
            _print_diff(result.diff)
            self._refused.append(f"{result.location}: {decision.why}; {decision.remedy}")
            self.failed = True
        elif result.written:
            # A diff that was asked about has been shown.
            if self._dry_run:
                _print_diff(result.diff)
            if self._counts["written"] <= _SAID:
                would = "would be " if self._dry_run else ""
                click.echo(f"{would}written  {result.path}: {result.headline}")
        elif outcome is ImportOutcome.DUPLICATE:
            self._notes.append(f"{result.location}: {decision.why}; not written without --yes")
        elif outcome is ImportOutcome.CHANGED:
            self._refused.append(f"{result.location}: {result.path} is not overwritten")
            self.failed = True

    def end(self) -> None:
        """Print what was kept, and the counts."""
        complain_all("refused", self._refused, _REST)
        complain_all("note", self._notes, _REST)
        if self._sections and not self._counts:
            return
        written = self._counts.pop("written", 0)
        would = " would be" if self._dry_run else ""
        parts = [f"{count(written, 'file', 'files')}{would} written"]
        parts += [f"{number} {outcome}" for outcome, number in sorted(self._counts.items())]
        if not written and not self._refused and set(self._counts) <= {"nothing new"}:
            parts = ["Nothing new"]
        click.echo(f"{', '.join(parts)}.")


def _asking(
    confirm: Callable[[ImportResult], bool], progress: ProgressBar
) -> Callable[[ImportResult], bool]:
    """The same question, on a line of its own."""

    def ask(result: ImportResult) -> bool:
        progress.make_way()
        return confirm(result)

    return ask


def _yes(result: ImportResult) -> bool:
    del result
    return True


def _would_overwrite(result: ImportResult) -> bool:
    """What a person would be asked about in a run that is not dry; of duplicates, only named."""
    from msnewsletter.publisher.import_decision import ImportOutcome

    return result.decision.outcome is ImportOutcome.CHANGED


def _confirm(result: ImportResult) -> bool:
    """Ask whether a file is overwritten, or a duplicate written; no, without a terminal."""
    from msnewsletter.publisher.import_decision import ImportOutcome

    overwrites = result.decision.outcome is ImportOutcome.CHANGED
    _print_diff(result.diff)
    if not sys.stdin.isatty():
        if overwrites:
            click.echo("there is no terminal to ask at; --yes overwrites without asking", err=True)
        return False
    if overwrites:
        return click.confirm(f"Overwrite {result.path}?", default=False)
    click.echo(f"{result.location}: {result.decision.why}")
    return click.confirm(f"Write it all the same, as {result.path}?", default=False)


def _print_diff(lines: Iterable[str]) -> None:
    for line in lines:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        click.secho(line, fg=colour) if colour else click.echo(line)
