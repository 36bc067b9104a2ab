"""What every benchmark is made of: promises, and what was measured of each.

A benchmark names its promises before it measures, so that one that cannot be measured still has its
row. Ours and the peer are run by turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

TURNS = 5


class Bound(StrEnum):
    """On which side of its figure a promise is kept."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


class Of(StrEnum):
    """What a bound is of."""

    RATIO = "ratio"  # ours / the peer's
    OURS = "ours"  # in the promise's unit


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How much is wanted, and of what."""

    bound: Bound
    figure: float
    of: Of

    def met(self, found: float) -> bool:
        """Whether this figure keeps it."""
        return found <= self.figure if self.bound is Bound.AT_MOST else found >= self.figure


def ratio_at_most(figure: float) -> Wanted:
    """Ours is at most so many times the peer's."""
    return Wanted(bound=Bound.AT_MOST, figure=figure, of=Of.RATIO)


def ratio_at_least(figure: float) -> Wanted:
    """Ours is at least so many times the peer's."""
    return Wanted(bound=Bound.AT_LEAST, figure=figure, of=Of.RATIO)


def at_most(figure: float) -> Wanted:
    """Ours is at most so much, in the promise's unit."""
    return Wanted(bound=Bound.AT_MOST, figure=figure, of=Of.OURS)


def at_least(figure: float) -> Wanted:
    """Ours is at least so much, in the promise's unit."""
    return Wanted(bound=Bound.AT_LEAST, figure=figure, of=Of.OURS)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promise about speed.

    Attributes:
        name: what is promised, in a user's words.
        unit: of both figures, such as "ms" or "a second".
        wanted: None: measured for a model or for information, and promised nothing.
        peer: whose figure stands beside ours; "": nobody's.
    """

    name: str
    unit: str
    wanted: Wanted | None
    peer: str = ""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Figures of a promise, one of each turn; the peer's are empty where it has no peer."""

    promise: Promise
    ours: tuple[float, ...]
    theirs: tuple[float, ...] = ()

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours / the peer's: turn by turn, or of the medians where turns differ in number."""
        if not self.theirs:
            return ()
        if len(self.ours) == len(self.theirs):
            return tuple(_ratio(a, b) for a, b in zip(self.ours, self.theirs, strict=True))
        return (_ratio(median(self.ours), median(self.theirs)),)

    @property
    def met(self) -> bool | None:
        """Whether the promise was kept, by the median; None: nothing was promised."""
        wanted = self.promise.wanted
        if wanted is None:
            return None
        return wanted.met(median(self.ratios if wanted.of is Of.RATIO else self.ours))


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs if theirs else math.inf


@dataclass(frozen=True, kw_only=True)
class NotMeasured:
    """A promise without figures, and why."""

    promise: Promise
    reason: str
    ours_failed: bool = False


class PeerMissingError(Exception):
    """A peer is not installed, or does not run here; says which, and how to get it."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a benchmark is given.

    Attributes:
        folder: its own, for temporary files.
        full: take the sizes of the promise, however long that takes.
    """

    folder: Path
    full: bool

    def size(self, *, short: int, full: int) -> int:
        """The size to measure at."""
        return full if self.full else short


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """Promises that are measured together.

    Attributes:
        name: a word to choose it by.
        promises: all that it may yield figures of, by the size that a run asks for.
        measure: yields the figures of each; may raise `PeerMissingError` between them.
    """

    name: str
    promises: Callable[[Run], Mapping[str, Promise]]
    measure: Callable[[Run, Mapping[str, Promise]], Iterator[Measured]]


def measured(benchmark: Benchmark, run: Run) -> Iterator[Measured | NotMeasured]:
    """Each promise of the benchmark, in its order of measuring, then those without figures."""
    promises = benchmark.promises(run)
    left = dict.fromkeys(promises.values())
    reason, failed = "the benchmark has no figure of it", True
    try:
        for one in benchmark.measure(run, promises):
            left.pop(one.promise, None)
            yield one
    except PeerMissingError as error:
        reason, failed = str(error), False
    except Exception as error:  # noqa: BLE001  (one that fails does not stop the others)
        reason = f"it failed: {type(error).__name__}: {_one_line(error)}"
    for promise in left:
        yield NotMeasured(promise=promise, reason=reason, ours_failed=failed)


def _one_line(error: Exception) -> str:
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    text = f"{error} {said.decode() if isinstance(said, bytes) else said or ''}"
    return " ".join(text.split())[-300:]


def by_turns(
    ours: Callable[[], float], peer: Callable[[], float], *, turns: int = TURNS, warm_up: int = 1
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The figures of both, by turns; those of the first turns, which warm caches, are dropped."""
    pairs = [(ours(), peer()) for _ in range(warm_up + turns)][warm_up:]
    return tuple(a for a, _ in pairs), tuple(b for _, b in pairs)


def milliseconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


class Cost(NamedTuple):
    """What a process has cost: seconds elapsed and of the processor, and its peak in megabytes."""

    elapsed: float
    cpu: float
    memory: float


def program_cost(home: Path, *words: str, code: int = 0) -> Cost:
    """What a command of ours costs, its start among it.

    Raises:
        RuntimeError: it has ended with another code.
    """
    helper = [sys.executable, "-S", "-E", str(Path(__file__).with_name("cost_of.py"))]
    command = [sys.executable, "-m", "msnewsletter", "--home", str(home), *words]
    done = subprocess.run([*helper, *command], check=True, capture_output=True)
    elapsed, cpu, memory, found = json.loads(done.stdout)
    if found != code:
        raise RuntimeError(f"{' '.join(words)}: exit code {found}")
    return Cost(elapsed, cpu, memory)


def rows(
    benchmarks: Sequence[Benchmark], folder: Path, *, full: bool
) -> Iterator[Measured | NotMeasured]:
    """All of them, one after the other, each in a folder of its own; says how long each takes."""
    for number, one in enumerate(benchmarks):
        place = folder / str(number)
        place.mkdir()
        began = time.perf_counter()
        yield from measured(one, Run(folder=place, full=full))
        print(f"{one.name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
