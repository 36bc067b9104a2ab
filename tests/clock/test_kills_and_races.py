"""Clocks that are killed at random, and clocks that race: every slot and every summary once.

`CLOCK_KILLS` and `CLOCK_RACES` set how many there are: few, `make clock` runs a thousand.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from chance import seed
from clock.clocks import entries, scheduled_home, slots
from clock.test_loop import SLOT
from crash.world import World
from forks import child_of
from homes import write_summary
from msnewsletter.clock.loop import Clock
from msnewsletter.errors import BusyError
from msnewsletter.publisher.clock_work import publish_due

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

KILLS = int(os.environ.get("CLOCK_KILLS", "8"))
RACES = int(os.environ.get("CLOCK_RACES", "10"))
DAILY = 'every = "day"\nat = "08:00"'


def clock(home: Home, at: datetime) -> None:
    """One wake of a clock."""
    watch = Clock(home, now=lambda: at, every=None)
    watch.wake()
    watch.leave()


def test_a_clock_killed_at_every_slot_sends_every_summary_once(tmp_path: Path) -> None:
    world = World(tmp_path, clock, seed=seed(3))
    text = world.home.settings.read_text()
    section = re.compile(r"^\[schedule\]$.*?(?=^\[mail\]$)", re.MULTILINE | re.DOTALL)
    world.home.settings.write_text(section.sub(f"[schedule]\n{DAILY}\n\n", text))
    assert world.run()
    world.arrive()
    began = time.monotonic()
    world.now += timedelta(days=1)
    assert world.run()
    typical = time.monotonic() - began
    days = killed = 0
    while killed < KILLS:
        days += 1
        world.now += timedelta(days=1)
        world.arrive()
        if world.run(kill_after=world.random.uniform(0, typical)):
            typical *= 0.9  # measured while the machine was busy: the next is killed sooner
        else:
            killed += 1
        assert days <= 3 * KILLS + 50, "too few of these runs were long enough to be killed"
    verdict = world.finish()
    assert verdict.clean, verdict
    instants = [instant for instant, _, _ in slots(world.home)]
    assert len(instants) == days + 4  # one a day since the first start, two in the last days
    assert len({instant[:10] for instant in instants}) == len(instants)


def race(racers: Sequence[Callable[[], None]]) -> None:
    """Let processes begin at the same moment; all must end well."""
    starter, start = os.pipe()
    children = []
    for run in racers:

        def racer(run: Callable[[], object] = run) -> None:
            os.close(start)
            os.read(starter, 1)  # returns when the other end is closed
            run()

        children.append(child_of(racer))
    os.close(starter)
    os.close(start)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * len(racers)


def unguarded(home: Home, at: datetime) -> None:
    """What a clock does at a slot, without asking whether another one is at work."""
    with suppress(BusyError):
        publish_due(home, at=at)


@pytest.mark.parametrize(("run", "races"), [(clock, RACES), (unguarded, RACES // 5)])
def test_clocks_that_race_over_a_slot_make_one_issue(
    tmp_path: Path, run: Callable[[Home, datetime], None], races: int
) -> None:
    home = scheduled_home(tmp_path, DAILY)
    clock(home, SLOT - timedelta(hours=1))
    for number in range(races):
        write_summary(home, f"study-{number}", "2026-11-20")
        at = SLOT + timedelta(days=number)
        race([partial(run, home, at)] * 2)
        assert entries(home)[number + 1] == [f"study-{number}"]
    assert len(entries(home)) == races
    assert [outcome for _, _, outcome in slots(home)] == ["published"] * races
