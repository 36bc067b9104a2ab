"""`test-send`: the next issue by mail to the editors."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import instant
from msnewsletter.cli.output import complain, complain_all, count

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command(
    "test-send",
    epilog=examples(
        "test-send ada@example.org", "test-send ada@example.org --edition digest-short"
    ),
)
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@click.option(
    "--edition",
    type=click.Choice(["digest", "digest-short"]),
    default="digest",
    show_default=True,
    help="All of the issue, or its low-energy edition.",
)
@click.option("--at", "moment", metavar="INSTANT", help="Act as if it were then (ISO 8601).")
@click.pass_obj
def send_test(home: Home, addresses: tuple[str, ...], edition: str, moment: str | None) -> None:
    """Mail the next issue to these addresses, marked [Test]; touches no state.

    Exits 1 when it could not be sent to one of them.
    """
    from msnewsletter.publisher.send_test import send_test as send
    from msnewsletter.render.mail.render import Edition

    done = send(
        home,
        addresses,
        at=instant(home, moment),
        seed=secrets.token_hex(),
        edition=Edition(edition),
    )
    complain_all("note: it could not go out like this", done.preview.blocked)
    for result in done.results:
        if result.refused:
            complain(f"not sent to {result.address}: {result.refused}")
        else:
            click.echo(f"sent to {result.address}")
    sent = len(done.results) - len(done.refused)
    messages = count(sent, "test message", "test messages")
    click.secho(f"Issue {done.issue.number}, {edition}: {messages} sent.", bold=True)
    if done.refused:
        sys.exit(1)
