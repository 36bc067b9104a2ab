"""`publish`: what is new as one issue into the outbox, once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.fetching import fetch_first, no_fetch, print_last_read
from msnewsletter.cli.instants import instant, machine_clock, refuse_future
from msnewsletter.cli.notified import notify_plugins
from msnewsletter.cli.output import (
    complain,
    complain_about,
    print_draft,
    print_origin,
    print_unfinished,
    print_waiting,
)
from msnewsletter.cli.progress_bar import progress_bar
from msnewsletter.cli.pushed import complain_unpushed
from msnewsletter.cli.site_change import print_site_state
from msnewsletter.home import issue_name
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.results import Published, Released
    from msnewsletter.store import TakenSlot

_MADE_ANEW = "Making all pages anew"
_KEYS = 10  # of edited texts that are named


@click.command(epilog=examples("publish --dry-run # say what would go out", "publish"))
@click.option("--at", "moment", metavar="INSTANT", help="Publish as if it were then (ISO 8601).")
@click.option("--dry-run", is_flag=True, help="Print what would go out; write nothing.")
@click.option("--yes", is_flag=True, help="An issue of unusual size is meant: publish it.")
@click.option(
    "--site",
    "site_alone",
    is_flag=True,
    help="Write the site alone, anew where settings that all pages show changed; no issue.",
)
@no_fetch
@click.pass_obj
def publish(
    home: Home,
    moment: str | None,
    *,
    dry_run: bool,
    yes: bool,
    site_alone: bool,
    no_fetch: bool,
) -> None:
    """Publish what is new as one issue into the outbox, once.

    Sources that are due are asked first. With --at, more than a minute later than now is refused,
    except with --dry-run and in a sandbox: issues only go forward, so the newsletter would be mute
    until then. It also exits with 1, though the issue is out, when a summary that was sent is
    refused now, or an edit of it is kept back.
    """
    if dry_run and site_alone:
        raise click.UsageError("--dry-run and --site exclude each other.")
    at = instant(home, moment)
    print_origin(home)
    if dry_run:
        _rehearse(home, at)
    elif site_alone:
        _write_site(home, at)
    else:
        refuse_future(home, at)
        if not no_fetch:
            fetch_first(home, forced=False)
        from msnewsletter.publisher.publish import publish as publish_issue
        from msnewsletter.publisher.results import UnapprovedError

        try:
            machine = machine_clock(waits=True)
            with progress_bar(_MADE_ANEW) as progress:
                done = publish_issue(home, at=at, agreed=yes, machine=machine, progress=progress)
        except UnapprovedError as error:
            complain_about(error.preview.collected, error.preview)
            raise
        complain_unpushed(home)
        _print_published(home, done, at)
        notify_plugins(home)
        _complain_of_alarms(done)


def _write_site(home: Home, at: datetime) -> None:
    from msnewsletter.publisher.publish import publish_site
    from msnewsletter.publisher.site.site_state import site_state

    with progress_bar(_MADE_ANEW) as progress:
        for number in publish_site(home, at=at, progress=progress):
            click.echo(f"Issue {number} had been interrupted; it is out now.")
    click.secho(
        "Title, addresses, language and look of all pages are those of newsletter.toml; no issue "
        "was published.",
        bold=True,
    )
    click.echo(
        "What issues that are out say of their texts stays as it was sent (written_by, disclaimer)."
    )
    print_site_state(site_state(home, at=at))
    complain_unpushed(home)
    notify_plugins(home)


def _rehearse(home: Home, at: datetime) -> None:
    from msnewsletter.publisher.preview import rehearse

    found = rehearse(home, at=at, machine=machine_clock())
    if found.taken:
        _print_taken(found.taken)
        return
    complain_about(found.collected, found)
    print_unfinished(found.unfinished)
    print_draft(found.draft, found.collected.fetched)
    print_waiting(found.waiting_reason)
    print_last_read(home)
    click.echo("A dry run: nothing was written.")


def _print_published(home: Home, done: Published, at: datetime) -> None:
    from msnewsletter.publisher.results import NothingDue, Released, SlotTaken

    for number in done.recovered:
        click.echo(f"Issue {number} had been interrupted; it is published to the outbox now.")
    match done:
        case NothingDue():
            return
        case SlotTaken():
            _print_taken(done.slot)
            return
    complain_about(done.preview.collected, done.preview)
    print_draft(done.preview.draft, done.preview.collected.fetched)
    if isinstance(done, Released):
        _print_released(home, done, at)
    elif edits := done.preview.draft.accepted:
        keys = ", ".join(edit.key for edit in edits[:_KEYS])
        more = f" and {len(edits) - _KEYS} more" if len(edits) > _KEYS else ""
        click.secho(f"No issue. On site and feeds now: {keys}{more}.", bold=True)


def _complain_of_alarms(done: Published) -> None:
    from msnewsletter.publisher.results import NothingDue, SlotTaken

    if not isinstance(done, NothingDue | SlotTaken) and done.preview.alarms:
        complain(
            "publish: readers have another text of a summary than its source; see NOT CORRECTED"
        )
        sys.exit(1)


def _print_taken(slot: TakenSlot) -> None:
    what = f"issue {slot.issue}" if slot.issue else "nothing was new then"
    click.echo(f"Nothing to do: the slot {slot.slot} is taken ({what}).")


def _print_released(home: Home, done: Released, at: datetime) -> None:
    from msnewsletter.publisher.delivering.sending_lines import who_sends

    settings, number = done.preview.settings, done.issue.number
    folder = home.outbox / "new" / issue_name(number)
    as_of = local_time(at, settings.zone)
    click.secho(f"Issue {number} is published to the outbox, as of {as_of}.", bold=True)
    click.echo(f"No mail has been sent: that is for {who_sends(settings)}. Look at:")
    for path in (
        *(folder / name for name in ("digest.html", "digest.txt", "digest.eml", "mailmerge.eml")),
        *(home.site / name for name in ("index.html", "rss.xml", "atom.xml", "feed.json")),
        home.record(number),
    ):
        click.echo(f"  {path}")
