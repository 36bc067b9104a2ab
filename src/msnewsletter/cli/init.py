"""`init`: a new home."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from msnewsletter.home import Home


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--sandbox", is_flag=True, help="For trying things out: any moment is allowed.")
def init(folder: Path, *, sandbox: bool) -> None:
    """Lay out a new home in FOLDER that publishes at once, with sample summaries."""
    from msnewsletter.publisher.init_home import init_home

    init_home(Home(folder.absolute()), sandbox=sandbox)
    click.echo(f"A new home: {folder}. Edit {folder}/newsletter.toml, then publish:")
    click.echo(f"  msnewsletter --home {shlex.quote(str(folder))} publish")
