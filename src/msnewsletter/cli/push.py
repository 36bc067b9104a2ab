"""`push`: bring the site to the object store of `site.push`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain_all, count
from msnewsletter.cli.progress_bar import progress_bar

if TYPE_CHECKING:
    from msnewsletter.home import Home

_NAMES = 20  # that are printed of those that would go


@click.command(epilog=examples("push --dry-run # say what would be put and removed", "push"))
@click.option("--dry-run", is_flag=True, help="Only print what would be put and removed.")
@click.option(
    "--force",
    is_flag=True,
    help=(
        "Make the place equal to the site: every file is put, files that msnewsletter "
        "did not put there are overwritten, a newer site of another machine is "
        "replaced, and any number of files is removed."
    ),
)
@click.pass_obj
def push(home: Home, *, dry_run: bool, force: bool) -> None:
    """Push what changed of the site to the place that site.push names.

    Run it again whenever it has stopped: it goes on from there, and does nothing twice. 'run' does
    it by itself after each issue, 'publish' and 'takedown' at once.
    """
    from msnewsletter.publisher.hub_pings import ping_hub_once
    from msnewsletter.publisher.site.push import PushOrder, push_site

    at = now()
    with progress_bar("Pushing") as progress:
        done = push_site(home, PushOrder(at=at, dry=dry_run, force=force, progress=progress))
    put, removed = count(len(done.put), "file", "files"), count(len(done.removed), "file", "files")
    if dry_run:
        click.echo(f"Would put {put} at {done.target}, and remove {removed} there.")
        _print_names("put", done.put)
        _print_names("remove", done.removed)
    elif done.put or done.removed:
        click.echo(f"{put} put at {done.target}, {removed} removed there.")
    else:
        click.echo(f"Nothing to do: {done.target} has all of the site.")
    complain_all(
        "note",
        [
            f"outbox/site/{name!r}: no store takes this name, so it stays here; rename it"
            for name in done.left_out
        ],
        "rename them all",
    )
    if dry_run:
        return
    if done.left:
        click.echo("The site was written meanwhile: run push again.")
        sys.exit(1)
    ping_hub_once(home, at=at)


def _print_names(verb: str, names: tuple[str, ...]) -> None:
    for name in names[:_NAMES]:
        click.echo(f"  {verb} {name}")
    if more := len(names[_NAMES:]):
        click.echo(f"  and {more:,} more")
