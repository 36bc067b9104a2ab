"""`schedule` and `approve`."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.moments import now
from msnewsletter.cli.said import complain_all, print_draft

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end: for cron or a systemd timer.")
@click.option("--json-logs", is_flag=True, help="Log JSON, one object a line.")
@click.option(
    "--wake",
    type=click.FloatRange(0.01, 600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How often to look whether something is due.",
)
@click.pass_obj
def schedule(home: Home, *, once: bool, json_logs: bool, wake: float) -> None:
    """Publish by the schedule, until SIGTERM or Ctrl-C; a second Ctrl-C stops at once."""
    from msnewsletter.cli.logs import log_to_stderr
    from msnewsletter.scheduler import Watch, ring

    log_to_stderr(as_json=json_logs)
    watch = Watch(home, now=lambda: datetime.now(UTC), every=None if once else wake)
    watch.check()
    try:
        if once:
            watch.wake()
        else:
            ring(watch.wake, every=wake, stop=watch.stop)
    finally:
        watch.leave()
    if once and not watch.healthy:
        sys.exit(1)


@click.command()
@click.option("--by", metavar="NAME", help="Who approves (default: your login name).")
@click.pass_obj
def approve(home: Home, by: str | None) -> None:
    """Approve the next issue as it stands; any later change of it withdraws the approval."""
    from msnewsletter import publisher

    name = (by if by is not None else getpass.getuser()).strip()
    if not name or not name.isprintable():
        raise click.BadParameter("it is no name", param_hint="--by")
    done = publisher.approve(home, by=name, at=now())
    complain_all("refused", done.collected.refused)
    complain_all("note", done.collected.notes(done.draft))
    print_draft(done.draft)
    slot = f" for {done.approval.slot}" if done.approval.slot else ""
    click.secho(f"Issue {done.approval.issue}{slot} is approved by {name}.", bold=True)
