"""`approve`: a person's approval of the next issue."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import machine_clock, now
from msnewsletter.cli.output import complain_about, print_draft

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command()
@click.option("--by", metavar="NAME", help="Who approves (default: your login name).")
@click.pass_obj
def approve(home: Home, by: str | None) -> None:
    """Approve the next issue as it stands; any later change of it withdraws the approval."""
    from msnewsletter.publisher.approve import approve as approve_issue

    name = (by if by is not None else getpass.getuser()).strip()
    if not name or not name.isprintable():
        raise click.BadParameter(
            "the name is empty or has unprintable characters", param_hint="--by"
        )
    done = approve_issue(home, by=name, at=now(), machine=machine_clock(waits=True))
    complain_about(done.preview.collected, done.preview)
    print_draft(done.preview.draft)
    slot = f" for {done.approval.slot}" if done.approval.slot else ""
    what = f"Issue {done.approval.issue}" if done.preview.issue else "What was edited after sending"
    click.secho(f"{what}{slot} is approved by {name}.", bold=True)
