"""`resolve`: a person's decision on what nobody can see, or on what a wrong clock has dated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.completed_words import issue_numbers
from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import count
from msnewsletter.home import GREATEST_ISSUE
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.resolve_clock import RedatedIssue


@click.command(epilog=examples("resolve 7 --sent", "resolve 7 --drop-in-doubt"))
@click.argument(
    "number", type=click.IntRange(1, GREATEST_ISSUE), required=False, shell_complete=issue_numbers
)
@click.option(
    "--sent/--unsent",
    default=None,
    help=(
        "Whether readers have issue NUMBER: it is recorded, and shown on the site; or "
        "they do not: it is released from this machine's outbox."
    ),
)
@click.option(
    "--clock",
    is_flag=True,
    help="Let what is dated later than now count as of now; without NUMBER.",
)
@click.option(
    "--resend-in-doubt",
    "doubt",
    flag_value="resend",
    help=(
        "Of mail that 'deliver' sent and that no answer came for: send it again, with "
        "the same Message-ID."
    ),
)
@click.option("--drop-in-doubt", "doubt", flag_value="drop", help="Count that mail as sent.")
@click.option(
    "--resend-failed",
    is_flag=True,
    help=(
        "Of mail that the server refused for good, or too often: send it again to all "
        "who still get mail, also where the issue was finished. Run 'deliver' then."
    ),
)
@click.option(
    "--delivered", "open_ones", flag_value="delivered", help="Nobody gets it from here any more."
)
@click.option(
    "--send-rest",
    "open_ones",
    flag_value="send",
    help=(
        "Send what an older database takes for open; who got it since gets it again. "
        "Run 'deliver' then."
    ),
)
@click.option(
    "--restored",
    is_flag=True,
    help=(
        "Without NUMBER, in a restored home: who left since the backup was taken out, "
        "and what waits in outbox/ may be sent."
    ),
)
@click.pass_obj
def resolve(
    home: Home,
    number: int | None,
    *,
    sent: bool | None,
    clock: bool,
    doubt: str | None,
    resend_failed: bool,
    open_ones: str | None,
    restored: bool,
) -> None:
    """Resolve issue NUMBER, of which nobody can see whether it went out, or a wrong clock's dates.

    Of two machines with one database, only the one that began an issue can see that; and nobody,
    where the outbox was removed meanwhile. If that machine or outbox is gone for good, say here
    whether readers have the issue. If they do, it is recorded and shown on the site; if they do
    not, it comes out of this machine's outbox.

    With --clock, after the machine's clock was wrong: issues that went out dated in the future
    count as of now, in the database, their records, feeds and pages; slots that are to come are
    free again. Readers get nothing twice.

    Of mail that 'deliver' sends: where a connection broke before the mail server had answered, it
    may have the mail. With --resend-in-doubt it is sent again, with the same Message-ID; with
    --drop-in-doubt it counts as sent. With --resend-failed what the server refused for good, or too
    often, is sent again: after it had refused all by mistake. With --delivered nobody gets the
    issue from here any more: the subscribers' database is from a backup older than it, and
    subscribers have it; or its folder was taken away while it was being sent; or this home was
    restored, and the issue came with the backup. With --send-rest what such a database takes for
    open is sent: who got it since the backup gets it again.

    With --restored, once who left since the backup was taken out: this home sends again.
    """
    of_issue = [sent is not None, doubt is not None, resend_failed, open_ones is not None]
    if sum([*of_issue, clock, restored]) != 1 or (clock or restored) == (number is not None):
        raise click.UsageError(
            "say NUMBER with one of --sent, --unsent, --resend-in-doubt, --drop-in-doubt, "
            "--resend-failed, --delivered and --send-rest, or --clock or --restored alone"
        )
    if restored:
        _resolve_restored(home)
        return
    if number is None:
        _resolve_clock(home)
        return
    if resend_failed:
        _resend_failed(home, number)
        return
    if open_ones == "send":
        _send_rest(home, number)
        return
    if sent is None:
        _resolve_mailing(home, number, doubt)
        return
    from msnewsletter.publisher.resolve import resolve as resolve_issue

    resolve_issue(home, number, sent=sent, at=now())
    became = "recorded as sent" if sent else "published to the outbox"
    click.secho(f"Issue {number} is {became}.", bold=True)


def _resend_failed(home: Home, number: int) -> None:
    from msnewsletter.publisher.delivering.resolve_mailing import resolve_failed

    deliveries = count(resolve_failed(home, number, at=now()), "delivery", "deliveries")
    click.secho(f"{deliveries} queued again: run 'msnewsletter deliver'.", bold=True)


def _send_rest(home: Home, number: int) -> None:
    from msnewsletter.publisher.delivering.resolve_mailing import resolve_rest

    deliveries = count(resolve_rest(home, number, at=now()), "delivery", "deliveries")
    click.secho(f"{deliveries} may go out: run 'msnewsletter deliver'.", bold=True)


def _resolve_restored(home: Home) -> None:
    from msnewsletter.publisher.restore import decide_restored

    decide_restored(home)
    click.secho("This home sends to its subscribers again.", bold=True)


def _resolve_mailing(home: Home, number: int, doubt: str | None) -> None:
    from msnewsletter.publisher.delivering.resolve_mailing import (
        DoubtDecision,
        resolve_delivered,
        resolve_doubt,
    )

    if doubt is None:
        resolve_delivered(home, number, at=now())
        click.secho(f"Nobody gets issue {number} from here any more.", bold=True)
        return
    decision = DoubtDecision(doubt)
    number_of = resolve_doubt(home, number, decision, at=now())
    deliveries = count(number_of, "delivery", "deliveries")
    if decision is DoubtDecision.RESEND:
        click.secho(f"{deliveries} queued again: run 'msnewsletter deliver'.", bold=True)
    else:
        click.secho(f"{deliveries} counted as sent.", bold=True)


def _resolve_clock(home: Home) -> None:
    from msnewsletter.publisher.resolve_clock import resolve_clock
    from msnewsletter.settings import load_settings

    done = resolve_clock(home, at=now())
    zone = load_settings(home.settings).zone
    for issue in done.issues:
        _print_issue(home, issue, zone)
    if done.freed:
        click.echo(
            f"{count(len(done.freed), 'slot that is', 'slots that are')} to come: free again."
        )
    click.secho("Nothing here is dated later than now any more.", bold=True)


def _print_issue(home: Home, issue: RedatedIssue, zone: tzinfo) -> None:
    click.echo(
        f"Issue {issue.number} counts as of {local_time(issue.cutoff, zone)}; "
        f"it was dated {local_time(issue.before, zone)}."
    )
    if issue.rendered_again:
        click.echo("  Its mail had not been taken: it waits in outbox/new/ with the new date.")
    else:
        click.echo("  Its mail had been taken, with the old date; it is not made again.")
    if issue.kept:
        click.echo(f"  Its old record is kept as {home.display_path(issue.kept)}.")
