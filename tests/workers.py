"""Workers of a newsletter that tests start: in this process, or as processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from delivering import Newsletter, newsletter, quick_seconds
from forks import ForkedProcess, forked_off, may_fork
from msnewsletter.cluster import worker as worker_module
from msnewsletter.cluster.coordinate import coordinate
from msnewsletter.cluster.lease import Periods
from msnewsletter.cluster.worker import Worker
from msnewsletter.home import Home
from msnewsletter.publisher.delivering.delivery_run import DeliveryClock, DeliveryRequest
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from patience import PATIENCE
from worker_queues import asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cluster import Cluster
    from machines import Machine
    from msnewsletter.publisher.delivering.delivery_run import Delivered
    from msnewsletter.store.subscribers import WorkerRow
    from msnewsletter.subscribers.delivery_state import Balance
    from peers.recording_server import RecordingServer

WORKERS = "workers = true\nconnections = 2"
# A test does not wait for minutes; what is asked of the order of things is not how long they take.
QUICK = Periods(
    beat=0.1,
    lease=2.0,
    margin=1.0,
    silent=1.0,
    sweep=0.1,
    look=0.1,
    first_pause=0.05,
    longest_pause=0.2,
)


@dataclass
class Shared(Newsletter):
    """A newsletter whose workers send; its database is the test's PostgreSQL."""

    def coordinate(self, named: int | None = None, *, confirmed: bool = False) -> Delivered:
        """What one look of the coordinator does."""
        request = DeliveryRequest(
            clock=DeliveryClock(now=lambda: self.now, monotonic=quick_seconds),
            stop=StopRequest(),
            named=named,
            confirmed=confirmed,
        )
        return coordinate(self.home, request)

    def worker_home(self, root: Path) -> Home:
        """Another machine: it has newsletter.toml, and nothing else."""
        root.mkdir(parents=True, exist_ok=True)
        (root / "newsletter.toml").write_bytes(self.home.settings.read_bytes())
        return Home(root)

    def balance(self, issue: int) -> Balance:
        with self.store() as store:
            return store.balance(issue)

    def workers(self) -> list[WorkerRow]:
        """All that the database knows."""
        with self.store() as store:
            return store.workers()

    def remembered(self, issue: int) -> int | None:
        """What a worker remembers of a mailing of which the ledger knows less."""
        with self.store() as store:
            mailing = store.mailing(issue)
        return mailing.remembered if mailing else None

    def until_nothing_to_do(self, issue: int) -> Balance:
        """Look until only what is in doubt is open, if anything is; returns the balance."""

        def done() -> bool:
            self.coordinate()
            return not self.balance(issue).to_do

        until(done)
        return self.balance(issue)

    def until_finished(self, issue: int) -> None:
        """Look as the clock does, until the mailing is put away."""

        def finished() -> bool:
            self.coordinate()
            with self.store() as store:
                mailing = store.mailing(issue)
            return bool(mailing and mailing.finished)

        until(finished)


def until(condition: Callable[[], bool]) -> None:
    """Look again and again until it holds; how long that takes nothing depends on."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        _NEVER.wait(0.02)


_NEVER = Event()


# The command itself, with periods that a test has time for.
_RUN = """
import json, sys
from msnewsletter.cluster import worker
from msnewsletter.cluster.lease import Periods
periods = Periods(**json.loads(sys.argv.pop()))
worker.Periods = lambda: periods
root = sys.argv.pop()
sys.argv = ["msnewsletter", "--home", root, "worker"]
from msnewsletter.cli import main
main()
"""


def shared_newsletter(root: Path, server: RecordingServer, *, deliver: str = WORKERS) -> Shared:
    made = newsletter(root, server, deliver=deliver)
    return Shared(home=made.home, now=made.now)


def subscribe_many(letter: Shared, postgresql: Cluster, count: int) -> None:
    """`reader1@example.org` and so on: in one statement, for one by one they take minutes."""
    with letter.store():
        pass  # makes the tables
    asked(
        postgresql,
        "INSERT INTO subscribers "
        "(handle, typed, mailbox, key, state, edition, since, created, soft_bounces) "
        "SELECT 'h' || lpad(i::text, 11, '0'), '', name, name, 'confirmed', 'full', "
        "now(), now(), 0 "
        "FROM (SELECT i, 'reader' || i || '@example.org' AS name "
        "FROM generate_series(1, %s) i) every",
        count,
    )


@contextmanager
def working(home: Home, *, lanes: int = 2, periods: Periods = QUICK) -> Iterator[Worker]:
    """A worker in a thread of this process, which ends in order with the block."""
    worker = Worker(home, lanes=lanes, periods=periods)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            worker.run()
        except BaseException as error:  # noqa: BLE001  (the test's thread raises it)
            failed.append(error)

    thread = Thread(target=run, name="worker")
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


@contextmanager
def worker_process(
    home: Home,
    *,
    periods: Periods = QUICK,
    machine: Machine | None = None,
    started: bool = False,
) -> Iterator[subprocess.Popen[bytes] | ForkedProcess]:
    """A worker as a process; who has not ended it meanwhile has it killed in the end.

    machine: on which it runs; None: on this one.
    started: Python is started for it; else it is forked, where that may be.
    """
    process: subprocess.Popen[bytes] | ForkedProcess
    if may_fork() and not started:
        process = _forked_worker(home, periods, machine)
    else:
        words = [sys.executable, "-c", _RUN, str(home.root), json.dumps(asdict(periods))]
        if machine:
            words = ["ip", "netns", "exec", machine.name, *words]
        process = subprocess.Popen(words, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def _forked_worker(home: Home, periods: Periods, machine: Machine | None) -> ForkedProcess:
    def before() -> None:
        worker_module.Periods = lambda: periods  # type: ignore[assignment,misc]
        if machine:
            machine.enter()

    return forked_off(["--home", str(home.root), "worker"], before=before)
