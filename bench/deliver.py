"""A whole mailing into smtp-sink: ledger, journals and sender together, against several peers.

Run by `make bench`; needs Debian's postfix for smtp-sink and smtp-source, of which nothing else is
started, npm for nodemailer, and PyPI for the newsletters. The newsletter's mail has 41 kB. Memory
is the largest resident size of the process that delivers.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
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
from one_mailing import Delivered
from peer_programs import python, version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run, Wanted

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


def deliver(port: int, subscribers: int, *, most: int | None = None) -> Delivered:
    """One mailing (the first `most`) in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, str(peer_programs.HERE / "one_mailing.py"), folder]
        numbers = [str(number) for number in (port, subscribers, most or subscribers)]
        done = subprocess.run(words + numbers, check=True, capture_output=True, text=True)
    return Delivered(**json.loads(done.stdout))


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
