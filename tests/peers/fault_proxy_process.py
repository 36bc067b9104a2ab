"""The process of a fault proxy: passes bytes on between clients and one server, until it cuts them.

fault_proxy.py starts it.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from peers.behaviours import Ending, Occasional, Side
from peers.child import answer_parent

_CHUNK = 65536
# SO_LINGER, on and of 0 s: close() sends RST.
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, kw_only=True)
class Cut(Occasional):
    """Pass on so many bytes of one side, then end the connection; the occasions are connections.

    The server gets all bytes that were passed on, then FIN; the client gets what `ending` says.
    """

    after: int
    side: Side
    ending: Ending = Ending.CLOSE


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where to, and what happens on the way.

    `round_trip`: the delay in seconds, half of it each way.
    """

    port: int
    cut: Cut | None = None
    round_trip: float = 0.0


@dataclass(frozen=True)
class GiveTraffic:
    """Asks for the bytes that were passed on each connection, once none is open."""


class _Way:
    """One direction: what was read and is not due yet."""

    def __init__(self, source: socket.socket, target: socket.socket, most: int | None) -> None:
        self.source = source
        self.target = target
        self.read_all = False
        self.passed = 0
        self._most = most
        self._queue: deque[tuple[float, bytes]] = deque()

    @property
    def finished(self) -> bool:
        return self.read_all and not self._queue

    @property
    def due(self) -> float | None:
        """When the next bytes are to be passed on."""
        return self._queue[0][0] if self._queue else None

    @property
    def cut(self) -> bool:
        return self.passed == self._most

    def read(self, delay: float) -> None:
        data = self.source.recv(_CHUNK)
        self.read_all = not data
        self._queue.append((time.monotonic() + delay, data))

    def pass_on(self) -> None:
        """Send what is due, in order, up to the cut."""
        while self._queue and self._queue[0][0] <= time.monotonic() and not self.cut:
            _, data = self._queue.popleft()
            if not data:
                self.target.shutdown(socket.SHUT_WR)
                return
            if self._most is not None:
                data = data[: self._most - self.passed]
            self.target.sendall(data)
            self.passed += len(data)


class _Connection:
    """A client and the server."""

    def __init__(self, client: socket.socket, route: Route, cut: Cut | None) -> None:
        self._client = client
        self._server = socket.create_connection(("127.0.0.1", route.port))
        for one in (self._client, self._server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cut = cut
        self._delay = route.round_trip / 2
        most = {side: cut.after if cut and cut.side is side else None for side in Side}
        self.ways = {
            Side.CLIENT: _Way(self._client, self._server, most[Side.CLIENT]),
            Side.SERVER: _Way(self._server, self._client, most[Side.SERVER]),
        }

    def run(self) -> None:
        try:
            self._pass_on()
            if self._cut and any(way.cut for way in self.ways.values()):
                self._end(self._cut.ending)
        except OSError:  # one of the two has reset it
            for one in (self._client, self._server):
                with suppress(OSError):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        finally:
            self._client.close()
            self._server.close()

    def _pass_on(self) -> None:
        ways = list(self.ways.values())
        while not any(way.cut for way in ways) and not all(way.finished for way in ways):
            due = [way.due for way in ways if way.due is not None]
            wait = max(0.0, min(due) - time.monotonic()) if due else None
            sources = [way.source for way in ways if not way.read_all]
            readable = select.select(sources, [], [], wait)[0]
            for way in ways:
                if way.source in readable:
                    way.read(self._delay)
                way.pass_on()
                if way.cut:
                    return

    def _end(self, ending: Ending) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            if ending is Ending.RESET:
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            elif ending is Ending.HALF_CLOSE:
                self._client.shutdown(socket.SHUT_WR)
                _read_out(self._client)
            else:
                # What is left unread would make an RST of the FIN.
                while select.select([self._client], [], [], 0)[0] and self._client.recv(_CHUNK):
                    pass
        self._client.close()
        # The server gets an RST for what it still says to nobody, if we do not read it.
        with suppress(OSError):
            _read_out(self._server)


def _read_out(connection: socket.socket) -> None:
    while connection.recv(_CHUNK):
        pass


class _Proxy:
    """Listens; a new route holds for connections that begin later."""

    def __init__(self, route: Route) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._changed = threading.Condition()
        self._open = 0
        self.follow(route)
        threading.Thread(target=self._listen, daemon=True).start()

    def follow(self, route: Route) -> int:
        with self._changed:
            self._route = route
            self._connections: list[_Connection] = []
            self._begun = 0
        port: int = self._listening.getsockname()[1]
        return port

    def traffic(self) -> list[list[int]]:
        with self._changed:
            self._changed.wait_for(lambda: not self._open and not self._waiting())
            return [[one.ways[side].passed for side in Side] for one in self._connections]

    def _waiting(self) -> bool:
        """Whether somebody has connected whom we have not accepted yet."""
        return bool(select.select([self._listening], [], [], 0)[0])

    def _listen(self) -> NoReturn:
        while True:
            select.select([self._listening], [], [])
            with self._changed:
                client, _ = self._listening.accept()
                self._begin(client)
                self._changed.notify_all()

    def _begin(self, client: socket.socket) -> None:
        cut = self._route.cut
        if cut and not cut.holds(self._begun):
            cut = None
        self._begun += 1
        try:
            connection = _Connection(client, self._route, cut)
        except OSError:  # the server is gone
            client.close()
            return
        self._connections.append(connection)
        self._open += 1
        threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: _Connection) -> None:
        try:
            connection.run()
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()


def main() -> None:
    """Serve until the parent is gone."""
    proxy: _Proxy | None = None

    def answer(told: Route | GiveTraffic) -> object:
        nonlocal proxy
        if isinstance(told, GiveTraffic):
            return proxy.traffic() if proxy else []
        if proxy is None:
            proxy = _Proxy(told)
        return proxy.follow(told)

    answer_parent(answer)
    # Connections that are still open are not waited for.
    os._exit(0)
