"""`deliver`: send what waits in the outbox to every subscriber, once."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.completed_words import issue_numbers
from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.mailings import print_balance
from msnewsletter.cli.output import complain, count
from msnewsletter.cli.progress_bar import progress_bar
from msnewsletter.home import GREATEST_ISSUE
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.delivery_run import Delivered
    from msnewsletter.publisher.delivering.mailing_report import MailingReport
    from msnewsletter.publisher.delivering.mailing_run import StopRequest
    from msnewsletter.publisher.session import Progress

# Seconds between two looks at what workers have done, and at least so many times what one takes.
_LOOK, _RARELY = 2.0, 10.0


@click.command(epilog=examples("deliver", "deliver 7"))
@click.argument(
    "number", type=click.IntRange(1, GREATEST_ISSUE), required=False, shell_complete=issue_numbers
)
@click.option(
    "--yes",
    is_flag=True,
    help=(
        "A mailing to more than 5,000 subscribers, more than ten times as many as any "
        "before, is meant: send it."
    ),
)
@click.pass_obj
def deliver(home: Home, number: int | None, *, yes: bool) -> None:
    """Send issue NUMBER to every subscriber, once; without it, what is due.

    Run it again whenever it has stopped: it goes on from there. Nobody gets an issue twice by
    that. SIGTERM or Ctrl-C stops it quietly, once the mail server has answered for what is under
    way. With workers = true in [deliver] it enqueues, and looks on while workers send; stopped, it
    leaves them at work. Exits 1 where something went wrong or a person has to decide; what merely
    waits for its time is no error.
    """
    from msnewsletter.publisher.delivering.mailing_run import StopRequest
    from msnewsletter.settings import load_settings

    stop = StopRequest()
    with _stopped_by_signals(stop), progress_bar("Sending", rated=True) as progress:
        done = _send(home, number, stop=stop, confirmed=yes, progress=progress)
    if not print_delivered(done, load_settings(home.settings).zone):
        sys.exit(1)


def _send(
    home: Home, number: int | None, *, stop: StopRequest, confirmed: bool, progress: Progress
) -> Delivered:
    """Send what is due; where workers do it, look until they are done, or we are stopped."""
    from msnewsletter.cluster.send_due import send_due
    from msnewsletter.publisher.delivering.delivery_run import DeliveryClock, DeliveryRequest
    from msnewsletter.publisher.delivering.mailing_report import MailingEnd

    clock = DeliveryClock(now=now, monotonic=time.monotonic)
    request = DeliveryRequest(
        clock=clock, stop=stop, named=number, confirmed=confirmed, progress=progress
    )
    while True:
        began = time.monotonic()
        done = send_due(home, request)
        with_workers = [one for one in done.mailings if one.end is MailingEnd.WITH_WORKERS]
        if stop.requested or not with_workers:
            return done
        # Counting a large ledger takes the database as long as some thousand mails.
        stop.wait(max(_LOOK, _RARELY * (time.monotonic() - began)))


def print_delivered(done: Delivered, zone: tzinfo) -> bool:
    """Print what one run has done, in the zone's time; False: something needs a person."""
    from msnewsletter.publisher.delivering.sending_lines import too_old_line

    if done.recovered:
        left = count(sum(done.recovered.values()), "delivery", "deliveries")
        click.echo(f"An earlier run was interrupted: its journals settled {left}.")
    for issue in done.too_old:
        line = too_old_line(issue)
        click.echo(f"{line[0].upper()}{line[1:]}.")
    for problem in done.problems:
        complain(problem)
    if not (done.mailings or done.problems):
        click.echo("Nothing is due.")
    for report in done.mailings:
        _print_report(report, zone)
    return not (done.problems or any(map(_needs_a_person, done.mailings)))


def _needs_a_person(report: MailingReport) -> bool:
    from msnewsletter.publisher.delivering.mailing_report import MailingEnd

    failed = {MailingEnd.NO_CONNECTION, MailingEnd.REFUSED, MailingEnd.IN_DOUBT}
    return report.end in failed or bool(report.unbelieved)


def _print_report(report: MailingReport, zone: tzinfo) -> None:
    from msnewsletter.publisher.delivering.mailing_report import MailingEnd

    print_balance(report.issue, report.balance)
    if report.unbelieved:
        complain(
            f"the mail server calls {report.unbelieved:,} addresses dead, too many to believe it: "
            "they have failed, and nobody is suppressed; see what it means, then run "
            f"'msnewsletter resolve {report.issue} --resend-failed'"
        )
    due = f", the next at {local_time(report.due, zone)}" if report.due else ""
    match report.end:
        case MailingEnd.WAITS:
            click.echo(f"  Refused for now; tried again{due}: run deliver then, or let run do it.")
        case MailingEnd.IN_DOUBT:
            click.echo(
                "  In doubt: the mail server may have them. Decide with 'msnewsletter resolve "
                f"{report.issue} --resend-in-doubt', or --drop-in-doubt."
            )
        case MailingEnd.NO_CONNECTION:
            if report.hindrance:
                why = report.hindrance
                complain(f"{why.place}: {why.problem}; {why.remedy}")
        case MailingEnd.REFUSED:
            complain(
                f"the mail server refuses all that we send ({report.refusal}); ask whoever runs "
                "it, or see 'msnewsletter doctor'; nothing is lost"
            )
        case _:  # what is done needs no word, and what is unsettled is said among the problems
            if line := _GOES_ON.get(report.end.value):
                click.echo(f"  {line}")


# By the value of a MailingEnd.
_GOES_ON = {
    "paced": "The limits of [deliver] let no more go now; run deliver later.",
    "with_workers": "Workers go on with it; 'msnewsletter status' says how far they are.",
    "stopped": "Stopped; run deliver to go on.",
}


@contextmanager
def _stopped_by_signals(stop: StopRequest) -> Iterator[None]:
    """SIGTERM and the first Ctrl-C stop quietly; a second Ctrl-C at once."""

    def heard(number: int, frame: object) -> None:
        del frame
        if stop.requested and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.request()

    before = {number: signal.signal(number, heard) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
