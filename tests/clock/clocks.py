"""Homes with a schedule, the real program in them, and what became of their slots."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import time_machine

from databases import rows
from forks import forked
from homes import empty_home

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from msnewsletter.home import Home

SHIFTED = Path(__file__).with_name("shifted.py")
WEEKLY = 'every = "week"\non = ["monday"]\nat = "08:00"'


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program ended: exit code, standard output, standard error."""

    code: int
    said: str
    complained: str


def scheduled_home(root: Path, rule: str = WEEKLY, **settings: str) -> Home:
    """A home without summaries whose [schedule] says only this."""
    home = empty_home(root, **settings)
    text = home.settings.read_text()
    section = re.compile(r"^\[schedule\]$.*?(?=^\[mail\]$)", re.MULTILINE | re.DOTALL)
    home.settings.write_text(section.sub(lambda _: f"[schedule]\n{rule}\n\n", text))
    return home


def at_work(home: Home, instants: Iterable[datetime], *words: str) -> subprocess.Popen[str]:
    """The real program under a clock that shows these instants, one after the other."""
    moments = [instant.isoformat() for instant in instants]
    return subprocess.Popen(
        [sys.executable, str(SHIFTED), str(home.root), *moments, "--", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    )


def run(home: Home, instants: Iterable[datetime], *words: str) -> Ended:
    """The same, to its end."""
    process = at_work(home, instants, *words)
    said, complained = process.communicate(timeout=600)
    return Ended(code=process.returncode, said=said, complained=complained)


def at(home: Home, instant: datetime, *words: str, largest_file: int | None = None) -> Ended:
    """The program in a process of its own, forked from this one so that it need not start anew.

    `largest_file`, in bytes, stands for a disk that is full: the kernel refuses what is beyond.
    """

    def before() -> None:
        if largest_file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        time_machine.travel(instant, tick=False).start()

    done = forked(["--home", str(home.root), *words], before=before)
    ended = Ended(code=done.returncode, said=done.stdout, complained=done.stderr)
    assert "Traceback" not in ended.complained, ended.complained
    assert ended.code in {0, 1}, ended
    return ended


def once(home: Home, instant: datetime) -> list[dict[str, object]]:
    """`run --once` at an instant; returns what it logged."""
    done = at(home, instant, "run", "--once", "--json-logs")
    return [json.loads(line) for line in done.complained.splitlines()]


def events(logged: list[dict[str, object]]) -> list[object]:
    """The names of the events, in order."""
    return [line["event"] for line in logged]


def slots(home: Home) -> list[tuple[str, str, str]]:
    """Every slot that is spoken for: instant (UTC), key, and what became of it."""
    found = rows(home, "SELECT instant, slot, outcome FROM slots ORDER BY instant")
    return [(instant, slot, outcome) for instant, slot, outcome in found]


def entries(home: Home) -> dict[int, list[str]]:
    """The keys of each issue's entries, as its record has them."""
    found = {}
    for path in sorted(home.records.glob("*.json")):
        placed = json.loads(path.read_bytes())["issue"]["entries"]
        found[int(path.stem)] = [entry["summary"]["key"] for entry in placed]
    return found
