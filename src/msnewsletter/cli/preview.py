"""`preview`: the editors' desk."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.fetching import print_last_read
from msnewsletter.cli.full_name import full_name
from msnewsletter.cli.server import address_options, listen, serve_forever
from msnewsletter.errors import BadValueError, RefusedError
from msnewsletter.validators import host as host_name

# RFC 9110, section 5.6.2, without what no server uses.
_HEADER = re.compile(r"[A-Za-z0-9_-]+")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home
    from msnewsletter.web.desk.access import AccessPolicy


def _addresses(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Addresses with commas between them."""
    try:
        return tuple(str(ip_address(one.strip())) for one in text.split(",")) if text else ()
    except ValueError:
        raise click.BadParameter(
            "write the proxy's address as the desk sees it, e.g. 10.0.0.5; several with commas"
        ) from None


def _hosts(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(host_name(one) for one in names)
    except BadValueError as error:
        raise click.BadParameter(str(error)) from None


def _header(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    if name is not None and not _HEADER.fullmatch(name):
        raise click.BadParameter("write a header's name alone, e.g. X-Remote-User")
    return name


@click.command(
    epilog=examples("preview", "preview --port 0 --key # where others use this machine, too")
)
@address_options(port=8025)
@click.option(
    "--allow-remote",
    is_flag=True,
    help=(
        "Needed for any other host than this machine; a key in the printed address is needed then."
    ),
)
@click.option(
    "--allow-host",
    multiple=True,
    callback=_hosts,
    metavar="NAME",
    help=(
        "A host name to answer to besides localhost and 127.0.0.1, e.g. that "
        "of a proxy; may be given several times. A key is needed then."
    ),
)
@click.option(
    "--key",
    is_flag=True,
    help="Ask for a key on this machine, too, whose users can all open the desk otherwise.",
)
@click.option(
    "--trust-header",
    callback=_header,
    metavar="NAME",
    help=(
        "The header in which a proxy with a login says the editor's name, in place of "
        "the key. Needs --proxy."
    ),
)
@click.option(
    "--proxy",
    callback=_addresses,
    metavar="ADDRESS[,ADDRESS]",
    help=(
        "The addresses from which that proxy connects, with commas; the header counts "
        "from there alone. A key is needed for all others."
    ),
)
@click.pass_obj
def preview(home: Home, /, host: str, port: int, *, allow_remote: bool, **asked: Any) -> None:  # noqa: ANN401  (click's words)
    """Open the editor's desk: the next issue exactly as it will go out. Stop it with Ctrl-C.

    All summaries, the issues that are out, corrections, how sending stands and what 'doctor' says
    are there, too. A browser on this machine may also come by another port, as through an SSH
    tunnel: the desk looks at the name localhost or 127.0.0.1, not at the port.
    """
    from msnewsletter.cli.doctor import examine
    from msnewsletter.clock.heartbeat import clock_state
    from msnewsletter.clock.notify_at_once import tell_of_sent_back
    from msnewsletter.publisher.situation import gather
    from msnewsletter.settings import load_settings
    from msnewsletter.web.desk.access import LOOPBACK
    from msnewsletter.web.desk.app import EditorServer, editor_app

    if asked["trust_header"] and not asked["proxy"]:
        raise click.UsageError("--trust-header needs --proxy: from where may that header come?")
    if host not in LOOPBACK and not allow_remote:
        raise RefusedError(
            f"--host {host}",
            "the desk would be open to other machines",
            "leave it at 127.0.0.1, or say --allow-remote as well",
        )
    load_settings(home.settings)
    listening = listen(host, port)
    access = _access(home, host, listening.getsockname()[1], **asked)
    for line in _where(host, access):
        click.echo(line)
    print_last_read(home)
    app = editor_app(
        home,
        now=lambda: datetime.now(UTC),
        access=access,
        by=full_name(),
        examine=lambda at, thorough: examine(gather(home, at=at), thorough=thorough),
        tell_of_sent_back=lambda at: tell_of_sent_back(home, at=at),
        clock=lambda: clock_state(home, at=datetime.now(UTC)),
    )
    serve_forever(EditorServer(app), listening)


def _access(
    home: Home,
    host: str,
    port: int,
    *,
    allow_host: tuple[str, ...],
    key: bool,
    trust_header: str | None,
    proxy: tuple[str, ...],
) -> AccessPolicy:
    from msnewsletter.web.desk.access import ProxyLogin, policy_for

    return policy_for(
        host=host,
        port=port,
        machine=(socket.gethostname(), socket.getfqdn()),
        allowed=allow_host,
        proxy=ProxyLogin(addresses=proxy, header=trust_header) if proxy else None,
        ask_key=key,
        home=str(home.root.resolve()),
    )


def _where(host: str, access: AccessPolicy) -> Iterator[str]:
    """What is printed of the desk's address, and of who else can come."""
    from msnewsletter.web.desk.access import EVERYWHERE, address_at

    reachable = socket.gethostname() if host in EVERYWHERE else host
    key = f"?key={access.key}" if access.key else ""
    yield f"The desk is at {address_at(reachable, access.port)}{key}"
    if access.key is None:
        yield "Every user of this machine can open it; with --key, only who has the key."
