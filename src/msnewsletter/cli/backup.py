"""`backup`: one file with all of the home that cannot be made again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import count
from msnewsletter.cli.progress_bar import progress_bar

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.home_state import HomeState


@click.command(
    epilog=examples("backup newsletter.zip", "backup newsletter.zip --force # each night")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE, if it is an earlier backup.")
@click.pass_obj
def backup(home: Home, file: Path, *, force: bool) -> None:
    """Write settings, texts, records, waiting mail and database into FILE, a zip file.

    Settings, glossary, templates, issues/, sources inside the home, mail that waits, and the
    SQLite databases, with all subscribers. Only its owner can read it (mode 0600). It names what
    is not in it, waits up to two minutes for a publish under way, and leaves an existing FILE
    alone.
    """
    from msnewsletter.publisher.backup import backup as write_backup

    with progress_bar("Backing up", percent=True) as progress:
        done = write_backup(home, file.absolute(), at=now(), replace=force, progress=progress)
    files = count(len(done.manifest.members), "file", "files")
    click.secho(f"Backed up: {files}, {_newest(done.state)}.", bold=True)
    for number in done.state.interrupted:
        click.echo(f"  issue {number} is under way: a restored home finishes it")
    for name in done.manifest.left_out:
        click.echo(f"  NOT in it: {name}")
    click.echo("  NOT in it: passwords in the environment")


def _newest(state: HomeState) -> str:
    return f"up to issue {state.last_issue}" if state.last_issue else "no issue yet"
