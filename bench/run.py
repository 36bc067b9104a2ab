"""`make bench`: every promise about speed beside its peer, in one run, as one table.

    python bench/run.py [--full] [--only NAME ...] [--write]

The table is printed, and with `--write` put into docs/performance.md, unless other work keeps the
machine busy: such figures are no results. `--full` takes the sizes of the promises where short ones
are the default. Exit code 1: something of ours failed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import archive_cost
import deliver
import desk
import door
import feeds_read
import fetch
import folder
import last_reader
import mail
import many_workers
import model
import move
import promise_table
import send
import starting
import status
from measure import NotMeasured, rows

import clock
import subscribers

BENCHMARKS = (
    last_reader.BENCHMARK,
    deliver.BENCHMARK,
    many_workers.BENCHMARK,
    model.BENCHMARK,
    send.BENCHMARK,
    archive_cost.BENCHMARK,
    archive_cost.SERVING,
    mail.BENCHMARK,
    feeds_read.BENCHMARK,
    fetch.BENCHMARK,
    folder.BENCHMARK,
    status.BENCHMARK,
    subscribers.BENCHMARK,
    door.BENCHMARK,
    starting.BENCHMARK,
    clock.BENCHMARK,
    move.BENCHMARK,
    desk.BENCHMARK,
)
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def main() -> None:
    """Measure what is asked for, print it, and write it where that is asked for."""
    options = _options()
    chosen = [one for one in BENCHMARKS if not options.only or one.name in options.only]
    load = os.getloadavg()[0]
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        found = list(rows(chosen, Path(folder), full=options.full))
    minutes = (time.perf_counter() - began) / 60
    text = f"{_circumstances(load, minutes, full=options.full)}\n\n{promise_table.table(found)}"
    print(f"{text}\n{promise_table.summary(found)}")
    if options.write and options.only:
        print(f"{PAGE.name} is left as it was: these are not all promises.")
    elif options.write:
        promise_table.write_quiet(PAGE, text, load)
    if any(isinstance(row, NotMeasured) and row.ours_failed for row in found):
        sys.exit(1)


def _options() -> argparse.Namespace:
    names = [one.name for one in BENCHMARKS]
    parser = argparse.ArgumentParser(description="Measures what is promised about speed.")
    parser.add_argument("--full", action="store_true", help="the sizes of the promises")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--write", action="store_true", help=f"write it to {PAGE.name}")
    return parser.parse_args()


def _circumstances(load: float, minutes: float, *, full: bool) -> str:
    command = "`make bench FULL=1`" if full else "`make bench`"
    today = datetime.now(UTC).date()
    return (
        f"{command}, {today}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load average {load:.1f} before it; {minutes:.0f} minutes. Medians, with the lowest and "
        "the highest of the turns."
    )


if __name__ == "__main__":
    main()
