"""The promise for a change of the site's address: time a page and memory, however long the archive.

Run by `make bench`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archives import A_WHILE, archived_home
from measure import Benchmark, Measured, Promise, at_most, program_cost

from msnewsletter.publisher.site.shown_frame import read_shown_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run

SUMMARIES = 100_000


def _summaries(run: Run) -> int:
    return run.size(short=2_000, full=SUMMARIES)


def promises(run: Run) -> dict[str, Promise]:
    """What making all pages anew may cost."""
    change = f"the site moves, {_summaries(run):,} summaries in the archive"
    return {
        "page": Promise(name=f"{change}: a page", unit="ms", wanted=at_most(3)),
        "memory": Promise(name=f"{change}: memory", unit="MB", wanted=at_most(300)),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Make the archive, change `site`, and run the command that makes all pages anew."""
    home, cutoff = archived_home(run.folder / "home", summaries=_summaries(run))
    text = home.settings.read_text()
    home.settings.write_text(text.replace("//notes.example.org", "//b.example"))
    os.sync()
    cost = program_cost(home.root, "publish", "--site", "--at", (cutoff + A_WHILE).isoformat())
    shown = read_shown_frame(home)
    pages = shown.last.pages if shown and shown.last else 0
    yield Measured(promise=promised["page"], ours=(1000 * cost.elapsed / pages,))
    yield Measured(promise=promised["memory"], ours=(cost.memory,))


BENCHMARK = Benchmark(name="move", promises=promises, measure=measure)
