"""A socket to listen on, or one line that says why not; a server on it until a signal ends it."""

from __future__ import annotations

import signal
import socket
import sys
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError

if TYPE_CHECKING:
    import uvicorn


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; raises RefusedError where none can be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
            # From now on connections wait, so that the address may be told.
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


def run(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C, then end the process with exit code 0; main thread only."""
    # uvicorn raises the signal that ended it once more, for the handlers that were there before it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with listening:
        server.run(sockets=[listening])
