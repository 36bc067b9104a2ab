"""What `serve` and `preview` share: address options, the listening socket, the running server."""

from __future__ import annotations

import signal
import socket
import sys
from typing import TYPE_CHECKING, TypeVar

import click

from msnewsletter.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    import uvicorn

F = TypeVar("F", bound="Callable[..., object]")


def address_options(*, port: int) -> Callable[[F], F]:
    """The options --host and --port, with the port's default."""
    host_option = click.option(
        "--host", default="127.0.0.1", show_default=True, help="The address to listen on."
    )
    port_option = click.option(
        "--port",
        default=port,
        show_default=True,
        type=click.IntRange(0, 65535),
        help="The port; 0 takes a free one.",
    )
    return lambda command: host_option(port_option(command))


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; raises RefusedError where none can be opened."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
            # From now on connections wait, so the address may be printed.
            made.listen(2048)
        except OSError:
            made.close()
            raise
    except OSError as error:
        raise RefusedError(
            f"{host}:{port}",
            f"cannot listen there ({error.strerror or error})",
            "choose another --host or --port",
        ) from None
    return made


def serve_forever(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C, then end the process with exit code 0; main thread only."""
    # uvicorn raises the signal that ended it once more, for the handlers that were there before it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with listening:
        server.run(sockets=[listening])
