"""`collect`: fetch from the sources, and read new and changed summaries into the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.fetching import fetch_first, no_fetch
from msnewsletter.cli.instants import machine_clock, now
from msnewsletter.cli.output import complain_about, count

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command()
@no_fetch
@click.option(
    "--source",
    "names",
    multiple=True,
    metavar="NAME",
    help="Fetch from this source alone; may be given several times.",
)
@click.pass_obj
def collect(home: Home, names: tuple[str, ...], *, no_fetch: bool) -> None:
    """Fetch from all sources, and read new and changed summaries into the database."""
    from msnewsletter.publisher.collect import collect_now

    if no_fetch and names:
        raise click.UsageError("--no-fetch and --source exclude each other.")
    if not no_fetch:
        fetch_first(home, names=names, forced=True)
    collected = collect_now(home, at=now(), machine=machine_clock())
    complain_about(collected)
    changed = count(len(collected.read), "new or changed summary", "new or changed summaries")
    click.echo(f"{changed} in {count(len(collected.listed), 'file', 'files')}.")
