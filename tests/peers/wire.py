"""The bytes of a connection to the recording server: counted, cut and ended as rules have it."""

from __future__ import annotations

import select
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from peers.behaviours import DropAfterBytes, Ending, Side

if TYPE_CHECKING:
    import ssl

_CHUNK = 65536
_DOT = b"\r\n.\r\n"
# SO_LINGER, on and of 0 s: close() sends RST.
_RESET = struct.pack("ii", 1, 0)


class EndedError(Exception):
    """The connection is over: by the client (None), or as a rule has it."""

    def __init__(self, ending: Ending | None = None) -> None:
        super().__init__(ending)
        self.ending = ending


class Wire:
    """A connection's bytes, counted, and cut where a rule has it."""

    def __init__(self, connection: socket.socket, cuts: list[DropAfterBytes]) -> None:
        self.socket = connection
        self._cuts = cuts
        self._buffer = bytearray()
        self._counts = {Side.CLIENT: 0, Side.SERVER: 0}

    @property
    def pending(self) -> bool:
        """Whether the client has said more than was read."""
        return bool(self._buffer)

    def line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            self._receive()
        return self._take(end + 1)

    def message(self) -> bytes:
        """All up to the final dot, without it and with dots restored."""
        looked_at = 0
        while not self._buffer.startswith(b".\r\n"):
            end = self._buffer.find(_DOT, max(0, looked_at - len(_DOT)))
            if end >= 0:
                text = self._take(end + len(_DOT))[: 2 - len(_DOT)]
                # RFC 5321, section 4.5.2.
                return (b"\r\n" + text).replace(b"\r\n.", b"\r\n")[2:]
            looked_at = len(self._buffer)
            self._receive()
        self._take(3)
        return b""

    def say(self, data: bytes, pause: float | None) -> None:
        cut = self._cut(Side.SERVER, len(data))
        self._counts[Side.SERVER] += len(data)
        if cut:
            data = data[: cut[0]]
        if pause is None:
            self.socket.sendall(data)
        else:
            for one in data:
                self.socket.sendall(bytes((one,)))
                if pause:
                    time.sleep(pause)
        if cut:
            raise EndedError(cut[1])

    def start_tls(self, context: ssl.SSLContext) -> None:
        # RFC 3207, section 6: what was said before it counts for nothing.
        self._buffer.clear()
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def cut_at_once(self) -> None:
        """A connection that may carry no byte ends before the first one."""
        for side in Side:
            if cut := self._cut(side, 0):
                raise EndedError(cut[1])

    def end(self, ending: Ending | None) -> None:
        with suppress(OSError):
            if ending is Ending.RESET:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            elif ending is Ending.HALF_CLOSE:
                self.socket.shutdown(socket.SHUT_WR)
                self.wait_for_end()
            elif ending is Ending.CLOSE:
                # What is left unread would make an RST of the FIN.
                while select.select([self.socket], [], [], 0)[0] and self._raw():
                    pass
        self.socket.close()

    def wait_for_end(self) -> None:
        while self._raw():
            pass

    def _raw(self) -> bytes:
        """Bytes as they come, encrypted or not."""
        return socket.socket.recv(self.socket, _CHUNK)

    def _receive(self) -> None:
        cut = self._cut(Side.CLIENT, _CHUNK)
        # All that was heard is answered, in however many segments it came.
        if cut and cut[0] == 0:
            raise EndedError(cut[1])
        data = self.socket.recv(cut[0] if cut else _CHUNK)
        if not data:
            raise EndedError
        self._counts[Side.CLIENT] += len(data)
        self._buffer += data

    def _cut(self, side: Side, more: int) -> tuple[int, Ending] | None:
        """How many of these further bytes still pass, and what then, where not all do."""
        for cut in self._cuts:
            if cut.side is side and cut.count - self._counts[side] <= more:
                return cut.count - self._counts[side], cut.ending
        return None

    def _take(self, count: int) -> bytes:
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data
