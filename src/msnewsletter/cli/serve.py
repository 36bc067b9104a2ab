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
    import uvicorn

    from msnewsletter import urls
    from msnewsletter.settings import load_settings
    from msnewsletter.web.public.app import Site, public_app
    from msnewsletter.web.quick import quick

    load_settings(home.settings)
    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"The site is at http://{shown}:{listening.getsockname()[1]}/")
    if not (home.site / urls.HOME).is_file():
        click.echo(
            "Nothing is published yet: its pages come with the first 'msnewsletter publish'."
        )
    site = Site(home.site)
    # No access log: who reads about an illness is written down nowhere.
    config = uvicorn.Config(
        public_app(site),
        http=quick(site),
        access_log=False,
        # Nor a line for what strangers send that is no HTTP.
        log_level="error",
        server_header=False,
    )
    run(uvicorn.Server(config), listening)
