"""`serve`: the public site over HTTP."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.instants import now
from msnewsletter.cli.output import complain
from msnewsletter.cli.server import address_options, listen, serve_forever
from msnewsletter.validators import bracketed

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


@click.command(epilog=examples("serve", "serve --host 0.0.0.0 --port 8080"))
@address_options(port=8000)
@click.pass_obj
def serve(home: Home, host: str, port: int) -> None:
    """Serve the public site: pages, feeds, archives. Stop it with Ctrl-C.

    A folder is its index.html, as with other web servers: /latest/ leads to the newest issue. With
    [subscribe] it has the pages to sign up and leave, too, and sends the mails that they ask for.
    """
    from msnewsletter import urls
    from msnewsletter.errors import SettingsError
    from msnewsletter.settings import load_settings
    from msnewsletter.web.public.app import StaticSite, public_server
    from msnewsletter.web.public.first_page import FirstPage
    from msnewsletter.web.public.freshness import FeedFreshness
    from msnewsletter.web.public.sparing_complaints import SparingComplaints

    published, settings = (home.site / urls.HOME).is_file(), None
    try:
        settings = load_settings(home.settings)
    except SettingsError as error:
        # What is out stays out: a schedule that cannot be read costs feeds their `max-age` alone.
        # Before the first issue, too, the door opens by itself once they are corrected.
        if not (published or home.settings.exists()):
            raise
        complain(error)
    freshness = FeedFreshness(home.settings, now=now)
    listening = listen(host, port)
    click.echo(f"The site is at http://{bracketed(host)}:{listening.getsockname()[1]}/")
    if not published:
        click.echo(
            "Nothing is published yet: its first page says so, and the others come with the first "
            "'msnewsletter publish'."
        )
    site: ASGIApp = StaticSite(home.site, max_age=freshness.max_age)
    if not published:
        site = FirstPage(home, site, complain=SparingComplaints(complain, now=now))
    with ExitStack() as opened:
        if settings is None:
            application = _shut(home, site, opened)
        else:
            application = _opened(home, settings, site, opened)
        serve_forever(public_server(application), listening)


def _shut(home: Home, site: ASGIApp, opened: ExitStack) -> ASGIApp:
    """The site, and a door that opens once the settings can be read."""
    from msnewsletter.settings import load_settings
    from msnewsletter.web.public.shut_door import ShutDoor
    from msnewsletter.web.public.sparing_complaints import SparingComplaints

    click.echo("Until that is corrected, pages to sign up and leave answer 503.")
    return ShutDoor(
        site,
        settings=home.settings,
        opened=lambda: _opened(home, load_settings(home.settings), site, opened),
        complain=SparingComplaints(complain, now=now),
    )


def _opened(home: Home, settings: Settings, site: ASGIApp, opened: ExitStack) -> ASGIApp:
    """The site, behind its door if there is one, for as long as `opened` is."""
    if not _has_door(home, settings):
        return site
    from msnewsletter.web.public.open_door import open_door

    door = opened.enter_context(open_door(home, site, now=now, complain=complain))
    if settings.subscribe is None:
        click.echo("Nobody can sign up below it; those who get mail can leave by its links.")
    else:
        click.echo("People can sign up below it, at /subscribe.")
    if settings.subscribe and settings.newsletter.sandbox:
        click.echo("This home is a sandbox: the mails that they ask for wait.")
    return door


def _has_door(home: Home, settings: Settings) -> bool:
    """Whether there is anybody who may want to come in, or to leave by a link in a mail."""
    from msnewsletter.publisher.subscribing.opened import reading_subscribers
    from msnewsletter.store.subscribers import subscribers_at

    if settings.subscribe or settings.deliver:
        return True
    path = subscribers_at(home, settings).path
    if path:
        return path.exists()
    with reading_subscribers(home) as store:
        return bool(store.count_subscribers())
