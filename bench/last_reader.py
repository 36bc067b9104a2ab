"""From the slot to the last reader: `run` publishes an issue at its time and mails it to everybody.

Run by `make bench`; waits for the next minute but one. The mail goes into postfix's smtp-sink, and
its smtp-source then sends it as many messages of the same size.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import peer_programs
import send
from archives import write_study
from measure import Benchmark, Measured, Promise, at_most, program_cost

from clock import BERLIN, scheduled, start, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from measure import Run

    from msnewsletter.home import Home

WAKE = 1  # seconds
CONNECTIONS = 10
PATIENCE = 300  # seconds after the slot


def _readers(run: Run) -> int:
    # More than 5,000 for the first time needs a person.
    return run.size(short=2_000, full=5_000)


def promises(run: Run) -> dict[str, Promise]:
    """How late an issue may be."""
    return {
        "published": Promise(
            name=f"from the slot to the finished issue, 8 studies, waking every {WAKE} s",
            unit="s",
            wanted=at_most(WAKE + 2),
        ),
        "last": Promise(
            name=f"from the slot to the last of {_readers(run):,} readers, waking every {WAKE} s",
            unit="s",
            wanted=at_most(10),
            peer="smtp-source, as many messages",
        ),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Once, for a slot is a whole minute."""
    for program in ("smtp-sink", "smtp-source"):
        peer_programs.debian(program, "postfix")
    readers = _readers(run)
    with send.sink() as port:
        slot = (datetime.now(BERLIN) + timedelta(seconds=90)).replace(second=0, microsecond=0)
        home = _home(run.folder, port, readers, slot)
        process = start(home, wake=WAKE)
        try:
            published = _seconds(slot, lambda: _published(home))
            last = _seconds(slot, lambda: _sent(home) == readers)
        finally:
            stop(process)
        yield Measured(promise=promised["published"], ours=(published,))
        theirs = readers / send.once(lambda: send.smtp_source(port, readers), readers)
        yield Measured(promise=promised["last"], ours=(last,), theirs=(theirs,))


def _home(folder: Path, port: int, readers: int, slot: datetime) -> Home:
    """A home that publishes 8 studies at the slot, and mails them to so many."""
    home = scheduled(folder / "home", at=f"{slot:%H:%M}", day=slot.date(), sandbox=False)
    with home.settings.open("a") as settings:
        settings.write(f'\n[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        settings.write(f"\n[deliver]\nautomatic = true\nconnections = {CONNECTIONS}\n")
    for number in range(8):
        write_study(home, number, slot - timedelta(days=1))
    lines = folder / "list.csv"
    lines.write_text(
        "address,state\n" + "".join(f"r{number}@in.test,confirmed\n" for number in range(readers))
    )
    words = ("subscribers", "import", str(lines), "--consent", "Send it to me.")
    program_cost(home.root, *words)
    return home


def _published(home: Home) -> bool:
    """Whether the finished folder is in the outbox, wherever delivering has moved it since."""
    return any((home.outbox / state / "0001").exists() for state in ("new", "sending", "sent"))


def _sent(home: Home) -> int:
    """How many have their mail."""
    path = home.var / "subscribers.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        query = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
        (number,) = connection.execute(query).fetchone()
    return int(number)


def _seconds(slot: datetime, done: Callable[[], bool]) -> float:
    """Seconds after the slot at which it is so.

    Raises:
        TimeoutError: it took too long.
    """
    while not done():
        if (late := (datetime.now(UTC) - slot).total_seconds()) > PATIENCE:
            raise TimeoutError(f"not done {late:.0f} s after the slot")
        time.sleep(0.02)
    return (datetime.now(UTC) - slot).total_seconds()


BENCHMARK = Benchmark(name="last-reader", promises=promises, measure=measure)
