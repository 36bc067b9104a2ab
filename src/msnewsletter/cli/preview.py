"""`preview`: the editors' desk."""

from __future__ import annotations

import secrets
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.fetching import print_last_read
from msnewsletter.cli.full_name import full_name
from msnewsletter.cli.server import address_options, bracketed, listen, serve_forever

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.home import Home

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command()
@address_options(port=8025)
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Listen elsewhere than on this machine; a key in the printed address is needed then.",
)
@click.pass_obj
def preview(home: Home, host: str, port: int, *, allow_remote: bool) -> None:
    """Open the editor's desk: the next issue exactly as it will go out. Stop it with Ctrl-C."""
    from msnewsletter.cli.doctor import examine
    from msnewsletter.clock.notify_at_once import tell_of_sent_back
    from msnewsletter.errors import RefusedError
    from msnewsletter.publisher.situation import gather
    from msnewsletter.settings import load_settings
    from msnewsletter.web.desk.app import EditorServer, editor_app
    from msnewsletter.web.desk.guard import AccessPolicy

    remote = host not in _LOOPBACK
    if remote and not allow_remote:
        raise RefusedError(
            f"--host {host}",
            "the desk would be open to other machines",
            "leave it at 127.0.0.1, or say --allow-remote as well",
        )
    load_settings(home.settings)
    listening = listen(host, port)
    port = listening.getsockname()[1]
    key = secrets.token_urlsafe(24) if remote else None
    names = [*_LOOPBACK, host, *([socket.gethostname(), socket.getfqdn()] if remote else [])]
    access = AccessPolicy(hosts=frozenset(_with_port(names, port)), key=key)
    reachable = socket.gethostname() if host in {"0.0.0.0", "::"} else host  # noqa: S104  (compared, not bound)
    click.echo(
        f"The desk is at http://{bracketed(reachable)}:{port}/{f'?key={key}' if key else ''}"
    )
    print_last_read(home)
    app = editor_app(
        home,
        now=lambda: datetime.now(UTC),
        access=access,
        by=full_name(),
        examine=lambda at, thorough: examine(gather(home, at=at), thorough=thorough),
        tell_of_sent_back=lambda at: tell_of_sent_back(home, at=at),
    )
    serve_forever(EditorServer(app), listening)


def _with_port(names: Iterable[str], port: int) -> Iterable[str]:
    for name in names:
        yield f"{bracketed(name)}:{port}".lower()
        if port == 80:  # noqa: PLR2004  (browsers leave it out)
            yield bracketed(name).lower()
