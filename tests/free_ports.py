"""Ports for servers that must be told one: those that can take any port themselves need none."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

_BEGIN = 10_000
# So many for one process before another one begins to look; pids of workers follow each other.
_STRIDE = 16


def free_port() -> int:
    """A port that stays ours while the server is down, as it is between two starts."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many of them.

    They lie below those that the system gives to whoever asks for any, as connections and all other
    servers of the tests do; and each process begins to look at another one.
    """
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(given.read_text().split()[0]) if given.exists() else 32768
    found: list[int] = []
    with ExitStack() as held:
        for step in range(first - _BEGIN):
            port = _BEGIN + (os.getpid() * _STRIDE + step) % (first - _BEGIN)
            listening = held.enter_context(socket.socket())
            with suppress(OSError):
                listening.bind(("127.0.0.1", port))
                found.append(port)
            if len(found) == count:
                return found
    raise AssertionError("no port is free")
