"""The model of docs/scaling.md: from one mailing to 10,000, how long other mailings take.

    python bench/model.py [--full] [--write]

Delivers to 10,000 and 100,000 (with `--full` to 1,000,000) into smtp-sink, and prints what each
reader costs and what the model says from the first alone. `--write` puts the table into
docs/scaling.md. `make bench` measures the model, too.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import peer_programs
import promise_table
import send
from deliver import WIRE, deliver
from measure import Benchmark, Measured, Promise, at_most
from scaling_model import Inputs, predicted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run
    from one_mailing import Delivered

FIRST = 10_000
PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
_HEAD = """| readers | CPU a message | on the wire | enqueued | sent | elapsed | model | off by |
|---|---|---|---|---|---|---|---|
"""


def inputs_of(found: Delivered, readers: int) -> Inputs:
    """The inputs that one mailing shows."""
    return Inputs(
        cpu=found.cpu,
        busy=found.cpu * readers / found.elapsed,
        rows=readers / found.enqueued,
        wire=WIRE,
    )


def promises(run: Run) -> dict[str, Promise]:
    """How far the model may be off."""
    return {
        str(readers): Promise(
            name=f"a mailing to {readers:,} readers takes what docs/scaling.md says from "
            f"{FIRST:,}; off by",
            unit="%",
            wanted=at_most(20),
        )
        for readers in _sizes(full=run.full)[1:]
    }


def measure(_: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """How far it is off."""
    for name in ("smtp-sink", "smtp-source"):
        peer_programs.debian(name, "postfix")
    inputs: Inputs | None = None
    for readers, found in _mailings([FIRST, *map(int, promised)]):
        inputs = inputs or inputs_of(found, readers)
        if readers != FIRST:
            off = abs(_off(found, readers, inputs))
            yield Measured(promise=promised[str(readers)], ours=(off,))


def _sizes(*, full: bool) -> list[int]:
    return [FIRST, 100_000, *([1_000_000] if full else [])]


def _mailings(sizes: list[int]) -> Iterator[tuple[int, Delivered]]:
    with send.sink() as port:
        for readers in sizes:
            # The one that the model is made from must be no accident.
            turns = [deliver(port, readers) for _ in range(3 if readers == FIRST else 1)]
            yield readers, sorted(turns, key=lambda one: one.elapsed)[len(turns) // 2]


def _off(found: Delivered, readers: int, inputs: Inputs) -> float:
    """By how many percent the model says more than was measured."""
    return 100 * (predicted(readers, inputs) / (found.enqueued + found.elapsed) - 1)


def main() -> None:
    """Print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description="Measures the inputs of the model.")
    parser.add_argument("--full", action="store_true", help="a million readers, too")
    parser.add_argument("--write", action="store_true", help=f"write it to {PAGE.name}")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    inputs: Inputs | None = None
    lines = []
    for readers, found in _mailings(_sizes(full=options.full)):
        inputs = inputs or inputs_of(found, readers)
        lines.append(_line(readers, found, inputs))
        print(lines[-1], file=sys.stderr, flush=True)
    text = f"{os.cpu_count()} cores, load average {load:.1f} before it.\n\n{_HEAD}"
    text += "\n".join(lines)
    print(text)
    if options.write:
        promise_table.write_quiet(PAGE, text, load)


def _line(readers: int, found: Delivered, inputs: Inputs) -> str:
    elapsed = found.enqueued + found.elapsed
    return (
        f"| {readers:,} | {1_000_000 * found.cpu:.0f} µs | {found.rate * WIRE / 1e6:.1f} MB/s | "
        f"{readers / found.enqueued:,.0f}/s | {found.rate:,.0f}/s | {elapsed:.1f} s | "
        f"{predicted(readers, inputs):.1f} s | {_off(found, readers, inputs):+.0f} % |"
    )


BENCHMARK = Benchmark(name="model", promises=promises, measure=measure)

if __name__ == "__main__":
    main()
