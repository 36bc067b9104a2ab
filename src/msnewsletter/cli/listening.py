"""A socket to listen on, or one line that says why not."""

from __future__ import annotations

import socket

from msnewsletter.errors import RefusedError


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; raises RefusedError where none can be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        # From now on connections wait, so that the address may be told.
        made.listen(2048)
    except OSError as error:
        raise RefusedError(
            f"{host}:{port}",
            f"cannot listen there ({error.strerror or error})",
            "choose another --host or --port",
        ) from None
    return made
