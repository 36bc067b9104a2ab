"""The public site by uvicorn as it is or by our quick protocol: a real server, asked raw bytes."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, BinaryIO

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from msnewsletter.web.public.app import Site, public_app
from msnewsletter.web.quick import quick

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

LENGTH = re.compile(rb"content-length: (\d+)\r\n")
LAST = b"GET /style.css HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Server:
    """A running server; `is_quick` says how it treats connections that are made from then on."""

    def __init__(self, folder: Path) -> None:
        site = Site(folder)
        app = public_app(site)
        shared = quick(site)  # by all connections, as in `serve`
        # What came as far as the application.
        self.seen: list[str] = []
        self.is_quick = True

        async def noting(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                self.seen.append(f"{scope['method']} {scope['path']}")
            await app(scope, receive, send)

        def protocol(**given: Any) -> HttpToolsProtocol:
            return (shared if self.is_quick else HttpToolsProtocol)(**given)

        config = uvicorn.Config(
            noting,
            http=protocol,  # type: ignore[arg-type]
            access_log=False,
            log_level="critical",
            server_header=False,
            timeout_keep_alive=1,
        )
        self.uvicorn = uvicorn.Server(config)
        self.port = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
            thread = threading.Thread(target=self.uvicorn.run, kwargs={"sockets": [listening]})
            thread.start()
            try:
                yield self
            finally:
                self.uvicorn.should_exit = True
                thread.join(timeout=30)
                assert not thread.is_alive()

    @property
    def date(self) -> datetime:
        """What it would send as Date now."""
        return parsedate_to_datetime(
            dict(self.uvicorn.server_state.default_headers)[b"date"].decode()
        )

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def at_once(self, requests: list[bytes]) -> bytes:
        """All that comes back for requests that are sent together."""
        with self.connect() as client:
            client.sendall(b"".join([*requests, LAST]))
            with client.makefile("rb") as answers:
                return answers.read()

    def in_turn(self, requests: list[bytes]) -> bytes:
        """All that comes back when each request waits for the answer to the one before."""
        got = b""
        with self.connect() as client, client.makefile("rb") as answers:
            for request in requests:
                client.sendall(request)
                answer = one_answer(answers, head=request.startswith(b"HEAD "))
                got += answer
                # After a 500 uvicorn ends the connection, and does not say so.
                if re.match(rb"HTTP/1.1 500|$|(?s:.)*\r\nconnection: close\r\n", answer):
                    return got + answers.read()
            client.sendall(LAST)
            return got + answers.read()


def one_answer(answers: BinaryIO, *, head: bool = False) -> bytes:
    """The bytes of one answer; fewer where the server ended the connection."""
    got = b""
    while not got.endswith(b"\r\n\r\n"):
        if not (line := answers.readline()):
            return got
        got += line
    length = LENGTH.search(got)
    return got if head or length is None else got + answers.read(int(length[1]))
