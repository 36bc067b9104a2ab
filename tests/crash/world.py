"""A small world around one home: summaries arrive, a consumer takes folders, publishers get killed.

Everything that the world does is drawn from one seed; what arrives does not hang on how fast the
machine is, only what a kill hits and what the consumer finds do. `World.verdict` counts what must
never happen, looking only at what an outsider can see: the folders that the consumer got.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import feedparser  # noqa: F401  (loaded once here, not in each of thousands of forks)

from databases import lose_database, use_what_is_set
from forks import child_of
from msnewsletter.home import Home, packaged_home
from msnewsletter.publisher.init_home import in_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = datetime(2026, 11, 2, 7, tzinfo=UTC)
START = "start = 2026-10-01"
MARK = re.compile(r"<h2[^>]*>\s*Study (\d{5}) ")

PAGE = """---
key: study-{number:05}
{published}
{fate}
journal: Journal of Arrivals
---
# Study {number:05} arrived in this small world.

## What was found
It was found that number {number} exists.

## Why it matters
Somebody waits for it.

## Cautions
It is one of many.
"""


@dataclass(frozen=True)
class Verdict:
    """What went wrong; all zero is what we promise."""

    lost: int
    doubled: int
    half: int
    renumbered: int

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.half or self.renumbered)


@dataclass
class World:
    """One home, its arrivals and its consumer.

    `publish` is the program under trial: home and moment in, called in a process of its own.
    """

    root: Path
    publish: Callable[[Home, datetime], None]
    seed: int
    now: datetime = FIRST
    arrived: int = 0
    half: int = 0
    uncorrected: dict[int, str] = field(default_factory=dict)
    corrected: set[str] = field(default_factory=set)
    taken: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        # Of its own: how often it chooses hangs on how far the publishers came.
        self.choices = random.Random(self.seed)
        self.home = Home(self.root / "home")
        (self.home.root / "summaries").mkdir(parents=True)
        settings = (packaged_home() / "newsletter.toml").read_bytes()
        self.home.settings.write_bytes(in_sandbox(settings))
        use_what_is_set(self.home)

    def arrive(self) -> None:
        """One more summary: fresh, back-dated, of the same day, or without any date."""
        self.arrived += 1
        days = self.random.choice([0, 0, 0, 1, 1, 3, 10, 30])
        day = (self.now - timedelta(days=days)).date()
        day = max(day, FIRST.date().replace(month=10, day=1))
        published = self.random.choice([f"published: {day}"] * 4 + ["tags: [undated]"])
        self.uncorrected[self.arrived] = published
        self._write(self.arrived, published, "status: live")

    def correct(self) -> None:
        """One that arrived before, sent by now or not, is corrected; each is at most once."""
        if self.uncorrected:
            number = self.random.choice([*self.uncorrected])
            note = f"note: Number {number} was wrong."
            self._write(number, self.uncorrected.pop(number), f"status: corrected\n{note}")
            self.corrected.add(f"{number:05}")

    def _write(self, number: int, published: str, fate: str) -> None:
        written = self.root / "arriving.md"
        written.write_text(PAGE.format(number=number, published=published, fate=fate))
        written.rename(self.home.root / "summaries" / f"study-{number:05}.md")

    def consume(self) -> None:
        """Take one folder out of `new/`, as a mail sender does, after looking at it."""
        waiting = sorted(self._new())
        if waiting:
            folder = self.choices.choice(waiting)
            self.half += not _whole(folder)
            place = self.root / "taken" / f"{len(self.taken):05}"
            place.parent.mkdir(exist_ok=True)
            folder.rename(place)
            self.taken.append(place)

    def run(self, *, kill_after: float | None = None) -> bool:
        """Publish once in a process of its own, perhaps killed; True when it ended by itself."""
        child = child_of(self._work)
        if kill_after is not None:
            self._live(kill_after)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        self.half += sum(not _whole(folder) for folder in self._new())
        failed = self.root / "failed"
        assert not failed.exists(), failed.read_text()
        return not os.WIFSIGNALED(status)

    def _work(self) -> None:
        try:
            self.publish(self.home, self.now)
        except BaseException:
            (self.root / "failed").write_text(traceback.format_exc())
            raise

    def _live(self, seconds: float) -> None:
        """Let a few things happen at random moments; the moments are the experiment itself."""
        moments = sorted(
            self.random.uniform(0, seconds) for _ in range(self.random.choice([0, 1, 3]))
        )
        for wait in (end - begin for begin, end in pairwise([0, *moments, seconds])):
            time.sleep(wait)
            self.random.choice([self.arrive, self.consume])()

    def lose_database(self) -> None:
        """Lose all that the program remembers but its records, at a time when it is at rest."""
        lose_database(self.home)

    def tick(self) -> None:
        """Some time passes; now and then none at all."""
        self.now += timedelta(hours=self.random.choice([0, 1, 5, 24]))

    def finish(self) -> Verdict:
        """A day later, undisturbed: publish once more, take everything, and judge."""
        self.now += timedelta(days=2)
        assert self.run()
        while list(self._new()):
            self.consume()
        return self.verdict()

    def verdict(self) -> Verdict:
        """Judge by the folders that the consumer has."""
        seen: Counter[str] = Counter()
        corrections: Counter[str] = Counter()
        numbers: Counter[str] = Counter()
        for folder in self.taken:
            told = _manifest(folder)
            numbers[str(told.get("issue"))] += 1
            seen.update(self._entries(folder, told.get("issue")))
            corrections.update(self._corrections(told.get("issue")))
        expected = {f"{number:05}" for number in range(1, self.arrived + 1)}
        return Verdict(
            lost=len(expected - set(seen)) + len(self.corrected - set(corrections)),
            doubled=sum(count - 1 for each in (seen, corrections) for count in each.values()),
            half=self.half,
            renumbered=sum(count - 1 for count in numbers.values()),
        )

    def _entries(self, folder: Path, number: int | None) -> list[str]:
        """What an issue held: by its record, or else by the headings of its mail."""
        record = self.home.record(number or 0)
        if record.exists():
            entries = json.loads(record.read_bytes())["issue"]["entries"]
            return [entry["summary"]["key"].removeprefix("study-") for entry in entries]
        digest = folder / "digest.html"
        return MARK.findall(digest.read_text()) if digest.exists() else []

    def _corrections(self, number: int | None) -> list[str]:
        """Of whom an issue told the correction: at once with the summary, or of an earlier one."""
        record = self.home.record(number or 0)
        if not record.exists():
            return []
        issue = json.loads(record.read_bytes())["issue"]
        at_once = [entry["summary"] for entry in issue["entries"]]
        told = [one for one in (*at_once, *issue.get("corrections", ())) if "note" in one]
        return [one["key"].removeprefix("study-") for one in told]

    def _new(self) -> list[Path]:
        folder = self.home.outbox / "new"
        return list(folder.iterdir()) if folder.exists() else []


def _manifest(folder: Path) -> dict[str, Any]:
    """What a folder says of itself; nothing where that is missing or half written."""
    try:
        return dict(json.loads((folder / "manifest.json").read_bytes()))
    except (FileNotFoundError, ValueError):
        return {}


def _whole(folder: Path) -> bool:
    """Whether a folder holds exactly what its manifest says."""
    listed = _manifest(folder).get("files")
    if listed is None:
        return False
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    del found["manifest.json"]
    return {name: about["sha256"] for name, about in listed.items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in found.items()
    }
