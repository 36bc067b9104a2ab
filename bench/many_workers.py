"""A mailing by one, two and four worker processes into smtp-sink, against smtp-source.

Run by `make bench-workers`; needs Debian's postfix for smtp-sink and smtp-source, of which nothing
else is started, and PostgreSQL's initdb. The mail has 41 kB; each worker has two lanes with five
connections each, and a home of its own. All on one machine: where workers, database and sink have
no core of their own each, more workers only share what there is. Measured is from the moment at
which the mailing is enqueued until the ledger has all as sent. Trust the ratios.
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
from typing import TYPE_CHECKING, Any

import send

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
    from collections.abc import Iterator

    from msnewsletter.home import Home

MESSAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
WORKERS = (1, 2, 4)
_SETTINGS = "workers = true\nconnections = 5"
_LOOK = 0.05  # seconds


def main() -> None:
    """Measure and print."""
    programs = cluster.find_initdb()
    if programs is None:
        raise SystemExit("needs PostgreSQL's initdb")
    with (
        closing(cluster.running(programs.parent)) as started,  # type: ignore[type-var]
        send.sink() as port,
    ):
        server = next(started)
        os.environ[ADDRESS] = server.url()
        few = max(MESSAGES // 100, 1)
        source = send.rate(lambda: send.smtp_source(port, MESSAGES), MESSAGES)
        naive = send.rate(lambda: send.naive(port, few), few)
        print(f"a mailing to {MESSAGES:,} subscribers, 41 kB each, on {os.cpu_count()} cores")
        print(f"{'smtp-source, no ledger':40} {source:8,.0f} a second")
        print(f"{'naive':40} {naive:8,.0f}")
        one = 0.0
        for number in WORKERS:
            rate = max(measured(server, port, number) for _ in range(2))
            one = one or rate
            ratios = f"{rate / source:.2f} of smtp-source, {rate / one:.2f} times one worker"
            print(f"{f'{number} worker processes':40} {rate:8,.0f}  {ratios}")


def measured(server: cluster.Cluster, port: int, number: int) -> float:
    """Messages a second of one mailing."""
    server.empty()
    sink: Any = SimpleNamespace(host="127.0.0.1", port=port)
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        letter = shared_newsletter(Path(folder), sink, deliver=_SETTINGS)
        subscribe_many(letter, server, MESSAGES)
        homes = [letter.worker_home(Path(folder, str(one))) for one in range(number)]
        with running(homes), letter.store() as store:
            while len(store.workers()) < number:
                time.sleep(_LOOK)
            enqueue(letter)
            began = time.perf_counter()
            while store.balance(1)[DeliveryState.SENT] < MESSAGES:
                time.sleep(_LOOK)
            return MESSAGES / (time.perf_counter() - began)


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


if __name__ == "__main__":
    main()
