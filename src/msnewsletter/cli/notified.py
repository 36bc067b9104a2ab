"""Notifies plugins of what a person released, where no clock does, and says how that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli import output
from msnewsletter.cli.instants import now

if TYPE_CHECKING:
    from msnewsletter.home import Home


def notify_plugins(home: Home) -> None:
    """Notify plugins of released issues, and print whom; a clock that runs is left to do it.

    What fails is a line on standard error: the clock and the next publishing try again.
    """
    from msnewsletter.publisher.consumer_queue import waiting_names

    waiting = ", ".join(waiting_names(home))
    if not waiting:
        return
    if _clock_runs(home):
        click.echo(f"'msnewsletter run' notifies plugins within a minute: {waiting}.")
        return
    click.echo(f"Notifying plugins, which may take five minutes for each issue: {waiting}.")
    from msnewsletter.errors import BusyError, NewsletterError
    from msnewsletter.publisher.consumer_round import notify_consumers

    try:
        failed = notify_consumers(home, now=now)
    except BusyError:
        click.echo("Another msnewsletter does so here already, and goes on with what waits.")
        return
    except NewsletterError as error:
        failed = (error,)
    output.complain_all("not notified", failed, rest="'msnewsletter status' names all")


def _clock_runs(home: Home) -> bool:
    """Whether a clock that stays is at work here, by its heartbeat."""
    from msnewsletter.clock.heartbeat import read_heartbeat

    beat = read_heartbeat(home)
    return beat is not None and beat.every is not None and beat.state(now()).is_at_work
