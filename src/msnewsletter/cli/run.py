"""`run`: publish by the schedule."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command(epilog=examples("run", "run --once # for cron"))
@click.option("--once", is_flag=True, help="Do what is due and end: for cron or a systemd timer.")
@click.option("--json-logs", is_flag=True, help="Log JSON, one object a line.")
@click.option(
    "--wake",
    type=click.FloatRange(0.01, 600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help=(
        "Seconds between two looks whether something is due, 0.01 to 600; while it waits for "
        "another clock at most 10."
    ),
)
@click.pass_obj
def run(home: Home, *, once: bool, json_logs: bool, wake: float) -> None:
    """Publish by the schedule, until SIGTERM or Ctrl-C; a second Ctrl-C stops at once.

    With --once it prints nothing when nothing happened, and exits with 1 when a step fails.
    """
    from msnewsletter.cli.instants import zone_of
    from msnewsletter.cli.log_lines import log_to_stderr
    from msnewsletter.clock.loop import Clock
    from msnewsletter.settings import load_settings

    if not (home.settings.exists() or home.var.exists()):
        load_settings(home.settings)  # refuses it: a wrong path is no home, and must not look so
    log_to_stderr(as_json=json_logs, zone=zone_of(home))
    clock = Clock(
        home,
        now=lambda: datetime.now(UTC),
        every=None if once else wake,
        # A person who repaired what failed wants to see whether it works now.
        patient=not sys.stderr.isatty(),
    )
    if not once:
        # What one wake finds wrong it says itself, at first and then at growing pauses.
        clock.check()
        _say_restored(home)
    try:
        if once:
            clock.wake()
        else:
            # What publishes too, now: an update may replace the program while the clock runs.
            import msnewsletter.publisher.publish  # noqa: F401
            from msnewsletter.clock.timer import run_every

            run_every(clock.wake, every=lambda: clock.pause or wake, stop=clock.stop)
    finally:
        clock.leave()
    if once and not clock.healthy:
        sys.exit(1)


def _say_restored(home: Home) -> None:
    """Log once at the start that nothing after a backup is known here; see `restore`."""
    from msnewsletter.publisher.restore import restored_from

    if origin := restored_from(home):
        facts = {"backup": origin.at.isoformat(), "last_issue": origin.last_issue or 0}
        logging.getLogger("msnewsletter.clock").warning("restored", extra={"facts": facts})
