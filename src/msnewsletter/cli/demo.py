"""`demo`: the whole round on this machine alone, with the samples."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import click

from msnewsletter.cli.folder_argument import Folder
from msnewsletter.cli.instants import now


@click.command()
@click.argument("folder", type=Folder(file_okay=True), required=False)
def demo(folder: Path | None) -> None:
    """Show the whole round: publish samples, subscribe a reader, deliver to them.

    It needs no settings and no network: the mail goes to a server of its own on this machine, which
    ends with it. All that it makes is in FOLDER, or else in a temporary folder.
    """
    made = None if folder else Path(tempfile.mkdtemp(prefix="msnewsletter-demo-"))
    try:
        _show(folder.absolute() if folder else Path(str(made)))
    except BaseException:
        if made:
            shutil.rmtree(made, ignore_errors=True)
        raise


def _show(folder: Path) -> None:
    from msnewsletter.demo.round import demo_round

    read: list[Path] = []
    steps = demo_round(folder, now=now, monotonic=time.monotonic)
    for number, step in enumerate(steps, start=1):
        click.secho(f"{number}. {step.what}", bold=True)
        click.echo(f"   {step.how}")
        read.extend(step.read)
    click.echo("Read what came of it, in a browser, a mail program or a feed reader:")
    for path in read:
        click.echo(f"   {path}")
    click.echo(
        f"Delete {folder} when you have seen it; nothing else was changed, and nothing runs."
    )
