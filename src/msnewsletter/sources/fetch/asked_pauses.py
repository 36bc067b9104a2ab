"""Servers' wishes for a pause (`Retry-After`): of one address first, of all where it says so again.

A page whose own program fails answers 503 for ever; the others of its server are well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msnewsletter.sources.fetch.asked_address import host_and_port, origin_of
from msnewsletter.sources.fetch.fetch_error import LATER, FetchError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import httpx2

# So many addresses of a server, one after the other, ask for a pause: it means them all.
_MEANS_ALL: Final = 3


@dataclass(slots=True)
class _Pause:
    until: datetime
    status: int


@dataclass(slots=True)
class AskedPauses:
    """The pauses that servers asked for while one Fetcher asked them."""

    _of_address: dict[str, _Pause] = field(default_factory=dict)
    _of_server: dict[tuple[str, int], _Pause] = field(default_factory=dict)
    _in_a_row: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def refuse(self, url: httpx2.URL, now: datetime) -> None:
        """Raise FetchError where an address, or its whole server, is not to be asked yet."""
        whole = self._of_server.get(host_and_port(url))
        for pause, site in ((whole, origin_of(url)), (self._of_address.get(str(url)), None)):
            if pause is None or now >= pause.until:
                continue
            seconds = (pause.until - now).total_seconds()
            problem = f"its server asks for a pause of {seconds:.0f} seconds"
            left = pause.until - now
            status = pause.status
            raise FetchError(str(url), problem, LATER, status=status, retry_after=left, site=site)

    def ask(self, url: httpx2.URL, status: int, pause: timedelta, now: datetime) -> bool:
        """A server asks for a pause; whether it means all of its addresses."""
        server, wish = host_and_port(url), _Pause(now + pause, status)
        self._of_address[str(url)] = wish
        asking = self._in_a_row.setdefault(server, set())
        asking.add(str(url))
        means_all = len(asking) >= _MEANS_ALL
        if means_all:
            self._of_server[server] = wish
        return means_all

    def answered(self, url: httpx2.URL) -> None:
        """A server answered without such a wish."""
        self._in_a_row.pop(host_and_port(url), None)
