"""`inbound`: read what came back for mails, and do what follows."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.exit_codes import ExitCode
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain, count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.home import Home
    from msnewsletter.publisher.came_back.inbound_decision import InboundOutcome
    from msnewsletter.publisher.came_back.read_mailboxes import InboundReport

_CHUNK = 1 << 16
# How local(8) of postfix names the address that it took a message for, before any rewriting.
_RECIPIENT = "ORIGINAL_RECIPIENT"


@click.command(epilog=examples("inbound", "inbound --maildir Maildir"))
@click.option("--stdin", is_flag=True, help="Read one message from standard input.")
@click.option(
    "--maildir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read this Maildir.",
)
@click.pass_obj
def inbound(home: Home, *, stdin: bool, maildir: Path | None) -> None:
    """Read what came back, and do what follows: bounces, complaints, requests to leave.

    Without options it reads what [inbound] names: a Maildir, a mailbox on an IMAP server, or both;
    'run' does so by itself. Messages that were handled are marked as read, and never deleted. It
    prints how many became what, and exits with 1 where one could not be handled.

    With --stdin, a mail server hands over one message, and says nothing. Exits 75 where it could
    not be handled now, so that the mail server keeps it and tries again.
    """
    if stdin and maildir:
        raise click.UsageError("say --stdin or --maildir, and not both")
    if stdin:
        _read_stdin(home)
        return
    from msnewsletter.publisher.came_back.read_mailboxes import read_mailboxes, read_maildir

    report = read_maildir(home, maildir, now=now) if maildir else read_mailboxes(home, now=now)
    _print_report(report)
    if report.problems:
        sys.exit(ExitCode.FAILED)


def _read_stdin(home: Home) -> None:
    from msnewsletter.delivery.inbound.bounded_message import READ_LIMIT
    from msnewsletter.errors import NewsletterError
    from msnewsletter.publisher.came_back.read_mailboxes import read_one

    message = sys.stdin.buffer.read(READ_LIMIT)
    while sys.stdin.buffer.read(_CHUNK):
        pass  # who hands it over would take a closed pipe for a failure
    try:
        read_one(home, message, now=now(), envelope_to=os.environ.get(_RECIPIENT, ""))
    except NewsletterError as error:
        _come_again(str(error))
    except Exception as error:  # noqa: BLE001  (the mail server would send it back to strangers)
        # Its words may hold an address.
        _come_again(f"a bug ({type(error).__name__}); report it")


def _come_again(why: str) -> NoReturn:
    complain(f"the message was not handled, and is to be handed over again: {why}")
    sys.exit(ExitCode.AGAIN)


def _print_report(report: InboundReport) -> None:
    for problem in report.problems:
        complain(f"{problem}; it stays where it is")
    if not report.counts:
        click.echo("Nothing came back.")
    for line in report_lines(report.counts):
        click.echo(line)


def report_lines(counts: Mapping[InboundOutcome, int]) -> list[str]:
    """How many messages became what, a line a kind; no line names anybody."""
    from msnewsletter.publisher.came_back.inbound_decision import InboundOutcome

    words = {
        InboundOutcome.DEAD: ("bounce", "of a dead address: suppressed"),
        InboundOutcome.GIVEN_UP: ("bounce", "for now, one too many in a row: suppressed"),
        InboundOutcome.SOFT: ("bounce", "for now: counted"),
        InboundOutcome.OURS: ("refusal", "of our mail, for you to correct: see 'doctor'"),
        InboundOutcome.COMPLAINT: ("complaint", "that it is spam: suppressed"),
        InboundOutcome.UNSUBSCRIBED: ("request", "to leave: unsubscribed"),
        InboundOutcome.REPEATED: ("message", "about what was known: nothing changed"),
        InboundOutcome.OUTDATED: (
            "bounce",
            "of a mail of long ago, or never sent: nothing changed",
        ),
        InboundOutcome.NOBODY: ("message", "about nobody on the books: nothing changed"),
        InboundOutcome.FORGED: ("message", "that is forged: nothing changed"),
        InboundOutcome.ANSWER: ("answer", "of a program: nothing changed"),
        InboundOutcome.NOTICE: ("notice", "that a mail is on its way or there: nothing changed"),
        InboundOutcome.LETTER: ("letter", "for a person to read: nothing changed"),
        InboundOutcome.OTHER: ("message", "not about our mail: nothing changed"),
    }
    return [
        f"{count(counts[outcome], one, f'{one}s')} {says}"
        for outcome, (one, says) in words.items()
        if counts.get(outcome)
    ]
