"""The promise for lists of subscribers: time and memory of importing a million lines.

Run by `make bench`. A third of the lines is at one of ten large providers, the rest at 50,000
domains. Measured are a dry run, the import, and lines of which each is wrong.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from measure import Benchmark, Measured, Promise, at_most, program_cost

from msnewsletter.home import Home, packaged_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from measure import Run

# Seconds for a million lines.
LONGEST = 60
DOMAINS = 50_000


def _lines(run: Run) -> int:
    return run.size(short=100_000, full=1_000_000)


def promises(run: Run) -> dict[str, Promise]:
    """What an import may cost."""
    lines = _lines(run)
    refused = lines // 10
    return {
        "dry": _promise("a dry run of importing", lines),
        "import": _promise("importing", lines),
        "refused": _promise("refusing", refused),
        "memory": Promise(
            name=f"importing {lines:,} subscribers: memory", unit="MB", wanted=at_most(100)
        ),
    }


def _promise(what: str, lines: int) -> Promise:
    wanted = at_most(LONGEST * lines / 1_000_000)
    return Promise(name=f"{what} {lines:,} subscribers", unit="s", wanted=wanted)


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Import a list in a home of its own, and one that is all wrong."""
    lines = _lines(run)
    home = Home(run.folder / "home")
    home.root.mkdir()
    shutil.copyfile(packaged_home() / "newsletter.toml", home.settings)
    good, bad = run.folder / "list.csv", run.folder / "wrong.csv"
    _write(good, _rows(lines))
    _write(bad, (f"nobody {number},confirmed" for number in range(lines // 10)))
    words = ("subscribers", "import", str(good), "--consent", "Send it to me.")
    dry = program_cost(home.root, *words, "--dry-run")
    yield Measured(promise=promised["dry"], ours=(dry.elapsed,))
    found = program_cost(home.root, *words)
    yield Measured(promise=promised["import"], ours=(found.elapsed,))
    yield Measured(promise=promised["memory"], ours=(max(dry.memory, found.memory),))
    words = ("subscribers", "import", str(bad), "--consent", "Send it to me.")
    refused = program_cost(home.root, *words, code=1)
    yield Measured(promise=promised["refused"], ours=(refused.elapsed,))


def _write(path: Path, rows: Iterator[str]) -> None:
    with path.open("w") as file:
        file.write("address,state\n")
        file.writelines(f"{row}\n" for row in rows)


def _rows(lines: int) -> Iterator[str]:
    for number in range(lines):
        large = number % 3 == 0
        domain = f"mail{number % 10}.example" if large else f"d{number % DOMAINS}.example.org"
        yield f"Reader.{number}@{domain},{'confirmed' if number % 10 else 'unsubscribed'}"


BENCHMARK = Benchmark(name="subscribers", promises=promises, measure=measure)
