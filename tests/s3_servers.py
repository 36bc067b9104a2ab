"""A real S3 server for tests: moto's, in an environment of its own (tools/setup-judges.sh)."""

from __future__ import annotations

import http.client
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from free_ports import free_port
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = Path(__file__).parents[1] / ".venv" / "s3" / "bin" / "moto_server"
SECRET = "an-access-key-that-nobody-may-see"  # noqa: S105  (of a server of the tests alone)


@dataclass(frozen=True)
class S3Server:
    """A running server."""

    port: int

    @property
    def environment(self) -> dict[str, str]:
        """What obstore reads of it."""
        return {
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
        }

    def asked(
        self, verb: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """The answer to a request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(verb, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def bucket(self, name: str) -> str:
        """Make an empty bucket that the whole world may read; returns its name."""
        assert self.asked("PUT", f"/{name}", headers={"x-amz-acl": "public-read"})[0] == 200
        return name

    def check_rights(self, *, from_now: bool) -> None:
        """Let the server mind who asks, or no longer."""
        count = b"0" if from_now else b"1000000000"
        assert self.asked("POST", "/moto-api/reset-auth", count)[0] == 200


def running() -> Iterator[S3Server]:
    """Start one, and stop it at the end; skips where it is not installed."""
    if not PROGRAM.exists():
        pytest.skip("moto is not installed; tools/setup-judges.sh does it")
    server = S3Server(free_port())
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(PROGRAM), "-H", "127.0.0.1", "-p", str(server.port)],
            stdout=log,
            stderr=log,
            env={"PATH": os.environ["PATH"]},
        )
        try:
            end = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < end:
                try:
                    server.asked("GET", "/moto-api/data.json")
                    break
                except OSError:
                    try:
                        process.wait(timeout=0.05)
                    except subprocess.TimeoutExpired:
                        continue
            assert process.poll() is None, "moto ended"
            yield server
        finally:
            process.terminate()
            process.wait()


@dataclass(frozen=True)
class Asked:
    """A request that came to a front."""

    verb: str
    path: str
    headers: dict[str, str]


# What a front answers by itself, a status and a body; None: the server behind it answers.
Answer = tuple[int, bytes] | None


@contextmanager
def heedless(server: S3Server) -> Iterator[S3Server]:
    """The same server behind one that drops the conditions of requests, as some stores do."""

    def drop(asked: Asked) -> Answer:
        for name in [one for one in asked.headers if one.lower().startswith("if-")]:
            del asked.headers[name]
        return None

    with behind(server, drop) as front:
        yield front


@contextmanager
def refusing_pages(
    server: S3Server, *, after: int, status: int, code: str
) -> Iterator[tuple[S3Server, list[str]]]:
    """The server behind one that refuses to take pages once it has taken so many of them.

    Yields it, and the paths of what was taken.
    """
    taken: list[str] = []

    def refuse(asked: Asked) -> Answer:
        if asked.verb != "PUT" or not asked.path.partition("?")[0].endswith(".html"):
            return None
        if len(taken) < after:
            taken.append(asked.path)
            return None
        return status, f"<Error><Code>{code}</Code></Error>".encode()

    with behind(server, refuse) as front:
        yield front, taken


@contextmanager
def behind(server: S3Server, answer: Callable[[Asked], Answer]) -> Iterator[S3Server]:
    """The server behind one that answers some requests by itself, or changes their headers."""

    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers.items()))
            headers: dict[str, str] = {}
            if own := answer(asked):
                status, data = own
            else:
                status, headers, data = server.asked(asked.verb, asked.path, body, asked.headers)
            self.send_response(status)
            for name in ("etag", "content-type", "last-modified"):
                if name in headers:
                    self.send_header(name, headers[name])
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_DELETE = do_POST = _pass_on  # noqa: N815  (http.server's names)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as front:
        thread = Thread(target=front.serve_forever, daemon=True)
        thread.start()
        try:
            yield S3Server(front.server_port)
        finally:
            front.shutdown()
            thread.join()
