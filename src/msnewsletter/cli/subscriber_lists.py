"""`subscribers export` and `list`: all of them, or what is known of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.address_argument import one_address
from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import zone_of
from msnewsletter.cli.progress_bar import progress_bar
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.cli.progress_bar import ProgressBar
    from msnewsletter.home import Home

_STDOUT = Path("-")


@click.command(
    "export",
    epilog=examples(
        "subscribers export list.csv", "subscribers export --address - - # all that is known of one"
    ),
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE|-")
@click.option(
    "--address",
    help=(
        "In place of the list, all that is known of one address, as JSON, for the "
        "person who asks for it; '-' reads it from standard input."
    ),
)
@click.option("--force", is_flag=True, help="Replace FILE.")
@click.pass_obj
def export_list(home: Home, file: Path, address: str | None, *, force: bool) -> None:
    """Write all subscribers as CSV into FILE, which only its owner can read; '-' prints them.

    A new FILE has mode 0600. The columns are address, state, suppression, edition, since,
    paused_until, consent_at, consent_way, consent_words (the last consent); 'subscribers import'
    reads it back. What a spreadsheet would take for a formula begins with an apostrophe.
    """
    from msnewsletter.publisher.subscribing.dossier import required_dossier
    from msnewsletter.publisher.subscribing.list_export import exported_list
    from msnewsletter.publisher.subscribing.opened import reading_subscribers
    from msnewsletter.serialize import pretty

    with reading_subscribers(home) as store:
        if address is not None:
            found = required_dossier(store, one_address(address))
            _write(file, [pretty(found.document())], force=force)
            return
        pieces = (text.encode() for text in exported_list(store))
        with progress_bar("Exporting") as progress:
            lines = _counted(pieces, progress, whole=sum(store.count_subscribers().values()))
            _write(file, pieces if file == _STDOUT else lines, force=force)


def _counted(pieces: Iterable[bytes], progress: ProgressBar, *, whole: int) -> Iterator[bytes]:
    """The same pieces; the bar shows how many lines of the whole are written."""
    done = -1  # the first line names the columns
    for piece in pieces:
        yield piece
        done += piece.count(b"\n")
        progress(min(max(done, 0), whole), whole)


def _write(file: Path, pieces: Iterable[bytes], *, force: bool) -> None:
    from msnewsletter.disk.private_file import new_private_file, target_errors

    if file == _STDOUT:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    with new_private_file(file.absolute(), replace=force) as target:
        for piece in pieces:
            with target_errors(file):
                target.write(piece)


@click.command("list", epilog=examples("subscribers list --state confirmed"))
@click.option(
    "--state",
    "states",
    type=click.Choice([one.value for one in SubscriberState]),
    multiple=True,
    help="Only those of this state; may be given more than once.",
)
@click.pass_obj
def list_subscribers(home: Home, states: tuple[str, ...]) -> None:
    """Print subscribers, a line each: number, state, since when, edition, address."""
    from msnewsletter.publisher.subscribing.opened import reading_subscribers

    zone, wanted = zone_of(home), [SubscriberState(one) for one in states]
    with reading_subscribers(home) as store:
        for one in store.subscribers(*wanted):
            since = one.since.astimezone(zone).date()
            state = f"{one.state:<13}{since}  {one.edition:<11}"
            click.echo(f"{one.id:>7}  {state} {one.address.typed}")
