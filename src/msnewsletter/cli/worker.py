"""`worker`: send what a newsletter's home has enqueued, beside any number of other machines."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples

if TYPE_CHECKING:
    from msnewsletter.home import Home

_MOST_LANES = 64


@click.command(epilog=examples("worker", "worker --concurrency 4"))
@click.option(
    "--concurrency",
    type=click.IntRange(1, _MOST_LANES),
    default=2,
    show_default=True,
    metavar="N",
    help="How many chunks of 500 to send at the same time.",
)
@click.option("--json-logs", is_flag=True, help="Log JSON, one object a line.")
@click.pass_obj
def worker(home: Home, *, concurrency: int, json_logs: bool) -> None:
    """Send what `deliver` or `run` has enqueued on another machine, until SIGTERM or Ctrl-C.

    It needs newsletter.toml with workers = true in [deliver], and in the environment the address of
    the database and the password of the mail server. It keeps no issue and no subscriber here. Run
    it on any number of machines, and as often as you like on one. A second Ctrl-C stops it at once,
    as a crash would; nothing is sent twice because of that.
    """
    from msnewsletter.cli.instants import zone_of
    from msnewsletter.cli.log_lines import log_to_stderr
    from msnewsletter.cluster.installed import refuse_missing_parts
    from msnewsletter.settings import load_settings

    load_settings(
        home.settings
    )  # raises where the path is no home: no folder is made in a wrong one
    refuse_missing_parts()
    from msnewsletter.cluster.worker import Worker

    log_to_stderr(as_json=json_logs, zone=zone_of(home))
    working = Worker(home, lanes=concurrency)
    stopped = False

    def heard(number: int, frame: object) -> None:
        del frame
        nonlocal stopped
        if stopped and number == signal.SIGINT:
            raise KeyboardInterrupt
        stopped = True
        working.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heard)
    working.run()
