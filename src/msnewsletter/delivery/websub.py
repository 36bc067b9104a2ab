"""Tells a WebSub hub that a feed has changed: one POST, bounded in time and memory.

W3C WebSub leaves to publisher and hub how they talk; `hub.mode=publish` with `hub.url` is what hubs
have taken since PubSubHubbub 0.4, section 7. Follows no redirect, reads no body, sends nothing but
the feed's address.
"""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlencode, urlsplit

from msnewsletter.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

# Bytes of a reply's head that are read: http.client allows a single line as many.
_HEAD = 65536
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: ([^\r\n]{0,80}))?\r?\n")
_LOCATION = re.compile(rb"\nlocation:[ \t]*([^\r\n]{1,200})", re.IGNORECASE)
_SUCCESSES, _REDIRECTS = range(200, 300), range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubReply:
    """What became of a ping.

    Attributes:
        status: the hub's HTTP status; None: it gave none.
        says: the status with its words, or why there is none; one printable line.
    """

    status: int | None
    says: str

    @property
    def accepted(self) -> bool:
        """Whether the hub took it: hubs say 200, 202 or 204."""
        return self.status is not None and self.status in _SUCCESSES


def ping(hub: str, feed: str, *, within: float) -> HubReply:
    """Tell the hub (an http or https address) that the feed at that address has changed.

    Takes `within` seconds at most, whatever the hub or the name server does. Raises nothing.
    """
    replies: SimpleQueue[HubReply] = SimpleQueue()
    deadline = monotonic() + within
    # In a thread of its own: nothing else bounds how long a host name takes.
    thread = Thread(target=lambda: replies.put(_reply(hub, feed, deadline)), daemon=True)
    thread.start()
    try:
        reply = replies.get(timeout=within)
    except Empty:
        return _late(within)
    thread.join()
    return _late(within) if reply.status is None and monotonic() >= deadline else reply


def _late(within: float) -> HubReply:
    return HubReply(status=None, says=f"no answer within {within:g} seconds")


def _reply(hub: str, feed: str, deadline: float) -> HubReply:
    try:
        parts = urlsplit(hub)
        with _connected(parts, deadline) as connection:
            connection.sendall(_request(parts, feed))
            return _parsed(_head(connection, deadline))
    except ssl.SSLCertVerificationError as error:
        return _none(f"its certificate is not trusted ({error.verify_message})")
    except ssl.SSLError as error:
        return _none(f"no encrypted connection ({error.reason or error})")
    # A port or a host name that is none is a ValueError.
    except (OSError, ValueError) as error:
        return _none(f"no connection ({getattr(error, 'strerror', None) or error})")


def _none(why: str) -> HubReply:
    return HubReply(status=None, says=printable(why))


def _connected(parts: SplitResult, deadline: float) -> socket.socket:
    """A connection, encrypted for https; raises OSError, ValueError."""
    encrypted, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if encrypted else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    connection = _first(found, deadline)
    if not encrypted:
        return connection
    try:
        connection.settimeout(_left(deadline))
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


def _first(found: Iterable[tuple[Any, ...]], deadline: float) -> socket.socket:
    """A connection to the first of a host's addresses that takes one."""
    failed: OSError | None = None
    for family, kind, protocol, _, address in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(_left(deadline))
            connection.connect(address)
        except OSError as error:
            connection.close()
            failed = error
        else:
            return connection
    raise failed or OSError("the host has no address")


def _request(parts: SplitResult, feed: str) -> bytes:
    body = urlencode({"hub.mode": "publish", "hub.url": feed})
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # Without the user and password that an address may hold.
    host = parts.netloc.rpartition("@")[2]
    return (
        f"POST {path} HTTP/1.1\r\n"
        f"Host: {host}\r\n"
        "User-Agent: msnewsletter\r\n"
        "Accept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n"
        f"\r\n{body}"
    ).encode("ascii")


def _head(connection: socket.socket, deadline: float) -> bytes:
    """The head of the final reply, as far as it came."""
    head = b""
    while len(head) < _HEAD:
        connection.settimeout(_left(deadline))
        more = connection.recv(4096)
        head += more
        # RFC 9110, section 15.2: interim replies come before the final one.
        while head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")) and b"\r\n\r\n" in head:
            head = head.partition(b"\r\n\r\n")[2]
        if not more or b"\r\n\r\n" in head or b"\n\n" in head:
            break
    return head


def _parsed(head: bytes) -> HubReply:
    found = _STATUS.match(head)
    if found is None:
        return _none("it does not speak HTTP" if head else "it closed the connection")
    status, words = int(found[1]), (found[2] or b"").decode("latin-1").strip()
    says = f"{status} {words}".strip()
    where = _LOCATION.search(head)
    if status in _REDIRECTS and where:
        # Never followed: the editor chose this hub, and nobody else is told of anything.
        says += f", to {where[1].decode('latin-1').strip()}"
    return HubReply(status=status, says=printable(says))


def _left(deadline: float) -> float:
    """The seconds that are left; raises TimeoutError."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
