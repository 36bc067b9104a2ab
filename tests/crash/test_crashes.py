"""Publish is killed at every named step and at random instants: nothing is lost, nothing doubled.

`CRASH_KILLS` sets how many random kills there are: few, `make crash` runs thousands.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from chance import seed
from crash.naive import publish_naively
from crash.world import World
from databases import on_both
from msnewsletter.disk.outbox import MANIFEST
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.templates import load_templates
from msnewsletter.records import load_record
from msnewsletter.render.mail.issue_folder import render_folder

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

KILLS = int(os.environ.get("CRASH_KILLS", "20"))


def properly(home: Home, at: datetime) -> None:
    publish(home, at=at)


@pytest.mark.parametrize("step", Step)
def test_a_kill_at_any_step_is_finished_by_the_next_run(tmp_path: Path, step: Step) -> None:
    def killed_there(home: Home, at: datetime) -> None:
        def reached(now: Step) -> None:
            if now is step:
                os.kill(os.getpid(), signal.SIGKILL)

        publish(home, at=at, reached=reached)

    world = World(tmp_path, killed_there, seed=seed(1))
    for round_ in range(3):
        for _ in range(3):
            world.arrive()
        assert not world.run()
        world.consume()
        if round_:
            world.arrive()
        world.correct()
        world.publish = properly
        assert world.run()
        world.publish = killed_there
        world.now += (world.now - world.now.replace(hour=0)) or world.now.resolution
    world.publish = properly
    assert world.finish().clean
    assert {path.name for path in (world.home.outbox / "tmp").iterdir()} == set()


@on_both
def test_random_kills_lose_nothing_and_double_nothing(tmp_path: Path, database: str) -> None:
    kills = KILLS if database == "sqlite" else KILLS // 5
    world = World(tmp_path, properly, seed=seed(20261123))
    longest = typical_seconds(tmp_path)
    killed = 0
    # Few kills may all come before anything is out; then there is nothing to correct, or to take.
    while killed < kills or len(world.corrected) <= kills / 5 or len(world.taken) <= kills / 50:
        world.arrive()
        if world.random.random() < 1 / 3:
            world.correct()
        killed += not world.run(kill_after=world.random.uniform(0, longest))
        world.tick()
        if world.random.random() < 1 / 20:
            # Undisturbed for once, and then the database is lost.
            world.run()
            world.lose_database()
            world.tick()
    verdict = world.finish()
    assert verdict.clean, verdict
    same_bytes_again(world)


def test_the_naive_order_of_operations_fails_the_same_harness(tmp_path: Path) -> None:
    world = World(tmp_path, publish_naively, seed=seed(20261123))
    for turn in range(50):
        world.arrive()
        # A run in between that nobody disturbs, as most runs are.
        world.run(kill_after=world.random.uniform(0, 0.2) if turn % 4 else None)
        world.tick()
    verdict = world.finish()
    assert verdict.lost, "what came back-dated falls out of a date window"
    assert not verdict.clean


def typical_seconds(tmp_path: Path) -> float:
    """How long one publish takes here, so that kills fall all over it."""
    import time  # noqa: PLC0415

    world = World(tmp_path / "typical", properly, seed=seed(0))
    world.arrive()
    began = time.monotonic()
    assert world.run()
    seconds = time.monotonic() - began
    world.lose_database()
    return 1.2 * seconds


def same_bytes_again(world: World) -> None:
    """Rendering a record gives the very bytes that the consumer got."""
    by_manifest = {(folder / MANIFEST).read_bytes(): folder for folder in world.taken}
    templates = load_templates(world.home)
    for path in sorted(world.home.records.iterdir()):
        record = load_record(path.read_bytes(), place=path.name, number=int(path.stem))
        made = render_folder(record.issue, templates)
        folder = by_manifest.pop(made.manifest)
        assert {name: (folder / name).read_bytes() for name in made.files} == made.files
    assert not by_manifest
