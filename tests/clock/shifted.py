"""Runs the real program while the machine's clock shows what a test wants.

    python shifted.py HOME INSTANT... -- schedule --wake 0.02

The clock runs on from the first instant and hops to the next as soon as the program has left two
signs of life of this one, so that nothing depends on how fast the machine is: what left the first
may have begun before the hop, what left the second saw this instant from end to end. After the last
one the process sends itself SIGTERM. For a program that ends by itself the clock stands still.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import time_machine

from msnewsletter.cli import main

A_WHILE = timedelta(minutes=2)


def hop(traveller: time_machine.Traveller, beat: Path, instants: list[datetime]) -> None:
    for instant in instants:
        traveller.move_to(instant, tick=True)
        first = next_beat(beat, instant, after=None)
        next_beat(beat, instant, after=first)
    os.kill(os.getpid(), signal.SIGTERM)


def next_beat(beat: Path, instant: datetime, *, after: datetime | None) -> datetime:
    """Wait for a sign of life of an instant, another one than `after`."""
    while True:
        seen = last_beat(beat)
        if seen and instant <= seen < instant + A_WHILE and seen != after:
            return seen
        time.sleep(0.002)


def last_beat(beat: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(beat.read_bytes())["beat"])
    except FileNotFoundError:
        return None


def run() -> None:
    home, *instants = sys.argv[1 : sys.argv.index("--")]
    words = sys.argv[sys.argv.index("--") + 1 :]
    moments = [datetime.fromisoformat(text) for text in instants]
    stays = "--wake" in words
    with time_machine.travel(moments[0], tick=stays) as traveller:
        if stays:
            beat = Path(home) / "var" / "clock.json"
            threading.Thread(target=hop, args=(traveller, beat, moments), daemon=True).start()
        main(["--home", home, *words])


run()
