"""The public site by the server that `serve` runs: on a port of its own, asked raw bytes."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import TYPE_CHECKING, BinaryIO

from msnewsletter.web.public.app import StaticSite, public_server
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

LENGTH = re.compile(rb"content-length: (\d+)\r\n")


class Server:
    """The server of one site's folder, or of another application, in a thread."""

    def __init__(self, folder: Path | None = None, *, application: ASGIApp | None = None) -> None:
        if application is None:
            assert folder is not None
            application = StaticSite(folder)
        self.uvicorn = public_server(application)
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
                thread.join(timeout=PATIENCE)
                assert not thread.is_alive()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, request: bytes) -> bytes:
        """The answer to a request."""
        with self.connect() as client, client.makefile("rb") as answers:
            client.sendall(request)
            return one_answer(answers, head=request.startswith(b"HEAD "))

    def ask_until_it_closes(self, requests: bytes) -> bytes:
        """All that comes back until the server ends the connection."""
        with self.connect() as client, client.makefile("rb") as answers:
            client.sendall(requests)
            return answers.read()


def one_answer(answers: BinaryIO, *, head: bool = False) -> bytes:
    """The bytes of one answer; without a length it has no body, or the connection ends with it."""
    got = b""
    while not got.endswith(b"\r\n\r\n"):
        if not (line := answers.readline()):
            return got
        got += line
    length = LENGTH.search(got)
    if head:
        return got
    if length is None:
        return got + answers.read() if b"\r\nconnection: close\r\n" in got else got
    return got + answers.read(int(length[1]))
