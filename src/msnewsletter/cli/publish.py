"""`collect` and `publish`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import instant
from msnewsletter.cli.output import complain_all, print_draft, print_unfinished
from msnewsletter.home import issue_name

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher import Published


@click.command()
@click.option("--at", "moment", metavar="INSTANT", help="Publish as if it were then (ISO 8601).")
@click.option("--dry-run", is_flag=True, help="Say what would go out; touch nothing.")
@click.pass_obj
def publish(home: Home, moment: str | None, *, dry_run: bool) -> None:
    """Publish what is new as one issue into the outbox, once."""
    from msnewsletter import publisher

    at = instant(home, moment)
    done = publisher.rehearse(home, at=at) if dry_run else publisher.publish(home, at=at)
    if done.collected and done.draft:
        complain_all("refused", done.collected.refused)
        complain_all("note", done.collected.notes(done.draft))
    if dry_run and done.draft:
        print_unfinished(done.unfinished)
        print_draft(done.draft)
        if done.waits:
            click.secho(f"It would wait: {done.waits}", bold=True)
        click.echo("A dry run: nothing was written.")
    else:
        _print_published(home, done, at)


def _print_published(home: Home, done: Published, at: datetime) -> None:
    for number in done.recovered:
        click.echo(f"Issue {number} had been interrupted; it is out now.")
    if done.taken:
        what = f"issue {done.taken.issue}" if done.taken.issue else "nothing was new then"
        click.echo(f"Nothing to do: the slot {done.taken.slot} is taken ({what}).")
        return
    if done.draft is None:
        return
    print_draft(done.draft)
    if done.draft.issue is None:
        return
    number = done.draft.issue.number
    folder = home.outbox / "new" / issue_name(number)
    click.secho(f"Issue {number} is out, as of {at.isoformat()}. Look at:", bold=True)
    for path in (
        *(folder / name for name in ("digest.html", "digest.txt", "digest.eml", "mailmerge.eml")),
        *(home.site / name for name in ("index.html", "rss.xml", "atom.xml", "feed.json")),
        home.record(number),
    ):
        click.echo(f"  {path}")
