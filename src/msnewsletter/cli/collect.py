"""`collect`: read new and changed summaries into the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import machine_clock, now
from msnewsletter.cli.output import complain_about, count

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command()
@click.pass_obj
def collect(home: Home) -> None:
    """Read new and changed summaries into the database."""
    from msnewsletter.publisher.collect import collect_now

    collected = collect_now(home, at=now(), machine=machine_clock())
    complain_about(collected)
    changed = count(len(collected.read), "new or changed summary", "new or changed summaries")
    click.echo(f"{changed} in {count(len(collected.listed), 'file', 'files')}.")
