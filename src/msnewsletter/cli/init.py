"""`init`: a new home."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.folder_argument import Folder
from msnewsletter.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.publisher.settings_from_record import SettingsFromRecord


@click.command(
    epilog=examples(
        "init newsletter", "init --sandbox trial # to try things out: any moment is allowed"
    )
)
@click.argument("folder", type=Folder(file_okay=True))
@click.option("--empty", is_flag=True, help="Without sample summaries and a sample note.")
@click.option("--sandbox", is_flag=True, help="For trying things out: any moment is allowed.")
def init(folder: Path, *, empty: bool, sandbox: bool) -> None:
    """Lay out a new home in FOLDER that publishes at once, with sample summaries.

    Where records or summaries of a home are left in FOLDER, none are added, and the settings come
    from the newest record.
    """
    from msnewsletter.publisher.init_home import init_home, is_left_of_a_home

    home = Home(folder.absolute())
    left = is_left_of_a_home(home)
    if found := init_home(home, empty=empty, sandbox=sandbox):
        _print_found(folder, found)
    else:
        click.echo(f"A new home: {folder}.")
        if left:
            click.secho(
                "No record says what its settings were: those are an example's. Its id and zone "
                "must be the old ones before anything is published.",
                bold=True,
            )
        click.echo(f"Edit {folder}/newsletter.toml, then publish:")
    click.echo(f"  msnewsletter --home {shlex.quote(str(folder))} publish")


def _print_found(folder: Path, found: SettingsFromRecord) -> None:
    click.echo(f"A home again: {folder}, with the settings in the record of issue {found.issue}.")
    click.secho(f"No record holds these: {', '.join(found.unknown)}.", bold=True)
    if found.approved:
        click.echo('Issues were approved, so review = "required" is set.')
    else:
        click.secho('No issue was approved; write review = "required" if they must be.', bold=True)
    click.echo(
        "If issues were published after that one, copy their records to issues/ first: otherwise "
        "their summaries are mailed twice."
    )
    click.echo(f"Correct {folder}/newsletter.toml, look at 'msnewsletter status', then publish:")
