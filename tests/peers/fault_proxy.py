"""A proxy between a client and any server, which cuts the dialogue at a byte or delays it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from peers.behaviours import Ending, Side
from peers.child import Child, child
from peers.fault_proxy_process import Cut, GiveTraffic, Route

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Traffic:
    """How many bytes of either side were passed on during one connection."""

    client: int
    server: int


class FaultProxy:
    """A running proxy; clients talk to its port instead of the server's."""

    def __init__(self, process: Child, route: Route) -> None:
        self._process = process
        self._route = route
        self.port: int = process.ask(route)

    def cut(self, cut: Cut | None) -> None:
        """Do so to connections that begin from now on; None: pass all on. Counts begin anew."""
        self._route = replace(self._route, cut=cut)
        self._process.ask(self._route)

    def traffic(self) -> list[Traffic]:
        """Of each connection since the last call of `cut`; waits until all have ended."""
        return [Traffic(*one) for one in self._process.ask(GiveTraffic())]


@contextmanager
def fault_proxy(
    port: int, *, cut: Cut | None = None, round_trip: float = 0.0
) -> Iterator[FaultProxy]:
    """Run a proxy before 127.0.0.1:`port`, for as long as the block runs.

    `round_trip`: the delay that it adds to each exchange, in seconds; half of it each way.
    """
    with child("peers.fault_proxy_process") as process:
        yield FaultProxy(process, Route(port=port, cut=cut, round_trip=round_trip))


def every_cut(traffic: Traffic, ending: Ending = Ending.CLOSE) -> Iterator[Cut]:
    """All places at which a dialogue with this traffic can be cut, before and after each byte."""
    for side, count in ((Side.CLIENT, traffic.client), (Side.SERVER, traffic.server)):
        for after in range(count + 1):
            yield Cut(after=after, side=side, ending=ending)
