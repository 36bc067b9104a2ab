"""`restore`: a new home from a backup, and what a person must know before it publishes."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.folder_argument import Folder
from msnewsletter.cli.output import count
from msnewsletter.cli.progress_bar import progress_bar
from msnewsletter.home import Home, issue_name
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from msnewsletter.publisher.home_state import HomeState
    from msnewsletter.publisher.restore import Restored


@click.command(epilog=examples("restore newsletter.zip /srv/newsletter"))
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("folder", type=Folder(file_okay=True))
def restore(file: Path, folder: Path) -> None:
    """Make a home in FOLDER, new or empty, from the backup in FILE.

    It prints where the home stands, what the backup does not hold, and what to do before
    publishing.
    """
    from msnewsletter.publisher.restore import restore as restore_home

    home = Home(folder.absolute())
    with progress_bar("Restoring", percent=True) as progress:
        done = restore_home(file.absolute(), home, progress=progress)
    zone = done.settings.zone
    title = done.settings.newsletter.title
    files = count(len(done.manifest.members), "file", "files")
    click.secho(f"Restored {title} to {folder}: {files}.", bold=True)
    click.echo(f"The backup is of {local_time(done.manifest.at, zone)}.")
    state = done.state
    if state.last_issue and state.last_at:
        click.echo(f"Its newest issue: {state.last_issue}, of {local_time(state.last_at, zone)}.")
    else:
        click.echo("Its newest issue: none yet.")
    _print_subscribers(done)
    _print_dangers(state, folder, sends=done.settings.deliver is not None)
    _print_missing(done)
    _print_next(folder)


def _print_subscribers(done: Restored) -> None:
    """Print what has changed of subscribers since the backup, and nobody can know here."""
    if done.confirmed is None:
        return
    made = local_time(done.manifest.at, done.settings.zone)
    click.echo(f"Subscribers as of {made}: {done.confirmed} confirmed.")
    click.secho(
        "Who left after that is on the list again: look for their mails, and take them off with "
        "'msnewsletter subscribers unsubscribe -'. Nothing is sent from here until you have run "
        "'msnewsletter resolve --restored'.",
        bold=True,
    )


def _print_dangers(state: HomeState, folder: Path, *, sends: bool) -> None:
    """Print what would reach readers twice if the newsletter went on after the backup.

    `sends`: this program sends from the home, and no other one.
    """
    for number in state.interrupted:
        name = issue_name(number)
        click.secho(
            f"Issue {number} was under way; the next publish finishes it, and its mail is in "
            f"outbox/new/{name} then. If readers have it already, do not send that.",
            bold=True,
        )
    for name in state.waiting:
        if sends and name.isdecimal():
            done = f"run 'msnewsletter resolve {int(name)} --delivered' before --restored"
        else:
            done = "move it to outbox/sent now"
        click.echo(f"Waiting in outbox/new: {name}. If readers have it, {done}.")
    following = issue_name((state.last_issue or 0) + 1)
    click.secho(
        "If issues were published after this backup, copy their records first, "
        f"issues/{following}.json and on, to {folder / 'issues'}: otherwise their summaries are "
        "mailed twice and their numbers used again.",
        bold=True,
    )


def _print_missing(done: Restored) -> None:
    for name in done.manifest.left_out:
        click.echo(f"Not in the backup: {name}.")
    click.echo(
        "Not in the backup: passwords (MSNEWSLETTER_SMTP_PASSWORD, MSNEWSLETTER_DATABASE_URL); "
        "the site, which the next publish makes again."
    )


def _print_next(folder: Path) -> None:
    home = f"msnewsletter --home {shlex.quote(str(folder))}"
    click.echo("Then look, and publish:")
    click.echo(f"  {home} status")
    click.echo(f"  {home} publish")
