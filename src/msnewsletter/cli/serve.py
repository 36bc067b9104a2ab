"""`serve`: the public site over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.server import listen, run

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
@click.pass_obj
def serve(home: Home, host: str, port: int) -> None:
    """Serve the public site: pages, feeds, archives. Stop it with Ctrl-C."""
    from msnewsletter import urls
    from msnewsletter.settings import load_settings
    from msnewsletter.web.public.app import site_server

    load_settings(home.settings)
    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"The site is at http://{shown}:{listening.getsockname()[1]}/")
    if not (home.site / urls.HOME).is_file():
        click.echo(
            "Nothing is published yet: its pages come with the first 'msnewsletter publish'."
        )
    run(site_server(home.site), listening)
