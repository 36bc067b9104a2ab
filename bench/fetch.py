"""Fetching pages of one site, against the polite minimum: replies and pauses, one by one.

Run by `make bench`. The server is of this process and answers after 20 ms.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from measure import Benchmark, Measured, Promise, ratio_at_most

from msnewsletter.sources.fetch.client import Fetcher, FetchLimits

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from sources.fetch.web_server import Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run

REPLY = 0.02  # seconds
PAGE = b"<p>A page of some kilobytes.</p>\n" * 200
PAUSES = (0.0, 0.02)


def _pages(run: Run) -> int:
    return run.size(short=200, full=500)


def promises(run: Run) -> dict[str, Promise]:
    """What fetching may cost."""
    return {
        str(pause): Promise(
            name=f"{_pages(run)} pages of one site fetched, {1000 * pause:.0f} ms of pause",
            unit="s",
            wanted=ratio_at_most(1.3),
            peer="replies of 20 ms and pauses alone",
        )
        for pause in PAUSES
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Without a pause and with one; the peer is arithmetic."""
    pages = _pages(run)
    for pause in PAUSES:
        spent = fetching(pages, pause)
        least = pages * REPLY + (pages - 1) * pause
        yield Measured(promise=promised[str(pause)], ours=(spent,), theirs=(least,))


def fetching(pages: int, pause: float) -> float:
    """Seconds for all pages."""
    limits = FetchLimits(private=True, pause=pause, robots=True)
    with (
        serving({f"/{number}": reply for number in range(pages)}) as server,
        Fetcher(agent="msnewsletter", limits=limits, now=lambda: datetime.now(UTC)) as fetcher,
    ):
        began = time.perf_counter()
        for number in range(pages):
            fetcher.get(server.url(f"/{number}"), limit=1_000_000)
        return time.perf_counter() - began


def reply(_: Asked) -> bytes:
    """A page, as late as one of a real site."""
    time.sleep(REPLY)
    return PAGE


BENCHMARK = Benchmark(name="fetch", promises=promises, measure=measure)
