"""`choose`: whose text goes out, where two sources tell one study in different words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.completed_words import believed_sources
from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command(epilog=examples("choose heart --from site"))
@click.argument("key")
@click.option(
    "--from",
    "source",
    metavar="SOURCE",
    required=True,
    shell_complete=believed_sources,
    help="The source whose text it is: its name, or the path of a folder.",
)
@click.pass_obj
def choose(home: Home, key: str, source: str) -> None:
    """Write the text of one source into a file of your folder, which overrides the others.

    For two sources that tell one study in different words. The file lies in the first folder of
    summaries that may hold Markdown (summaries/ where no source is a folder). Remove it to take
    the choice back; what was sent stays until you choose again.
    """
    from msnewsletter.publisher.choose import choose as choose_text

    done = choose_text(home, key, source=source, at=now())
    click.secho(f"{done.place} has the text of {source} now.", bold=True)
    click.echo(f"It is what goes out as {done.key!r}; change it as you like, or remove it again.")
