"""A mailing by one, two and four worker processes into smtp-sink, against smtp-source.

Run by `make bench`; needs Debian's postfix for smtp-sink and smtp-source, of which nothing else is
started, and PostgreSQL's initdb. The mail has 41 kB; each worker has two lanes with five
connections each, and a home of its own. Measured is from the moment at which the mailing is
enqueued until the ledger has all as sent.

All is on one machine: where workers, database and sink have no core of their own each, more workers
only share what there is, and the row of busy cores says so. What more workers bring is measured
with a mail server that is 40 ms away, where a worker waits and leaves cores free.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import peer_programs
import send
from measure import Benchmark, Measured, PeerMissingError, Promise, ratio_at_least

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import cluster
from msnewsletter.cluster.job_queue import defer
from msnewsletter.cluster.queue_schema import prepare_queue
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.subscribers import ForWorkers
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition
from workers import Shared, shared_newsletter, subscribe_many

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run

    from msnewsletter.home import Home

_SETTINGS = "workers = true\nconnections = 5"
_LOOK = 0.05  # seconds
_LISTENING = 3.0  # seconds until a worker that was started listens, with room to spare
_TURNS = 3
_TICKS = os.sysconf("SC_CLK_TCK")  # of /proc/stat in a second


def promises(run: Run) -> dict[str, Promise]:
    """What more workers must bring, on one machine."""
    mailing = f"a mailing to {_messages(run):,} readers, 41 kB each, PostgreSQL"
    source = "postfix's smtp-source, no ledger"
    return {
        "one": Promise(
            name=f"{mailing}, 1 worker",
            unit="a second",
            wanted=ratio_at_least(0.5),
            peer=source,
        ),
        "two": Promise(
            name=f"{mailing}, 2 workers",
            unit="a second",
            wanted=ratio_at_least(0.5),
            peer=source,
        ),
        "more": Promise(
            name="the same, against 1 worker", unit="a second", wanted=None, peer="1 worker"
        ),
        "cores": Promise(
            name=f"cores of {os.cpu_count()} that are busy meanwhile with 1 worker",
            unit="cores",
            wanted=None,
        ),
        "far": Promise(
            name=f"a mailing to {_far_messages(run):,} readers, 40 ms of round trip, 2 workers",
            unit="a second",
            wanted=ratio_at_least(1.5),
            peer="1 worker",
        ),
        "four": Promise(name=f"{mailing}, 4 workers", unit="a second", wanted=None, peer=source),
    }


def _messages(run: Run) -> int:
    return run.size(short=20_000, full=100_000)


def _far_messages(run: Run) -> int:
    # Whole rounds of chunks of 500 for both: two lanes of one worker, four of two.
    return run.size(short=4_000, full=10_000)


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Mailings by turns with smtp-source."""
    for program in ("smtp-sink", "smtp-source"):
        peer_programs.debian(program, "postfix")
    programs = cluster.find_initdb()
    if programs is None:
        raise PeerMissingError("PostgreSQL is not installed: apt-get install postgresql")
    messages = _messages(run)
    with (
        closing(cluster.running(programs.parent)) as started,  # type: ignore[type-var]
        send.sink() as port,
    ):
        server = next(started)
        os.environ[ADDRESS] = server.url()
        turns = [
            (
                send.once(lambda: send.smtp_source(port, messages), messages),
                *(measured(server, port, number, messages) for number in (1, 2, 4)),
            )
            for _ in range(_TURNS)
        ]
        few = _far_messages(run)
        with send.relay(port) as far:
            distant = [
                tuple(measured(server, far, number, few).rate for number in (1, 2))
                for _ in range(_TURNS)
            ]
    source, one, two, four = zip(*turns, strict=True)
    rates = {number: tuple(found.rate for found in turn) for number, turn in ((1, one), (2, two))}
    yield Measured(promise=promised["one"], ours=rates[1], theirs=source)
    yield Measured(promise=promised["two"], ours=rates[2], theirs=source)
    yield Measured(promise=promised["more"], ours=rates[2], theirs=rates[1])
    yield Measured(promise=promised["cores"], ours=tuple(found.cores for found in one))
    yield Measured(
        promise=promised["four"], ours=tuple(found.rate for found in four), theirs=source
    )
    alone, both = zip(*distant, strict=True)
    yield Measured(promise=promised["far"], ours=both, theirs=alone)


class Mailing(NamedTuple):
    """What was seen of a mailing: messages a second, and how many cores were busy meanwhile."""

    rate: float
    cores: float


def measured(server: cluster.Cluster, port: int, number: int, messages: int) -> Mailing:
    """One mailing by that many workers."""
    server.empty()
    sink: Any = SimpleNamespace(host="127.0.0.1", port=port)
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        letter = shared_newsletter(Path(folder), sink, deliver=_SETTINGS)
        subscribe_many(letter, server, messages)
        homes = [letter.worker_home(Path(folder, str(one))) for one in range(number)]
        with running(homes), letter.store() as store:
            while len(store.workers()) < number:
                time.sleep(_LOOK)
            # A worker is listed before it listens for jobs: one that misses the first looks again
            # after five seconds.
            time.sleep(_LISTENING)
            enqueue(letter)
            began, busy = time.perf_counter(), busy_seconds()
            while store.balance(1)[DeliveryState.SENT] < messages:
                time.sleep(_LOOK)
            elapsed = time.perf_counter() - began
            return Mailing(messages / elapsed, (busy_seconds() - busy) / elapsed)


def busy_seconds() -> float:
    """Seconds of all cores in which they did anything, proc(5): /proc/stat, its first line."""
    fields = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle, waiting = fields[3:5]
    return (sum(fields) - idle - waiting) / _TICKS


@contextmanager
def running(homes: list[Home]) -> Iterator[None]:
    """The workers of these homes, for as long as the block runs."""
    words = [sys.executable, "-m", "msnewsletter", "--home"]
    processes = [
        subprocess.Popen([*words, str(home.root), "worker"], stderr=subprocess.DEVNULL)
        for home in homes
    ]
    try:
        yield
    finally:
        for one in processes:
            one.terminate()
        for one in processes:
            one.wait()


def enqueue(letter: Shared) -> None:
    """The mail of bench/send.py to everybody."""
    mails = dict.fromkeys(SubscribedEdition, send.MERGE)
    with letter.store() as store:
        prepare_queue(store)
        given = ForWorkers(mails=mails, hand_out=defer)
        store.enqueue(1, manifest="m", at=letter.now, for_workers=given)


BENCHMARK = Benchmark(name="workers", promises=promises, measure=measure)
