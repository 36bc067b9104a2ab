"""One-click unsubscribes at the public door: 1,000 a second for 10 seconds, and as many as it can.

`serve` runs as a process of its own, with its database in the folder for temporary files (TMPDIR).
Each request is another subscriber's, on one of 64 kept connections. In the end the database is
asked whether all of them have left. The client shares the machine with the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from statistics import quantiles
from typing import TYPE_CHECKING

import uvloop
from measure import Benchmark, Measured, Promise, at_most
from sqlalchemy import insert

from msnewsletter.home import Home
from msnewsletter.publisher.init_home import init_samples
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.store.subscribers.subscriber_tables import subscribers
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState
from msnewsletter.subscribers.tokens import Purpose, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from measure import Run

    from msnewsletter.store.subscribers import SubscriberStore

RATE, SECONDS, CONNECTIONS = 1_000, 10, 64
BODY = b"List-Unsubscribe=One-Click"
HEAD = (
    b"POST /unsubscribe/%b HTTP/1.1\r\nHost: notes.example.org\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\n\r\n" + BODY
)
DOOR = '\n[smtp]\nhost = "127.0.0.1"\nsecurity = "none"\n\n[subscribe]\n'


@dataclass
class Load:
    """What came of the requests: seconds that each took, and answers that were none."""

    took: list[float] = field(default_factory=list)
    failed: int = 0


def made_home(root: Path) -> Home:
    """A home with a door."""
    home = Home(root)
    init_samples(home, sandbox=False)
    home.settings.write_text(home.settings.read_text() + DOOR)
    home.var.mkdir(exist_ok=True)
    return home


def tokens_of(store: SubscriberStore, count: int) -> list[bytes]:
    """The unsubscribe tokens of so many new subscribers."""
    at = datetime.now(UTC)
    handles = [secrets.token_urlsafe(9) for _ in range(count)]
    rows = [
        {
            "handle": handle,
            "typed": f"{handle}@example.org",
            "mailbox": f"{handle}@example.org",
            "key": f"{handle}@example.org",
            "state": SubscriberState.CONFIRMED,
            "edition": SubscribedEdition.FULL,
            "since": at,
            "created": at,
        }
        for handle in handles
    ]
    with store._transaction() as connection:  # noqa: SLF001  (one by one would take minutes)
        connection.execute(insert(subscribers), rows)
    tokens = Tokens(store.secret())
    return [tokens.make(Purpose.UNSUBSCRIBE, handle, at=at).encode() for handle in handles]


@contextlib.contextmanager
def served(home: Home) -> Iterator[int]:
    """The port of `serve`, as a process of its own."""
    command = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "serve", "--port=0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout  # noqa: S101  (it is a pipe)
        said = process.stdout.readline()
        try:
            found = re.search(r":(\d+)/", said)
            if found is None:
                raise SystemExit(said)
            port = int(found[1])
            # It listens before it answers.
            with contextlib.closing(HTTPConnection("127.0.0.1", port)) as asking:
                asking.request("GET", "/healthz")
                asking.getresponse().read()
            yield port
        finally:
            process.terminate()


async def sent(port: int, tokens: list[bytes], *, rate: float | None) -> Load:
    """Send a request for each token, at a rate or as quickly as they are answered."""
    load, waiting = Load(), asyncio.Queue[tuple[bytes, float]]()
    workers = [asyncio.create_task(_worker(port, waiting, load)) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    for number, token in enumerate(tokens):
        if rate:
            due = begun + number / rate
            if (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            waiting.put_nowait((token, due))
        else:
            waiting.put_nowait((token, 0.0))
    await waiting.join()
    for worker in workers:
        worker.cancel()
    return load


async def _worker(port: int, waiting: asyncio.Queue[tuple[bytes, float]], load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        token, due = await waiting.get()
        begun = due or time.perf_counter()
        writer.write(HEAD % token)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        load.took.append(time.perf_counter() - begun)
        load.failed += not head.startswith(b"HTTP/1.1 200 ")
        waiting.task_done()


def measured(port: int, tokens: list[bytes], *, rate: float | None) -> tuple[Load, float]:
    """The load, and how many requests a second it was."""
    begun = time.perf_counter()
    load = uvloop.run(sent(port, tokens, rate=rate))
    return load, len(load.took) / (time.perf_counter() - begun)


def promises(_: Run) -> dict[str, Promise]:
    """What the door must bear."""
    paced = f"{RATE:,} one-click unsubscribes a second for {SECONDS} s"
    return {
        "failed": Promise(name=f"{paced}: answers that failed", unit="answers", wanted=at_most(0)),
        "lost": Promise(
            name=f"{paced}, and as many at once: readers not unsubscribed in the end",
            unit="readers",
            wanted=at_most(0),
        ),
        "slow": Promise(name=f"{paced}: the 99th of 100 answers", unit="ms", wanted=None),
        "rate": Promise(
            name=f"{RATE * SECONDS:,} at once: unsubscribed", unit="a second", wanted=None
        ),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Both loads, and whether all have left."""
    home = made_home(run.folder / "home")
    place = subscribers_at(home, load_settings(home.settings))
    count = RATE * SECONDS
    with open_subscribers(place) as store:
        first, second = (tokens_of(store, count) for _ in range(2))
        with served(home) as port:
            load, _ = measured(port, first, rate=RATE)
            yield Measured(promise=promised["failed"], ours=(load.failed,))
            slow = 1000 * quantiles(load.took, n=100)[98]
            yield Measured(promise=promised["slow"], ours=(slow,))
            _, found = measured(port, second, rate=None)
            yield Measured(promise=promised["rate"], ours=(found,))
        left = store.count_subscribers()
    done = left.get((SubscriberState.UNSUBSCRIBED, SubscribedEdition.FULL), 0)
    yield Measured(promise=promised["lost"], ours=(2 * count - done,))


BENCHMARK = Benchmark(name="door", promises=promises, measure=measure)
