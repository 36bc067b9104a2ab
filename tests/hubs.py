"""WebSub hubs for tests: one that does its work, one subscriber, and servers that misbehave."""

from __future__ import annotations

import secrets
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from patience import PATIENCE

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

Form = dict[str, str]


@dataclass
class Listener:
    """An HTTP server on loopback: what came to it, and how it answers.

    `answer`: the status, and headers besides; `handle` is called with each request before that.
    """

    port: int = 0
    scheme: str = "http"
    answer: tuple[int, dict[str, str]] = (202, {})
    forms: list[Form] = field(default_factory=list)
    bodies: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    handle: Callable[[Form], None] = lambda _: None

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/hub?for=tests"

    @property
    def told(self) -> list[str]:
        """The feeds that it was told of, in order."""
        return [form["hub.url"] for form in self.forms if form.get("hub.mode") == "publish"]


@contextmanager
def listening(listener: Listener, *, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.bodies.append((dict(self.headers), body))
            if self.headers["Content-Type"] == "application/x-www-form-urlencoded":
                listener.forms.append({k: v[0] for k, v in parse_qs(body.decode()).items()})
                listener.handle(listener.forms[-1])
            status, headers = listener.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def do_GET(self) -> None:
            # W3C WebSub, section 5.3: the subscriber repeats the challenge.
            asked = parse_qs(urlsplit(self.path).query)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(asked["hub.challenge"][0].encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        listener.scheme = "https"
    listener.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Hub:
    """A hub as W3C WebSub has it: verifies subscribers, fetches what it is told of, passes it on.

    `fetched_from`: where the site is served; the feeds name another address, which is not ours.
    """

    def __init__(self, *, site: str, fetched_from: str) -> None:
        self.listener = Listener(handle=self._handle)
        self._site, self._fetched_from = site, fetched_from
        self._subscribers: dict[str, list[str]] = {}
        self._had: dict[str, bytes] = {}

    def _handle(self, form: Form) -> None:
        match form["hub.mode"]:
            case "subscribe":
                self._subscribe(form["hub.topic"], form["hub.callback"])
            case "publish":
                self._distribute(form["hub.url"])

    def _subscribe(self, topic: str, callback: str) -> None:
        challenge = secrets.token_hex(8)
        asked = {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": challenge}
        with urlopen(f"{callback}?{urlencode(asked)}", timeout=PATIENCE) as answer:  # noqa: S310
            assert answer.read().decode() == challenge
        self._subscribers.setdefault(topic, []).append(callback)

    def _distribute(self, topic: str) -> None:
        assert topic.startswith(self._site)
        page = self._fetched_from + topic.removeprefix(self._site)
        with urlopen(page, timeout=PATIENCE) as answer:  # noqa: S310
            data, links, kind = (
                answer.read(),
                answer.headers["Link"],
                answer.headers["Content-Type"],
            )
        if self._had.get(topic) == data:
            return
        self._had[topic] = data
        # Section 7: the content as it was fetched, with links to hub and topic.
        headers = {"Content-Type": kind, **({"Link": links} if links else {})}
        for callback in self._subscribers.get(topic, ()):
            with urlopen(Request(callback, data=data, headers=headers), timeout=PATIENCE) as taken:  # noqa: S310
                assert taken.status == 202


def subscribe(hub: str, *, topic: str, callback: str) -> None:
    """Subscribe as a feed reader does (W3C WebSub, section 5.1)."""
    form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": callback}
    with urlopen(Request(hub, data=urlencode(form).encode()), timeout=PATIENCE) as answer:  # noqa: S310
        assert answer.status == 202


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP server on loopback that says whatever `talk` says to each connection; its port."""
    ended = threading.Event()

    def accept(listening: socket.socket) -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=converse, args=(connection,)))
            threads[-1].start()

    def converse(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            talk(connection)

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads.append(threading.Thread(target=accept, args=(server,)))
        threads[0].start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            server.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(timeout=PATIENCE)
