"""`takedown`: remove a sent summary's text for law or harm, at once and everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.completed_words import sent_keys
from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.pushed import complain_unpushed

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.takedown import TakenDown


@click.command(epilog=examples("takedown heart --reason 'a court order'", "takedown heart --lift"))
@click.argument("key", shell_complete=sent_keys)
@click.option(
    "--reason",
    metavar="TEXT",
    help=(
        "Why, for your own books (issues/takedowns.json); readers never see it. Needed, "
        "but with --lift."
    ),
)
@click.option("--note", metavar="TEXT", help="What readers see besides the standard sentence.")
@click.option(
    "--lift",
    is_flag=True,
    help=(
        "End the takedown: the text of its source is an edit that the next issue "
        "brings. Takes no --reason and no --note."
    ),
)
@click.pass_obj
def takedown(home: Home, key: str, reason: str | None, note: str | None, *, lift: bool) -> None:
    """Remove the text of a sent summary from site, feeds and archives, at once.

    For law or harm. The next issue announces it. The text is still in its source file, in the
    record of its issue, and in mail that was sent; a mail that still waits in the outbox is named.
    For our own mistakes use 'status: withdrawn' in its file.
    """
    from msnewsletter.publisher.takedown import lift_takedown, take_down

    if lift and (reason is not None or note is not None):
        raise click.UsageError("--lift ends a takedown: leave out --reason and --note")
    if lift:
        done = lift_takedown(home, key, at=now())
        click.secho(f"{key} is no longer taken down.", bold=True)
        click.echo(f"The text in {done.source} goes out with the next issue, checked as an edit.")
        return
    said = _line(note, "--note") if note and note.strip() else None
    done = take_down(home, key, reason=_line(reason, "--reason"), note=said, at=now())
    complain_unpushed(home)
    _print_taken_down(home, done)


def _line(text: str | None, option: str) -> str:
    line = " ".join((text or "").split())
    if not line or not line.isprintable():
        problem = "say why in one line" if line == "" else "it has unprintable characters"
        raise click.BadParameter(problem, param_hint=option)
    return line


def _print_taken_down(home: Home, done: TakenDown) -> None:
    click.secho(f"{done.takedown.key} (issue {done.issue}) is taken down.", bold=True)
    click.echo("Its text is gone from site, feeds and archives; the next issue says so.")
    click.echo(f"The reason is kept in {home.display_path(home.takedowns)}.")
    click.echo(f"The text is still in {done.source} and in the record of issue {done.issue}.")
    click.echo("Its key stays in the address of its page, which shows the notice.")
    for folder in done.mails:
        click.secho(
            f"THE MAIL WITH IT STILL WAITS in {home.display_path(folder)}: "
            "stop your sender, and move it away.",
            bold=True,
            fg="red",
        )
