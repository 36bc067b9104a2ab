"""`demo`: the whole round on this machine alone, with the samples."""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.folder_argument import Folder
from msnewsletter.cli.instants import now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


@click.command(epilog=examples("demo", "demo round # keep it in a folder"))
@click.argument("folder", type=Folder(file_okay=True), required=False)
def demo(folder: Path | None) -> None:
    """Show the whole round: publish samples, subscribe a reader, deliver to them.

    It needs no settings and no network: the mail goes to a server of its own on this machine, which
    ends with it. All that it makes is in FOLDER, or else in a temporary folder.
    """
    _end_by_leaving()
    if folder:
        _show(folder.absolute())
        return
    with _removed_unless_done() as made:
        _show(made)


def _end_by_leaving() -> None:
    """Have the signals that end a program leave its blocks, which put away what is half made.

    Python ends at these without leaving any; Ctrl-C it raises by itself.
    """

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)  # as shells have it

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


@contextmanager
def _removed_unless_done() -> Iterator[Path]:
    """A temporary folder, which is removed again where the block is left before its end."""
    made = Path(tempfile.mkdtemp(prefix="msnewsletter-demo-"))
    try:
        yield made
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _show(folder: Path) -> None:
    from msnewsletter.demo.round import demo_round

    read: list[Path] = []
    # Left half-way it would hold its mail server until Python ends, and Python would wait for that.
    with closing(demo_round(folder, now=now, monotonic=time.monotonic)) as steps:
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
