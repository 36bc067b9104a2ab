"""The site's promises: publishing costs the same at any archive size, feeds stay small, serving.

Run: `python bench/site.py`, or as part of `make bench`; `--serving` measures serving alone, on the
same feed in front of a small archive, in two minutes.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from archives import A_WHILE, archived_home, write_study
from serving import rates

from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home

SIZES = (100, 100_000)
TURNS = 6


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        if sys.argv[1:] == ["--serving"]:
            home, cutoff = archived_home(Path(folder), summaries=SIZES[0])
            _publish(home, cutoff + A_WHILE, 0)
            serving(home)
        else:
            archives(Path(folder))


def archives(root: Path) -> None:
    """One issue of eight beside a small and a large archive, in turn; then serve the large one."""
    homes = {size: archived_home(root / str(size), summaries=size) for size in SIZES}
    # What was written to make them must not be waited for when the first issue is made durable.
    os.sync()
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    files: dict[int, list[int]] = {size: [] for size in SIZES}
    for turn in range(TURNS):
        for size, (home, cutoff) in homes.items():
            spent, written = _publish(home, cutoff + (turn + 1) * A_WHILE, turn)
            if turn:  # the first warms the caches of both
                times[size].append(spent)
                files[size].append(written)
    for size in SIZES:
        print(
            f"publish 8 beside {size:>7,}: {1000 * median(times[size]):7.1f} ms, "
            f"{max(files[size])} site files written"
        )
    ratio = median(times[SIZES[1]]) / median(times[SIZES[0]])
    print(f"ratio of times: {ratio:.2f}x (at most 1.2x)")
    home = homes[SIZES[1]][0]
    for name in ("rss.xml", "atom.xml", "feed.json", "full/rss.xml", "full/atom.xml"):
        print(f"{name}: {(home.site / name).stat().st_size / 1000:.0f} kB")
    serving(home)


def serving(home: Home) -> None:
    """The main feed by `serve` and by nginx."""
    for what, found in rates(home, "rss.xml").items():
        print(
            f"serve, {what}: {found.ours:,.0f}/s, nginx {found.peer:,.0f}/s: 1/{found.behind:.1f}; "
            f"CPU {found.our_cpu:.1f} and {found.peer_cpu:.1f} us: 1/{found.cpu_behind:.1f}"
        )
    print("load averages: {:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg()))


def _publish(home: Home, at: datetime, turn: int) -> tuple[float, int]:
    for number in range(8):
        write_study(home, 10_000_000 + 8 * turn + number, at)
    began_ns = time.time_ns()
    began = time.perf_counter()
    publish(home, at=at)
    spent = time.perf_counter() - began
    return spent, sum(_newer(home, began_ns))


def _newer(home: Home, moment: int) -> list[bool]:
    paths = (path for path in home.site.rglob("*") if path.is_file())
    return [path.stat().st_mtime_ns >= moment - 20_000_000 for path in paths]


if __name__ == "__main__":
    main()
