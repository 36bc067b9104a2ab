"""A whole mailing into smtp-sink: ledger, journals and sender together, against several peers.

Run by `make bench`; needs Debian's postfix for smtp-sink and smtp-source, of which nothing else is
started, npm for nodemailer, and PyPI for the newsletters. The newsletter's mail has 41 kB. Memory
is the largest resident size of the process that delivers.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import peer_programs
import send
from measure import (
    Benchmark,
    Measured,
    PeerMissingError,
    Promise,
    at_most,
    ratio_at_least,
    ratio_at_most,
)
from peer_programs import python, version

from msnewsletter.delivery.send_journal import boot_id
from msnewsletter.delivery.send_worker import SendPlan
from msnewsletter.delivery.smtp import Server
from msnewsletter.delivery.windows import SendWindows
from msnewsletter.publisher.delivering.issue_mail import IssueMail
from msnewsletter.publisher.delivering.mailing_run import (
    MailingRun,
    Postmark,
    RunTools,
    StopRequest,
)
from msnewsletter.store.location import DatabaseLocation
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers
from msnewsletter.store.subscribers.subscriber_tables import SUBSCRIBERS
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition
from msnewsletter.subscribers.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from multiprocessing.connection import Connection

    from measure import Run, Wanted

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
# Bytes of a reader's message; the dialogue around it adds some 200.
WIRE = sum(map(len, send.filled(1)))
POOL = """
const nodemailer = require(process.argv[1]);
const [port, messages, size] = process.argv.slice(2).map(Number);
const line = 'A line of a message, as long as lines of quoted-printable text usually are.\\r\\n';
const text = line.repeat(size / line.length);
const transport = nodemailer.createTransport({
  host: '127.0.0.1', port, pool: true, maxConnections: 10,
  maxMessages: Infinity, ignoreTLS: true });
const all = [];
for (let n = 0; n < messages; n++)
  all.push(
    transport.sendMail({ from: 'b@news.test', to: `r${n}@in.test`, subject: 'Hello', text }));
Promise.all(all).then(() => transport.close());
"""


def promises(run: Run) -> dict[str, Promise]:
    """What a mailing must do, and what it may cost."""
    readers, large = _readers(run), _large(run)
    mailing = f"a mailing to {readers:,} readers, 41 kB each, ledger and journals, 10 connections"
    return {
        "source": _rate(mailing, ratio_at_least(0.8), "postfix's smtp-source, no ledger"),
        "naive": _rate(mailing, ratio_at_least(25), "a template, a message, a connection for each"),
        "nodemailer": _rate(mailing, ratio_at_least(5), "nodemailer's pool of 10"),
        "museletter": _rate(
            mailing, ratio_at_least(5), f"museletter {version('museletter')}, spared the sending"
        ),
        "nuntius": _rate(mailing, ratio_at_least(5), f"nuntius {version('nuntius')} on SQLite"),
        "cpu": Promise(
            name="what 1,000 readers cost: processor",
            unit="s",
            wanted=at_most(1),
            peer="smtp-source, no ledger",
        ),
        "bytes": Promise(name="what 1,000 readers cost: mail of 41 kB", unit="MB", wanted=None),
        "ledger": Promise(
            name="what 1,000 readers cost: subscribers, ledger and journals on the disk",
            unit="MB",
            wanted=at_most(1),
        ),
        "enqueue": Promise(
            name=f"a mailing to {large:,} readers is fixed", unit="s", wanted=at_most(3)
        ),
        "memory": Promise(
            name=f"memory while delivering to {large:,} readers",
            unit="MB",
            wanted=at_most(100),
            peer=f"to {readers:,}",
        ),
        "memory growth": Promise(
            name=f"the same, for {large // readers} times the readers",
            unit="MB",
            wanted=ratio_at_most(1.2),
            peer=f"to {readers:,}",
        ),
    }


def _rate(name: str, wanted: Wanted, peer: str) -> Promise:
    return Promise(name=name, unit="a second", wanted=wanted, peer=peer)


def _readers(run: Run) -> int:
    return run.size(short=10_000, full=20_000)


def _large(run: Run) -> int:
    return run.size(short=200_000, full=1_000_000)


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """A mailing by turns with smtp-source; then the other peers, each on as much as it can do."""
    for program in ("smtp-sink", "smtp-source"):
        peer_programs.debian(program, "postfix")
    readers = _readers(run)
    with send.sink() as port:
        turns = [(deliver(port, readers), source(port, readers)) for _ in range(3)]
        ours = tuple(one.rate for one, _ in turns)
        figures = tuple(one.rate for _, one in turns)
        yield Measured(promise=promised["source"], ours=ours, theirs=figures)
        yield from _cost(promised, [one for one, _ in turns], [one for _, one in turns])
        large = deliver(port, _large(run), most=readers)
        yield Measured(promise=promised["enqueue"], ours=(large.enqueued,))
        memory = (turns[0][0].memory,)
        for name in ("memory", "memory growth"):
            yield Measured(promise=promised[name], ours=(large.memory,), theirs=memory)
        few = readers // 50
        slow = tuple(send.once(lambda: send.naive(port, few), few) for _ in turns)
        yield Measured(promise=promised["naive"], ours=ours, theirs=slow)
        yield from _newsletters(run, promised, ours, port)


def _newsletters(
    run: Run, promised: Mapping[str, Promise], ours: tuple[float, ...], port: int
) -> Iterator[Measured]:
    """The peers that must be installed; one that is missing does not keep the others from it."""
    missing = []
    for name, peer in {"nodemailer": node, "museletter": museletter, "nuntius": nuntius}.items():
        try:
            found = tuple(peer(port, run) for _ in ours)
        except PeerMissingError as error:
            missing.append(f"{name}: {error}")
        else:
            yield Measured(promise=promised[name], ours=ours, theirs=found)
    if missing:
        raise PeerMissingError("; ".join(missing))


def _cost(
    promised: Mapping[str, Promise], ours: list[Delivered], theirs: list[Source]
) -> Iterator[Measured]:
    yield Measured(
        promise=promised["cpu"],
        ours=tuple(1000 * one.cpu for one in ours),
        theirs=tuple(1000 * one.cpu for one in theirs),
    )
    yield Measured(promise=promised["bytes"], ours=(WIRE / 1000,))
    yield Measured(promise=promised["ledger"], ours=tuple(one.disk / 1000 for one in ours))


class Source(NamedTuple):
    """What smtp-source did: messages a second, and seconds of the processor for one."""

    rate: float
    cpu: float


def source(port: int, messages: int) -> Source:
    """Have smtp-source send so many."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = send.once(lambda: send.smtp_source(port, messages), messages)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Source(rate, cpu / messages)


class Delivered(NamedTuple):
    """What a mailing did.

    Attributes:
        rate: messages a second.
        cpu: seconds of the processor for a message, of the process that delivers.
        memory: megabytes, its peak.
        enqueued: seconds until all deliveries were in the ledger.
        elapsed: seconds of delivering.
        disk: bytes a subscriber, of the database and the journals, when the last mail was sent.
    """

    rate: float
    cpu: float
    memory: float
    enqueued: float
    elapsed: float
    disk: float


def deliver(port: int, subscribers: int, *, most: int | None = None) -> Delivered:
    """One mailing (the first `most`) in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        here, there = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        child = context.Process(
            target=_deliver, args=(there, Path(folder), port, subscribers, most)
        )
        child.start()
        # So that a child that fails ends this, too.
        there.close()
        found: Delivered = here.recv()
        child.join()
    return found


def _deliver(
    answer: Connection, folder: Path, port: int, subscribers: int, most: int | None
) -> None:
    location = DatabaseLocation(shown="s", path=folder / "subscribers.db", tables=SUBSCRIBERS)
    fill = multiprocessing.get_context("spawn").Process(target=_fill, args=(folder, subscribers))
    fill.start()
    fill.join()
    with open_subscribers(location) as store:
        began = time.perf_counter()
        mailing = store.enqueue(1, manifest="m", at=NOW)
        enqueued = time.perf_counter() - began
        stop = StopRequest()
        tools = _tools(store, folder, port, stop, _stopping(stop, most))
        run = MailingRun(mailing, _mail(), tools)
        began, cpu = time.perf_counter(), time.process_time()
        run.run()
        elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
        sent = store.balance(1)[DeliveryState.SENT]
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send(
        Delivered(sent / elapsed, cpu / sent, memory, enqueued, elapsed, size / subscribers)
    )


def _stopping(stop: StopRequest, most: int | None) -> Callable[[int], None]:
    def progress(settled: int) -> None:
        if most is not None and settled >= most:
            stop.request()

    return progress


def _mail() -> IssueMail:
    return IssueMail(manifest="m", parts=dict.fromkeys(SubscribedEdition, send.PARTS))


def _tools(
    store: SubscriberStore,
    folder: Path,
    port: int,
    stop: StopRequest,
    progress: Callable[[int], None],
) -> RunTools:
    journals = folder / "journals"
    journals.mkdir()
    return RunTools(
        store=store,
        plan=SendPlan(
            server=Server(host="127.0.0.1", port=port, security="none"),
            journals=journals,
            boot=boot_id(),
            connections=10,
        ),
        windows=SendWindows(),
        postmark=Postmark(
            tokens=Tokens(b"k" * 32), secret=b"k" * 32, verp=None, sender="b@news.test"
        ),
        journal="journals",
        now=lambda: NOW,
        monotonic=time.monotonic,
        may_send=lambda _: True,
        stop=stop,
        progress=progress,
        mark=lambda: None,
    )


def _fill(folder: Path, subscribers: int) -> None:
    """Subscribers who have confirmed; in a process of its own, for its memory."""
    location = DatabaseLocation(shown="s", path=folder / "subscribers.db", tables=SUBSCRIBERS)
    at = NOW.isoformat(timespec="microseconds")
    open_subscribers(location).close()
    with closing(sqlite3.connect(folder / "subscribers.db")) as connection, connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO subscribers (handle, typed, mailbox, key, state, edition, since, created, "
            "soft_bounces) SELECT printf('h%011d', i), '', i || '@in.test', i || '@in.test', "
            "'confirmed', 'full', ?, ?, 0 FROM n",
            (subscribers, at, at),
        )


def node(port: int, run: Run) -> float:
    """Messages a second of the pool of ten connections that nodemailer's documentation shows."""
    module = peer_programs.npm("nodemailer") / "node_modules" / "nodemailer"
    messages = run.size(short=1_000, full=4_000)
    numbers = [str(number) for number in (port, messages, send.SIZE)]
    words = ["node", "-e", POOL, str(module), *numbers]
    return send.once(lambda: subprocess.run(words, check=True, capture_output=True), messages)


def museletter(_: int, run: Run) -> float:
    """Messages a second of museletter's loop."""
    return _newsletter("museletter", [], run)


def nuntius(port: int, run: Run) -> float:
    """Messages a second of nuntius' worker."""
    return _newsletter("nuntius", [str(port)], run)


def _newsletter(name: str, words: list[str], run: Run) -> float:
    readers = run.size(short=300, full=2_000)
    script = peer_programs.HERE / "peers" / f"{name}_peer.py"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python(name), str(script), *words, str(readers), str(send.SIZE), folder],
            check=True,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(script.parent)},
        )
    return readers / float(done.stdout)


BENCHMARK = Benchmark(name="deliver", promises=promises, measure=measure)
