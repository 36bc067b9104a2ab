"""`collect`: fetch from the sources, and read new and changed summaries into the database."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.completed_words import source_names
from msnewsletter.cli.examples import examples
from msnewsletter.cli.fetching import fetch_first, no_fetch
from msnewsletter.cli.instants import machine_clock, now
from msnewsletter.cli.output import complain, complain_about, count

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.collected import Collected


@click.command(
    epilog=examples(
        "collect",
        "collect --source site # ask this one alone",
        "collect --source site --again # a text was corrected on the site",
    )
)
@no_fetch
@click.option(
    "--source",
    "names",
    multiple=True,
    metavar="NAME",
    shell_complete=source_names,
    help="Fetch from this source alone; may be given several times.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Ask for every known page again now, for a text that was changed there.",
)
@click.pass_obj
def collect(home: Home, names: tuple[str, ...], *, no_fetch: bool, again: bool) -> None:
    """Fetch from all sources, and read new and changed summaries into the database.

    'publish' and 'run' do it by themselves, as often as 'every' says. Known pages are asked for
    once a day, and later every 30 days; '--again' asks for all of them now. It prints a line a
    source; one that fails costs no other, and keeps what it said before. Where each source that
    was asked failed, it exits with 1, when the rest is read.
    """
    from msnewsletter.publisher.collect import collect_now

    if no_fetch and names:
        raise click.UsageError("--no-fetch and --source exclude each other.")
    if no_fetch and again:
        raise click.UsageError("--no-fetch and --again exclude each other.")
    heard = no_fetch or fetch_first(home, names=names, forced=True, again=again)
    collected = collect_now(home, at=now(), machine=machine_clock())
    complain_about(collected)
    changed = count(len(collected.changed), "new or changed summary", "new or changed summaries")
    click.echo(f"{changed}; in all {_in_all(collected)}.")
    if not heard:
        complain(
            "collect: none of the sources that were asked could be read; what was fetched before "
            "still counts, and files were read all the same"
        )
        sys.exit(1)


def _in_all(collected: Collected) -> str:
    """What the sources have, new or not: `3 files and 20 fetched summaries`."""
    fetched = len(collected.fetched)
    overridden = len(collected.overrides.keys)
    files = len(collected.files) - fetched - len(collected.overrides.files)
    there = [count(files, "file", "files")] if files or not fetched else []
    if fetched:
        newer = _newer(len(collected.overrides.newer))
        of_them = f" ({overridden:,} of them overridden by a file{newer})" if overridden else ""
        there.append(f"{count(fetched, 'fetched summary', 'fetched summaries')}{of_them}")
    return " and ".join(there)


def _newer(number: int) -> str:
    """That files count although sources say something newer, which their lines may have counted."""
    if not number:
        return ""
    newer = "1 is newer at its source" if number == 1 else f"{number:,} are newer at their sources"
    return f", which counts though {newer}"
