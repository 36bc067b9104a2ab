"""`read`: parse and print, no state."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.completed_words import source_names
from msnewsletter.cli.examples import examples
from msnewsletter.cli.fetching import fetched_source
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain_all, count
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.text import quoted, without_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.sources import Reading
    from msnewsletter.sources.fetch.read_address import AddressKind, AddressReading, ReadSource
    from msnewsletter.sources.html.html_page import PageReading

# Shown above the others, or not given by any source.
_SHOWN_FIRST = frozenset(
    {
        *("headline", "location", "key", "journal", "published", "found", "why_it_matters"),
        *("cautions", "first_seen", "changed_on"),
    }
)
# What a page should say, and --explain says of it that it does not.
_LOOKED_FOR = (
    *("headline", "found", "why_it_matters", "cautions"),
    *("published", "journal", "doi"),
)
# Where the lines are that are not printed.
_REST = "name fewer files, or a folder further down, to see these"


@click.command(
    epilog=examples(
        "read summaries/heart.md",
        "read --explain https://www.example.org/news/heart",
        "read --explain --source site https://www.example.org/news/heart # with its select",
    )
)
@click.argument("paths", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of summaries.")
@click.option(
    "--explain",
    is_flag=True,
    help=(
        "Of pages: print where each field was found, and what the other places said, in "
        "place of the summaries."
    ),
)
@click.option(
    "--kind",
    type=click.Choice(["auto", "page", "feed"]),
    default="auto",
    help="What is at an address; auto: by what it answers.",
)
@click.option("--private", is_flag=True, help="Addresses of this machine or network are allowed.")
@click.option(
    "--source",
    "name",
    metavar="NAME",
    shell_complete=source_names,
    help=(
        "Read addresses and saved pages by the settings of this source (page or feed): 'select', "
        "'fields', 'follow', 'private', 'pause' and 'timeout'."
    ),
)
@click.pass_obj
def read(
    home: Home,
    paths: tuple[str, ...],
    *,
    as_json: bool,
    explain: bool,
    kind: AddressKind,
    private: bool,
    name: str | None,
) -> None:
    """Parse summaries in files, folders, saved pages or at addresses; touches no state.

    PATHS are files, folders, saved pages (.html), or addresses (https: and http:). Exits with 1
    when a summary is refused.
    """
    from msnewsletter.serialize import pretty, to_document
    from msnewsletter.sources import Reading

    if name and kind != "auto":
        raise click.UsageError("--kind and --source exclude each other.")
    source = _source(home, name) if name else None
    language = _language(home)
    readings: list[Reading] = []
    for path in paths:
        found = _read_page(path, kind=kind, private=private, source=source)
        readings.append(found.reading if found else _read_files(Path(path), language))
        if explain and found and found.page:
            _print_explanation(found.place, found.page, selected=source is not None)
    reading = Reading.joined(readings)
    if as_json:
        documents = [to_document(summary, complete=True) for summary in reading.summaries]
        click.echo(pretty(documents), nl=False)
    elif not explain:
        _print_reading(reading)
    complain_all("refused", reading.refused, _REST)
    complain_all("note", reading.warned, _REST)
    if reading.refused:
        sys.exit(1)


def _source(home: Home, name: str) -> ReadSource:
    """The source of the home with this name; raises BadParameter where no address is read by it."""
    from msnewsletter.settings import load_settings
    from msnewsletter.source_settings import FeedSource, PageSource

    source = fetched_source(load_settings(home.settings), name)
    if not isinstance(source, PageSource | FeedSource):
        raise click.BadParameter(
            f"the source {name!r} is of the kind {source.kind!r}; addresses are read by one of the "
            "kind 'page' or 'feed'",
            param_hint="--source",
        )
    return source


def _language(home: Home) -> str:
    """The language in which errors name headings: the newsletter's, where there is a home."""
    from msnewsletter.errors import NewsletterError
    from msnewsletter.settings import load_settings

    try:
        return load_settings(home.settings).newsletter.effective_words
    except NewsletterError:
        return "en"


def _read_page(
    path: str, *, kind: AddressKind, private: bool, source: ReadSource | None
) -> AddressReading | None:
    """What an address or a saved page says; None: it is another file, or a folder."""
    from msnewsletter.sources.addresses import is_address
    from msnewsletter.sources.fetch.read_address import (
        is_saved_page,
        read_address,
        read_saved_page,
    )

    if is_address(path):
        kind = "page" if source and source.kind == "page" else kind
        return read_address(path, kind=kind, private=private, now=now, source=source)
    return read_saved_page(path, now=now, source=source) if is_saved_page(path) else None


def _read_files(path: Path, language: str) -> Reading:
    from msnewsletter.sources import Reading, list_files, read_file

    listing = list_files(path, format="auto", display_path=str, language=language)
    return Reading.joined(
        [Reading(refused=listing.refused), *(read_file(file) for file in listing.files)]
    )


def _print_explanation(place: str, page: PageReading, *, selected: bool) -> None:
    """Print each field's beginning and its origin, and what the other places say.

    `selected`: it was read by the settings of a source.
    """
    click.secho(place, bold=True)
    for name, found in page.candidates.items():
        first, *others = found
        click.echo(f"  {name.replace('_', ' ')}: {_beginning(first.value)}")
        click.echo(f"    from {first.origin}")
        for other in others:
            same = other.value == first.value
            said = "the same" if same else _beginning(other.value)
            click.echo(f"    {other.origin} says {said}")
    missing = [name for name in _LOOKED_FOR if name not in page.candidates]
    for name in missing:
        click.echo(f"  {name.replace('_', ' ')}: no place in the page says it")
    if missing:
        click.echo(
            "    [sources.headings] and [sources.select] say where it is: docs/guides/sources.md"
        )
        if not selected:
            click.echo("    --source NAME reads with what your source of that name selects")
    if page.author:
        click.echo(f"  the page's author: {_beginning(page.author)}, a person")
        click.echo("    from JSON-LD: author; readers are told what written_by says")
    if page.problem:
        click.echo(f"  PROBLEM: {page.problem.says}; {page.problem.remedy}")


def _beginning(value: str | tuple[str, ...]) -> str:
    return without_controls(quoted(value if isinstance(value, str) else "; ".join(value)))


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
