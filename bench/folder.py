"""The promise for large folders: `collect` of files that were never read, and of unchanged ones.

Run by `make bench`. Cold: no file was ever read. Unchanged: all were read, and nothing is new.
"""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

from archives import BEGIN, write_study
from measure import Benchmark, Measured, Promise, at_most, program_cost

from msnewsletter.home import Home, packaged_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run

FILES = 10_000
ROUNDS = 3


def _files(run: Run) -> int:
    return run.size(short=2_000, full=FILES)


def promises(run: Run) -> dict[str, Promise]:
    """What reading a folder may cost; the limits are those of 10,000 files."""
    files = f"`collect` of {_files(run):,} files"
    more = "" if run.full else f" (promised for {FILES:,})"
    return {
        "cold": Promise(name=f"{files}, never read before{more}", unit="s", wanted=at_most(10)),
        "unchanged": Promise(name=f"{files}, unchanged{more}", unit="s", wanted=at_most(1)),
        "memory": Promise(
            name=f"{files}, never read before: memory{more}", unit="MB", wanted=at_most(200)
        ),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """The commands as people run them, their start among what is measured."""
    home = Home(run.folder)
    (home.root / "summaries").mkdir()
    shutil.copyfile(packaged_home() / "newsletter.toml", home.settings)
    for one in range(_files(run)):
        write_study(home, one, BEGIN)
    time.sleep(3)  # a file written a moment ago is read once more
    cold = program_cost(home.root, "collect")
    yield Measured(promise=promised["cold"], ours=(cold.elapsed,))
    yield Measured(promise=promised["memory"], ours=(cold.memory,))
    again = tuple(program_cost(home.root, "collect").elapsed for _ in range(ROUNDS))
    yield Measured(promise=promised["unchanged"], ours=again)


BENCHMARK = Benchmark(name="folder", promises=promises, measure=measure)
