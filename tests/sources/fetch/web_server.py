"""A web server on loopback for tests of what is fetched: routes as data or functions, all asked.

    with serving({"/feed.xml": Answer(body=b"<rss/>", kind="application/rss+xml")}) as server:
        fetcher.get(server.url("/feed.xml"), limit=1000)
    assert server.paths == ["/feed.xml"]

Routes may be changed while it runs: `server.routes["/feed.xml"] = Answer(status=503)`, or
`server.put("/a", "<p>a")`. What is not routed is 404. With TLS:
`serving(routes, tls=server_context("127.0.0.1"))`, of certificates.py.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, reduce
from hashlib import sha256
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import trustme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from email.message import Message
    from typing import TypeAlias

    Reply: TypeAlias = "Answer | Raw | bytes | str"
    Route: TypeAlias = "Reply | Callable[[Asked], Reply]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: `path` without the query; `began`: of time.monotonic()."""

    path: str
    query: dict[str, list[str]]
    target: str
    headers: Message
    began: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer; a body of pieces is sent chunked, one piece after the other.

    `kind` is the Content-Type, empty for none; `headers` may repeat a name, and replace any.
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is none: `talk` has the socket, after the request was read."""

    talk: Callable[[Line], None]


@dataclass(frozen=True, slots=True)
class Line:
    """The connection of a raw answer; what waits ends with the server."""

    socket: socket.socket
    ended: threading.Event

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def drip(self, data: bytes, *, every: float) -> None:
        """Send a byte each so many seconds."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            if self.ended.wait(every):
                return


@dataclass
class WebServer:
    """A running server: what it answers, and what it was asked."""

    routes: dict[str, Route]
    port: int = 0
    scheme: str = "http"
    tags: bool = False  # what is put has an ETag of its bytes
    asked: list[Asked] = field(default_factory=list)
    # (request, when its answer was sent), in the order in which answers ended.
    answered: list[tuple[Asked, float]] = field(default_factory=list)
    statuses: list[tuple[str, int]] = field(default_factory=list)
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [one.path for one in self.asked]

    def last(self, path: str) -> Asked:
        """The last request of a path."""
        return [one for one in self.asked if one.path == path][-1]

    @property
    def base(self) -> str:
        """The address without a path."""
        return self.url("")

    def put(
        self, path: str, body: str | bytes, kind: str = "", *, etag: str = "", **headers: str
    ) -> str:
        """Put a document at a path, which may have a query; its address."""
        data = body.encode() if isinstance(body, str) else body
        if self.tags:
            etag = f'"{sha256(data).hexdigest()[:16]}"'
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.routes[path] = conditional(
            data, etag=etag or None, kind=kind or _kind_of(data), headers=named
        )
        return self.url(path)

    def fail(self, path: str, status: int, **headers: str) -> str:
        """Have a path answer with a status; its address."""
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.routes[path] = Answer(status=status, body=b"no", kind="text/plain", headers=named)
        return self.url(path)

    def answers(self) -> list[tuple[str, int]]:
        """Path and status of what was asked since the last call, without robots.txt."""
        said, self.statuses[:] = list(self.statuses), []
        return [one for one in said if one[0] != "/robots.txt"]

    def reply(self, asked: Asked) -> Reply:
        found = self.routes.get(asked.target, self.routes.get(asked.path))
        route = found or self.routes.get("*", Answer(status=404, body=b"not here"))
        reply = route(asked) if callable(route) else route
        if not isinstance(reply, Raw):
            status = reply.status if isinstance(reply, Answer) else 200
            self.statuses.append((asked.path, status))
        return reply


def _kind_of(data: bytes) -> str:
    """The Content-Type that a server would give a document."""
    if data.startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex")):
        return "application/xml"
    return "application/json" if data.startswith(b"{") else "text/html; charset=utf-8"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    web: WebServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            target=self.path,
            headers=self.headers,
            began=time.monotonic(),
        )
        self.web.asked.append(asked)
        self._say(self.web.reply(asked))
        self.web.answered.append((asked, time.monotonic()))

    def _say(self, reply: Reply) -> None:
        match reply:
            case Raw(talk):
                self.close_connection = True
                talk(Line(self.connection, self.web.ended))
            case Answer():
                self._answer(reply)
            case str():
                self._answer(Answer(body=reply.encode()))
            case _:
                self._answer(Answer(body=reply))

    def _answer(self, answer: Answer) -> None:
        given = {name.lower() for name, _ in answer.headers}
        body = answer.body
        lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Whatever')}"]
        if answer.kind and "content-type" not in given:
            lines.append(f"Content-Type: {answer.kind}")
        if isinstance(body, bytes):
            if "content-length" not in given and answer.status != 304:
                lines.append(f"Content-Length: {len(body)}")
        else:
            lines.append("Transfer-Encoding: chunked")
        lines += [f"{name}: {value}" for name, value in answer.headers]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        if isinstance(body, bytes):
            self.wfile.write(head + (body if answer.status != 304 else b""))
            return
        self.wfile.write(head)
        for piece in body:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what many tests are about."""

    def process_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # type: ignore[override]
        # A reply is one write: without this, Nagle's wait would be measured.
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().process_request(request, client_address)


@contextmanager
def serving(
    routes: Mapping[str, Route] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    tags: bool = False,
) -> Iterator[WebServer]:
    """A server on 127.0.0.1 (and `localhost`) until the block ends; the route `*` is all else."""
    web = WebServer(routes=dict(routes or {}), tags=tags)

    class Handler(_Handler):
        def setup(self) -> None:
            web.connections += 1
            super().setup()

    Handler.web = web
    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        # The handshake is the handler's, in a thread of its own.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        web.scheme = "https"
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        web.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


# ── routes ───────────────────────────────────────────────────────────────────────────────────────


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers=(("Location", to),))


def in_turn(*replies: Reply) -> Callable[[Asked], Reply]:
    """One after the other; the last for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def conditional(
    body: bytes,
    *,
    etag: str | None = None,
    modified: str | None = None,
    kind: str = "text/html",
    headers: tuple[tuple[str, str], ...] = (),
) -> Callable[[Asked], Reply]:
    """A document with validators, which answers 304 to who has it."""
    validators = (("ETag", etag), ("Last-Modified", modified))
    headers += tuple((name, value) for name, value in validators if value)

    def route(asked: Asked) -> Reply:
        has_it = (etag and asked.headers["If-None-Match"] == etag) or (
            modified and asked.headers["If-Modified-Since"] == modified
        )
        return Answer(status=304 if has_it else 200, body=body, kind=kind, headers=headers)

    return route


def zipped(body: bytes, *, kind: str = "text/html") -> Answer:
    return Answer(body=gzip.compress(body), kind=kind, headers=(("Content-Encoding", "gzip"),))


# ── hostile routes ───────────────────────────────────────────────────────────────────────────────

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def slow_headers(every: float = 1.0) -> Raw:
    """A byte each so many seconds, from the first."""
    return Raw(lambda line: line.drip(HEAD * 100, every=every))


def slow_body(every: float = 1.0) -> Raw:
    def talk(line: Line) -> None:
        line.send(HEAD + b"Content-Length: 100000\r\n\r\n")
        line.drip(b"a" * 100_000, every=every)

    return Raw(talk)


def silent() -> Raw:
    """Takes the request, and says nothing."""

    def talk(line: Line) -> None:
        line.ended.wait(60)

    return Raw(talk)


def endless_headers() -> Raw:
    def talk(line: Line) -> None:
        line.send(HEAD)
        while not line.ended.is_set():
            line.send(b"X-More: and more\r\n" * 1000)

    return Raw(talk)


def endless_body(*, length: int | None = None) -> Raw:
    """A body without end, or of so many bytes, of no coding."""

    def talk(line: Line) -> None:
        line.send(HEAD + (b"Content-Length: %d\r\n\r\n" % length if length else b"\r\n"))
        sent, piece = 0, b"<p>more</p>\n" * 5000
        while not line.ended.is_set() and (length is None or sent < length):
            line.send(piece)
            sent += len(piece)

    return Raw(talk)


@cache
def zeros(size: int) -> bytes:
    """So many zero bytes (a multiple of a million) as gzip: a thousandth of them, made at once."""
    piece, times = bytes(1_000_000), size // 1_000_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # After a full flush, the same bytes mean the same again.
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    check = reduce(lambda so_far, _: zlib.crc32(piece, so_far), range(times), 0)
    end = packer.flush() + struct.pack("<LL", check, size & 0xFFFFFFFF)
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + block * times + end


def gzip_bomb(size: int) -> Answer:
    """Decompressed, so many bytes."""
    return Answer(body=zeros(size), headers=(("Content-Encoding", "gzip"),))


def cut_off(*, says: int = 1000, sends: int = 10) -> Raw:
    """Ends before the body that it promised."""
    body = b"a" * sends
    return Raw(lambda line: line.send(HEAD + b"Content-Length: %d\r\n\r\n%b" % (says, body)))


def bad_chunks() -> Raw:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    return Raw(lambda line: line.send(chunked + b"5\r\nhello\r\nnonsense\r\nmore"))


def no_http() -> Raw:
    return Raw(lambda line: line.send(b"220 mail.example.org ESMTP\r\n"))


def reset() -> Raw:
    """Resets the connection instead of an answer."""

    def talk(line: Line) -> None:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):
            line.socket.shutdown(socket.SHUT_RD)
        line.socket.close()

    return Raw(talk)


def redirects_for_ever(start: str = "/hop") -> Callable[[Asked], Reply]:
    """Each time to another address of the same path: route it at `start`."""
    return lambda asked: redirect(f"{start}?n={int(asked.query.get('n', ['0'])[0]) + 1}")


# ── certificates that are not to be trusted ──────────────────────────────────────────────────────


def unknown_authority(*names: str) -> ssl.SSLContext:
    """Of an authority that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(*names).configure_cert(context)
    return context


def self_signed(folder: str) -> ssl.SSLContext:
    """A certificate that vouches for itself; its files are written into the folder."""
    authority = trustme.CA()
    file = f"{folder}/self-signed.pem"
    authority.private_key_pem.write_to_path(file)
    authority.cert_pem.write_to_path(file, append=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
