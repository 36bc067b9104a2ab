"""`resolve`: a person's decision on an issue of which nobody can see whether it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import now

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--sent/--unsent", default=None, required=True, help="Whether readers get it.")
@click.pass_obj
def resolve(home: Home, number: int, *, sent: bool) -> None:
    """Resolve issue NUMBER, of which nobody can see whether it went out.

    Of two machines with one database, only the one that began an issue can see that; and nobody,
    where the outbox was removed meanwhile. If that machine or outbox is gone for good, say here
    whether readers have the issue. If they do, it is recorded and shown on the site; if they do
    not, it comes out of this machine's outbox.
    """
    from msnewsletter.publisher.resolve import resolve as resolve_issue

    resolve_issue(home, number, sent=sent, at=now())
    became = "recorded as sent" if sent else "published to the outbox"
    click.secho(f"Issue {number} is {became}.", bold=True)
