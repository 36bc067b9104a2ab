"""`plugins`: what is installed beside the program, and which of it is notified of issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.group(epilog=examples("plugins list"))
def plugins() -> None:
    """List plugins, or give up one that is notified of issues."""


@plugins.command("list", epilog=examples("plugins list"))
@click.pass_obj
def listed(home: Home) -> None:
    """Print each plugin that is installed, and whom released issues wait for."""
    from msnewsletter.cli.output import count
    from msnewsletter.plugins import all_plugins
    from msnewsletter.publisher.consumer_queue import read_consumers

    for plugin in all_plugins():
        click.echo(f"{plugin.label}: {plugin.group}, {plugin.target}")
    if not all_plugins():
        click.echo("No plugin is installed.")
    for name, one in read_consumers(home).consumers.items():
        waits = f"; waiting: {', '.join(map(str, one.waiting))}" if one.waiting else ""
        issues = count(len(one.notified), "released issue", "released issues")
        click.echo(f"{name}: notified of {issues}{waits}")


@plugins.command(epilog=examples("plugins forget copy"))
@click.argument("name")
@click.pass_obj
def forget(home: Home, name: str) -> None:
    """Give up a plugin that is notified of issues, and what waits for it."""
    from msnewsletter.errors import RefusedError
    from msnewsletter.publisher.consumer_queue import forget_consumer

    known = forget_consumer(home, name)
    if known is None:
        remedy = "'msnewsletter plugins list' names those that are"
        raise RefusedError(name, "no plugin of that name is notified of issues", remedy)
    missed = ", ".join(map(str, known.waiting))
    missing = f"; it was not notified of issue {missed}" if missed else ""
    click.echo(f"{name} is forgotten{missing}.")
