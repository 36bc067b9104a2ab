"""What an archive costs: publishing beside it, its files on the disk, its feeds; and serving it.

Run by `make bench`. The archive is past issues of 8 summaries in database and records, with their
files on the site. A new issue is published beside a small and a large one, by turns.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from archives import A_WHILE, archived_home, write_study
from measure import (
    Benchmark,
    Measured,
    Promise,
    at_most,
    by_turns,
    milliseconds,
    ratio_at_least,
    ratio_at_most,
)
from serving import REQUESTS, rates

from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from measure import Run

    from msnewsletter.home import Home

SMALL = 1_000
PER_ISSUE = 8
FEEDS = ("rss.xml", "atom.xml", "feed.json")


def _large(run: Run) -> int:
    return run.size(short=10_000, full=100_000)


def promises(run: Run) -> dict[str, Promise]:
    """What an archive may cost."""
    large = f"{_large(run):,} summaries in the archive"
    small = f"the same with {SMALL:,}"
    return {
        **{
            f"publish {new}": Promise(
                name=f"publish {new} new, with {large}",
                unit="ms",
                wanted=ratio_at_most(1.2),
                peer=small,
            )
            for new in (1, PER_ISSUE)
        },
        "files": Promise(
            name=f"files of the site that this writes, with {large}",
            unit="files",
            wanted=ratio_at_most(1),
            peer=small,
        ),
        "disk": Promise(
            name=f"records and database on the disk for an archived issue, with {large}",
            unit="kB",
            wanted=ratio_at_most(1.2),
            peer=small,
        ),
        "feed": Promise(
            name=f"the largest main feed, with {large}", unit="kB", wanted=at_most(500)
        ),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Beside both archives by turns."""
    homes = {
        size: _Archive(*archived_home(run.folder / str(size), summaries=size))
        for size in (SMALL, _large(run))
    }
    # What was written to make them must not be waited for when the first issue is made durable.
    os.sync()
    small, large = homes.values()
    sizes = large.issue_size(), small.issue_size()
    yield Measured(promise=promised["disk"], ours=sizes[:1], theirs=sizes[1:])
    for new in (1, PER_ISSUE):
        ours, theirs = by_turns(
            lambda new=new: large.publish(new),  # type: ignore[misc]
            lambda new=new: small.publish(new),  # type: ignore[misc]
        )
        yield Measured(promise=promised[f"publish {new}"], ours=ours, theirs=theirs)
    yield Measured(promise=promised["files"], ours=(large.written,), theirs=(small.written,))
    largest = max((large.home.site / name).stat().st_size for name in FEEDS)
    yield Measured(promise=promised["feed"], ours=(largest / 1000,))


class _Archive:
    """A home with an archive, beside which issues are published.

    Attributes:
        home: the home.
        written: files of the site that the last issue has written.
    """

    def __init__(self, home: Home, cutoff: datetime) -> None:
        self.home = home
        self.written = 0.0
        self._cutoff = cutoff
        self._next = 10_000_000

    def publish(self, new: int) -> float:
        """Publish an issue of so many; the milliseconds."""
        self._cutoff += A_WHILE
        for number in range(self._next, self._next + new):
            write_study(self.home, number, self._cutoff)
        self._next += new
        began_ns = time.time_ns()
        spent = milliseconds(lambda: publish(self.home, at=self._cutoff))
        self.written = sum(
            # Not st_mtime_ns, when the content changed. It may be a tick of the kernel early.
            path.stat().st_ctime_ns >= began_ns - 20_000_000
            for path in self.home.site.rglob("*")
            if path.is_file()
        )
        return spent

    def issue_size(self) -> float:
        """Kilobytes that an archived issue has in records and database."""
        issues = list(self.home.records.glob("*.json"))
        size = sum(map(_size, issues)) + _size(self.home.database)
        return size / 1000 / len(issues)


def _size(path: Path) -> int:
    return path.stat().st_size


def serving_promises(_: Run) -> dict[str, Promise]:
    """How fast the site is served."""
    names = ("asked whether it is new (304 by ETag)", "sent with gzip", "sent plain")
    return {
        what: Promise(
            name=f"`serve`: the main feed, {name}",
            unit="a second",
            wanted=ratio_at_least(1 / 5),
            peer="nginx",
        )
        for what, name in zip(REQUESTS, names, strict=True)
    }


def measure_serving(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """The main feed, by `serve` and by nginx."""
    archive = _Archive(*archived_home(run.folder, summaries=100))
    archive.publish(PER_ISSUE)
    for what, found in rates(archive.home, FEEDS[0]).items():
        yield Measured(promise=promised[what], ours=found.ours, theirs=found.peer)


BENCHMARK = Benchmark(name="archive", promises=promises, measure=measure)
SERVING = Benchmark(name="serving", promises=serving_promises, measure=measure_serving)
