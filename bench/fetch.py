"""Fetching 500 pages of one site, against the polite minimum: replies and pauses, one by one.

Run by `make bench-fetch`; takes a minute. The server is of this process and answers after 20 ms.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from msnewsletter.sources.fetch.client import Fetcher, FetchLimits

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sources.fetch.web_server import Asked, serving

PAGES = 500
REPLY = 0.02  # seconds
PAGE = b"<p>A page of some kilobytes.</p>\n" * 200


def main() -> None:
    """Measure without a pause and with one, and print a line for each."""
    for pause in (0.0, 0.02):
        spent = fetching(pause)
        least = PAGES * REPLY + (PAGES - 1) * pause
        print(
            f"{PAGES} pages, {1000 * REPLY:.0f} ms a reply, pause {1000 * pause:.0f} ms: "
            f"{spent:.2f} s, {spent / least:.2f} times the least of {least:.2f} s"
        )


def fetching(pause: float) -> float:
    """Seconds for all pages."""
    limits = FetchLimits(private=True, pause=pause, robots=True)
    with (
        serving({f"/{number}": reply for number in range(PAGES)}) as server,
        Fetcher(agent="msnewsletter", limits=limits, now=lambda: datetime.now(UTC)) as fetcher,
    ):
        began = time.perf_counter()
        for number in range(PAGES):
            fetcher.get(server.url(f"/{number}"), limit=1_000_000)
        return time.perf_counter() - began


def reply(_: Asked) -> bytes:
    """A page, as late as one of a real site."""
    time.sleep(REPLY)
    return PAGE


if __name__ == "__main__":
    main()
