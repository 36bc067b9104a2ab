"""What starting costs: `--help` against a Python that does nothing, a publish against its imports.

Run by `make bench`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from archives import BEGIN, write_study
from measure import Benchmark, Measured, Promise, at_most, by_turns, milliseconds, ratio_at_most

from msnewsletter.home import Home, packaged_home
from msnewsletter.publisher.init_home import in_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run

PYTHON = sys.executable
IMPORTS = (
    "import msnewsletter.cli.publish, msnewsletter.publisher.publish, "
    "sqlalchemy.dialects.sqlite, feedparser"
)


def promises(_: Run) -> dict[str, Promise]:
    """What starting may cost."""
    return {
        "help": Promise(
            name="`msnewsletter --help` answers",
            unit="ms",
            wanted=ratio_at_most(10),
            peer="`python -c pass`",
        ),
        "publish": Promise(
            name="`publish` of 8 summaries into a new home, the whole command",
            unit="ms",
            wanted=at_most(1_500),
            peer="importing what it needs",
        ),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Both, each by turns with its peer."""
    script = str(Path(PYTHON).with_name("msnewsletter"))
    ours, theirs = by_turns(
        lambda: milliseconds(lambda: _run([script, "--help"])),
        lambda: milliseconds(lambda: _run([PYTHON, "-c", "pass"])),
        turns=11,
    )
    yield Measured(promise=promised["help"], ours=ours, theirs=theirs)
    home = Home(run.folder / "eight")
    ours, theirs = by_turns(
        lambda: _publish(home),
        lambda: milliseconds(lambda: _run([PYTHON, "-c", IMPORTS])),
    )
    yield Measured(promise=promised["publish"], ours=ours, theirs=theirs)


def _publish(home: Home) -> float:
    shutil.rmtree(home.root, ignore_errors=True)
    (home.root / "summaries").mkdir(parents=True)
    home.settings.write_bytes(in_sandbox((packaged_home() / "newsletter.toml").read_bytes()))
    for number in range(8):
        write_study(home, number, BEGIN + timedelta(days=20))
    words = [PYTHON, "-m", "msnewsletter", "--home", str(home.root)]
    return milliseconds(lambda: _run([*words, "publish", "--at", "2026-11-23T08:00"]))


def _run(words: list[str]) -> None:
    subprocess.run(words, check=True, capture_output=True)


BENCHMARK = Benchmark(name="starting", promises=promises, measure=measure)
