"""`read`: parse and print, no state."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.output import complain_all, count
from msnewsletter.list_fields import LIST_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Summary
    from msnewsletter.sources import Reading

# Shown above the others, or not given by any source.
_SHOWN_FIRST = frozenset(
    {
        *("headline", "location", "key", "journal", "published", "found", "why_it_matters"),
        *("cautions", "first_seen", "changed_on"),
    }
)
# Where the lines are that are not printed.
_REST = "name fewer files, or a folder further down, to see these"


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of summaries.")
def read(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Parse summaries in files or folders and print them; touches no state."""
    from msnewsletter.serialize import pretty, to_document
    from msnewsletter.sources import Reading, list_files, read_file

    listings = [list_files(path, format="auto", display_path=str) for path in paths]
    reading = Reading.joined(
        [
            *(Reading(refused=listing.refused) for listing in listings),
            *(read_file(file) for listing in listings for file in listing.files),
        ]
    )
    if as_json:
        documents = [to_document(summary, complete=True) for summary in reading.summaries]
        click.echo(pretty(documents), nl=False)
    else:
        _print_reading(reading)
    complain_all("refused", reading.refused, _REST)
    complain_all("note", reading.warned, _REST)
    if reading.refused:
        sys.exit(1)


def _print_reading(reading: Reading) -> None:
    for summary in reading.summaries:
        click.secho(summary.headline, bold=True)
        click.echo(f"  {summary.location}, key {summary.key}")
        click.echo(
            f"  {summary.journal or 'no journal'}; published {summary.published or 'not said'}"
        )
        for name, text in (
            ("found", summary.found),
            ("why it matters", summary.why_it_matters),
            ("cautions", summary.cautions),
        ):
            click.echo(f"  {name}: {count(len(text.split()), 'word', 'words')}")
        for label, value in _more(summary):
            click.echo(f"  {label}: {value}")
    click.echo(f"{count(len(reading.summaries), 'summary', 'summaries')}.")


def _more(summary: Summary) -> Iterator[tuple[str, str]]:
    """All other fields that are given, each with its label and on one line."""
    for field in fields(summary):
        value = getattr(summary, field.name)
        if field.name not in _SHOWN_FIRST and value and value != field.default:
            yield field.name.replace("_", " "), _shown(field.name, value).replace("\n", " / ")


def _shown(name: str, value: object) -> str:
    if not isinstance(value, tuple):
        return str(value)
    if name == "related":
        return " / ".join(f"{card.date}: {card.teaser}" for card in value)
    return LIST_FIELDS[name].between.join(value)
