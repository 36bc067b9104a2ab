"""`approve`: a person's decision on the next issue: approve it, send it back, take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.full_name import deciding_name
from msnewsletter.cli.instants import machine_clock, now
from msnewsletter.cli.output import complain_about, print_draft, print_waiting

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview


@click.command(
    epilog=examples(
        "approve --by 'Ada Lovelace'",
        "approve --send-back 'The second headline promises too much.'",
    )
)
@click.option("--by", metavar="NAME", help="Who decides (default: your account's full name).")
@click.option(
    "--now",
    "at_once",
    is_flag=True,
    help=(
        "Approve what 'publish' would send now, in place of the issue of the next slot, "
        "which has all that is dated until then, too; 'publish --dry-run' shows it."
    ),
)
@click.option(
    "--send-back",
    "reason",
    metavar="REASON",
    help=(
        "Send it back with this reason, plain text of at most 1,000 characters: "
        "whatever 'review' says, it waits until somebody approves it."
    ),
)
@click.option(
    "--take-back",
    is_flag=True,
    help="Undo sending back: it is as if nobody had. That approves nothing.",
)
@click.pass_obj
def approve(
    home: Home, by: str | None, reason: str | None, *, at_once: bool, take_back: bool
) -> None:
    """Approve the next issue as it stands; any later change of it withdraws the approval."""
    if at_once + take_back + (reason is not None) > 1:
        raise click.UsageError("--now, --send-back and --take-back exclude each other.")
    if take_back:
        _take_back(home)
    elif reason is not None:
        _send_back(home, reason, deciding_name(by))
    else:
        _approve(home, deciding_name(by), by_hand=at_once)


def _approve(home: Home, name: str, *, by_hand: bool) -> None:
    from msnewsletter.publisher.approve import approve as approve_issue

    machine = machine_clock(waits=True)
    done = approve_issue(home, by=name, at=now(), by_hand=by_hand, machine=machine)
    complain_about(done.preview.collected, done.preview)
    print_draft(done.preview.draft)
    if done.approval is None:
        click.secho(f"{_what(done.preview)} is not sent back any more.", bold=True)
        return
    slot = f" for {done.approval.slot}" if done.approval.slot else ""
    if by_hand:
        slot = ", as 'msnewsletter publish' sends it now,"
    click.secho(f"{_what(done.preview)}{slot} is approved by {name}.", bold=True)


def _send_back(home: Home, reason: str, name: str) -> None:
    from msnewsletter.clock.notify_at_once import tell_of_sent_back
    from msnewsletter.publisher.send_back import send_back

    done = send_back(home, reason=reason, by=name, at=now(), machine=machine_clock(waits=True))
    complain_about(done.preview.collected, done.preview)
    click.secho(f"{_what(done.preview)} is sent back by {name}. It waits.", bold=True)
    click.echo(tell_of_sent_back(home, at=now()))


def _take_back(home: Home) -> None:
    from msnewsletter.publisher.send_back import take_back

    done = take_back(home, at=now(), machine=machine_clock(waits=True))
    click.secho(f"{_what(done.preview)} is not sent back any more.", bold=True)
    print_waiting(done.preview.waiting_reason)


def _what(found: NextIssuePreview) -> str:
    return f"Issue {found.issue.number}" if found.issue else "What was edited after sending"
