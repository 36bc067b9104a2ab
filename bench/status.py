"""The promise for a look at many files: `status` when there is nothing new.

Run by `make bench`. Each summary of the archive has its file in the home, as where nobody moves the
files of past years away.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from archives import A_WHILE, BEGIN, archived_home, write_study
from measure import Benchmark, Measured, Promise, at_most, program_cost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run

FILES = 50_000
PER_ISSUE = 50
ROUNDS = 5


def _files(run: Run) -> int:
    return run.size(short=5_000, full=FILES)


def promises(run: Run) -> dict[str, Promise]:
    """What a look may cost; the limits are those of 50,000 files."""
    with_files = f"`status` with {_files(run):,} files, nothing new"
    if not run.full:
        with_files += f" (promised for {FILES:,})"
    return {
        "time": Promise(name=with_files, unit="s", wanted=at_most(2)),
        "memory": Promise(name=f"{with_files}: memory", unit="MB", wanted=at_most(200)),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """The command, several times, its start among what is measured."""
    files = _files(run)
    home, cutoff = archived_home(run.folder, summaries=files, per_issue=PER_ISSUE)
    for number in range(1, files // PER_ISSUE + 1):
        for one in range(number * PER_ISSUE, (number + 1) * PER_ISSUE):
            write_study(home, one, BEGIN + number * A_WHILE)
    os.sync()
    time.sleep(3)  # a look trusts no file that was written in the two seconds before it
    program_cost(home.root, "collect")
    words = ("status", "--at", (cutoff + A_WHILE).isoformat())
    found = [program_cost(home.root, *words) for _ in range(ROUNDS)]
    yield Measured(promise=promised["time"], ours=tuple(one.elapsed for one in found))
    yield Measured(promise=promised["memory"], ours=tuple(one.memory for one in found))


BENCHMARK = Benchmark(name="status", promises=promises, measure=measure)
