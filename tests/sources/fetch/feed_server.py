"""A real web server on this machine: documents by path, ETags, and what it was asked for."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Served:
    """What the server answers, and what it has been asked.

    Attributes:
        root: its address, with a final slash.
        documents: path: status, content type, body. What is not here is 404.
        asked: path and status of each answer, in order.
    """

    root: str = ""
    documents: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def put(self, path: str, body: bytes | str, kind: str = "application/xml") -> str:
        data = body.encode() if isinstance(body, str) else body
        self.documents[path] = (200, kind, data)
        return self.root + path

    def fail(self, path: str, status: int) -> None:
        self.documents[path] = (status, "text/plain", b"no")

    def answers(self) -> list[tuple[str, int]]:
        """What was asked since the last call, robots.txt left out."""
        said, self.asked[:] = list(self.asked), []
        return [one for one in said if one[0] != "robots.txt"]


@contextmanager
def served() -> Iterator[Served]:
    """A server for as long as the block runs."""
    content = Served()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            status, kind, body = content.documents.get(path, (404, "text/plain", b"none"))
            tag = f'"{sha256(body).hexdigest()[:16]}"'
            if status == 200 and self.headers.get("If-None-Match") == tag:
                status, body = 304, b""
            content.asked.append((path, status))
            self.send_response(status)
            if status == 200:
                self.send_header("Content-Type", kind)
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    content.root = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield content
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
