"""Host names for tests, as the name server of the system would give them."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


class Names:
    """Gives names meanings; all others keep theirs. `asked`: the names of ours, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._meanings: dict[str, list[tuple[str, ...]]] = {}
        self._slow: set[str] = set()
        self._ended = threading.Event()
        self._system = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._resolve)

    def means(self, name: str, *addresses: str, then: str | None = None) -> None:
        """The name has these addresses; after it was asked for once, `then`."""
        self._meanings[name] = [addresses, *([(then,)] if then else [])]

    def waits(self, name: str) -> None:
        """The name server does not answer for it, until `ended`."""
        self._slow.add(name)

    def ended(self) -> None:
        self._ended.set()

    def _resolve(self, host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        if host in self._slow:
            self._ended.wait(30)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if host not in self._meanings:
            return self._system(host, port, *args, **options)
        self.asked.append(host)
        meanings = self._meanings[host]
        addresses = meanings.pop(0) if len(meanings) > 1 else meanings[0]
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET, kind, 6, "", (address, port)) for address in addresses]
