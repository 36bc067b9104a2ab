"""`serve`: the public site over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain
from msnewsletter.cli.server import address_options, bracketed, listen, serve_forever

if TYPE_CHECKING:
    from msnewsletter.home import Home


@click.command()
@address_options(port=8000)
@click.pass_obj
def serve(home: Home, host: str, port: int) -> None:
    """Serve the public site: pages, feeds, archives. Stop it with Ctrl-C."""
    from msnewsletter import urls
    from msnewsletter.errors import SettingsError
    from msnewsletter.settings import load_settings
    from msnewsletter.web.public.app import site_server
    from msnewsletter.web.public.freshness import FeedFreshness

    published = (home.site / urls.HOME).is_file()
    try:
        load_settings(home.settings)
    except SettingsError as error:
        # What is out stays out: a schedule that cannot be read costs feeds their `max-age` alone.
        if not published:
            raise
        complain(error)
    freshness = FeedFreshness(home.settings, now=now)
    listening = listen(host, port)
    click.echo(f"The site is at http://{bracketed(host)}:{listening.getsockname()[1]}/")
    if not published:
        click.echo(
            "Nothing is published yet: its pages come with the first 'msnewsletter publish'."
        )
    serve_forever(site_server(home.site, max_age=freshness.max_age), listening)
