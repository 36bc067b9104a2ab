"""Connections that are bounded in time and go to addresses that were checked: httpcore2's network.

A host's name is resolved once, and the connection made to the very address that was checked: a
name that means another one a moment later leads nowhere else.

The timeouts of a request are not seconds here, but moments of time.monotonic(): httpcore2 hands
them to its network as they are given, once for each read. A server that sends a byte a second is
cut off at that moment, in the middle of its headers or of its body.
"""

from __future__ import annotations

import socket
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpcore2

from msnewsletter.sources.fetch.public_address import allowed_address

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

# Seconds for one of a host's addresses to take the connection, and how many are tried.
_CONNECTING, _TRIED = 10.0, 4


class UnknownHostError(Exception):
    """A host's name leads to no address.

    Attributes:
        passing: the name server did not answer; it has not said that there is none.
    """

    def __init__(self, *, passing: bool) -> None:
        super().__init__()
        self.passing = passing


class ForbiddenAddressError(Exception):
    """A host has no address that the source may have; the message is one that it has.

    Attributes:
        own: it is one's own, so that a source that says `private` may have it.
    """

    def __init__(self, address: str, *, own: bool) -> None:
        super().__init__(address)
        self.own = own


class BoundedNetwork(httpcore2.NetworkBackend):
    """Connects to allowed addresses, until a given moment.

    Args:
        private: addresses of one's own machine and network are allowed.
        silence: seconds in which a server must send something.
    """

    def __init__(self, *, private: bool, silence: float) -> None:
        self._private, self._silence = private, silence
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first address that takes one; raises httpcore2's errors and ours."""
        found = _resolved(host, port, timeout)
        allowed = [one for one in found if allowed_address(one, private=self._private)]
        if not allowed:
            own = next((one for one in found if allowed_address(one, private=True)), None)
            raise ForbiddenAddressError(own or found[0], own=own is not None)
        failed: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in allowed[:_TRIED]:
            try:
                seconds = min(_CONNECTING, _left(timeout, httpcore2.ConnectTimeout))
                stream = self._sockets.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
            else:
                return _BoundedStream(stream, self._silence)
        raise failed or httpcore2.ConnectError("no address")


class _BoundedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, silence: float) -> None:
        self._stream, self._silence = stream, silence

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = min(self._silence, _left(timeout, httpcore2.ReadTimeout))
        return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        seconds = min(self._silence, _left(timeout, httpcore2.WriteTimeout))
        self._stream.write(buffer, seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            # Python's handshake takes so many seconds in all, not so many for each byte.
            seconds = min(_CONNECTING, _left(timeout, httpcore2.ConnectTimeout))
            stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        except BaseException:
            self._stream.close()
            raise
        return _BoundedStream(stream, self._silence)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  (as httpcore2 has it)
        return self._stream.get_extra_info(info)


def _left(
    until: float | None,
    late: type[httpcore2.ConnectTimeout | httpcore2.ReadTimeout | httpcore2.WriteTimeout],
) -> float:
    """Seconds until a moment of time.monotonic(); raises `late` when there are none."""
    if until is None:
        raise RuntimeError("a request without a deadline")
    left = until - monotonic()
    if left <= 0:
        raise late("the deadline")
    return left


def _resolved(host: str, port: int, until: float | None) -> list[str]:
    """The addresses of a host, at least one."""
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # In a thread of its own: nothing else bounds how long a name server takes.
    Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(until, httpcore2.ConnectTimeout))
    except Empty:
        raise UnknownHostError(passing=True) from None
    if isinstance(answer, list) and answer:
        return answer
    passing = isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN
    raise UnknownHostError(passing=passing)
