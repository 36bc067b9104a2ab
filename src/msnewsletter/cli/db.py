"""`db`: the databases of a home: moved from SQLite to PostgreSQL, and examined."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.output import count
from msnewsletter.cli.progress_bar import progress_bar

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.move_database import DatabaseMove


@click.group(epilog=examples("db check"))
def db() -> None:
    """Move the databases to PostgreSQL, or examine them."""


@db.command(epilog=examples("db copy", "db copy --to postgresql://news@db.example.org/news"))
@click.option(
    "--to",
    "named",
    metavar="ADDRESS",
    help="Where to, postgresql://USER@HOST/DATABASE, without a password: that belongs into "
    "MSNEWSLETTER_DATABASE_URL, which counts where this is not given.",
)
@click.pass_obj
def copy(home: Home, *, named: str | None) -> None:
    """Copy everything from the SQLite files to an empty PostgreSQL, compare it, and switch.

    Nothing else may work in the home meanwhile: whoever does is named. Killed or cut off, it goes
    on when it is run again. The old files are kept in var/before-postgresql/.
    """
    from msnewsletter.publisher.move_database import move_database

    with progress_bar("Copying and comparing", percent=True) as progress:
        done = move_database(home, named=named, progress=progress)
    _print_moved(home, done)


def _print_moved(home: Home, done: DatabaseMove) -> None:
    if done.rows is None:
        click.secho(f"Moved before: everything is in {done.target}.", bold=True)
    else:
        tables = count(len(done.rows), "table", "tables")
        click.secho(
            f"Moved to {done.target}: {tables}, {sum(done.rows.values()):,} rows, each compared.",
            bold=True,
        )
    kept = home.display_path(done.kept)
    click.echo(
        'Now write database = "postgresql" under [newsletter] in newsletter.toml, and set '
        "MSNEWSLETTER_DATABASE_URL for every msnewsletter of this home. Until then nothing works "
        "here."
    )
    click.echo(
        f"The files as they were are in {kept}/. They hold the addresses of subscribers: remove "
        "them when all is well."
    )
    click.echo(
        f"To undo it, before anything else is run: mv {kept}/*.db var/, and leave newsletter.toml "
        "as it is."
    )


@db.command(epilog=examples("db check"))
@click.pass_obj
def check(home: Home) -> None:
    """Examine both databases, a line each; exit 1 when something is wrong.

    On SQLite and on PostgreSQL; it changes nothing. It says whether each file is whole (SQLite),
    which version its tables have, and which rows contradict each other: what refers to nothing,
    entries and summaries that do not agree, deliveries of no mailing, under a wrong number or in
    an impossible state, numbers that would be given twice. Then comes a line for each mailing
    under way, and one for all that are finished.
    """
    from msnewsletter.publisher.check_databases import check_databases

    found = check_databases(home)
    for one in found:
        click.echo(f"{'ok ' if one.good else 'BAD'}  {one.line}")
    if not all(one.good for one in found):
        sys.exit(1)
