"""Sending 41 kB messages into smtp-sink: ours against smtp-source, the naive loop, and threads.

Run by `make bench`; needs Debian's postfix, of which nothing is started but smtp-sink and
smtp-source. The 40 ms of round trip are by a relay of this process's child, which holds back what
it passes on for 20 ms each way. The last, for root alone, is into a whole postfix that has each
message in its queue, on the disk of TMPDIR, before it takes it, and then throws it away.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import peer_programs
from jinja2 import Template
from measure import Benchmark, Measured, PeerMissingError, Promise, by_turns, ratio_at_least

from msnewsletter.delivery.send_journal import boot_id
from msnewsletter.delivery.send_outcomes import Accepted
from msnewsletter.delivery.send_plan import SendPlan
from msnewsletter.delivery.send_pool import SendPool
from msnewsletter.delivery.smtp import Server
from msnewsletter.delivery.transaction import Outgoing
from msnewsletter.delivery.windows import SendWindows
from msnewsletter.delivery.wire_parts import wire_parts
from msnewsletter.render.mail.mailmerge import split_merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from measure import Run, Wanted

SIZE = 41_000
DELAY = 0.02  # seconds, each way
LINE = b"A line of a message, as long as lines of quoted-printable text usually are.\r\n"
BLOCK = LINE * (SIZE // len(LINE) // 4)
MERGE = (
    b"To: %%ADDRESS-1a2b3c4d%%\r\nMessage-ID: <%%MESSAGE_ID-1a2b3c4d%%@news.test>\r\n\r\n"
    + (BLOCK + b"https://news.test/unsubscribe/%%TOKEN-1a2b3c4d%%\r\n") * 4
)
TEXT = BLOCK.decode().replace("usually", "généralement")
TEMPLATE = Template("{{ text }}\n<p>For {{ name }}</p>\n")
PARTS = wire_parts(split_merge(MERGE))


def promises(run: Run) -> dict[str, Promise]:
    """What the sender alone must do."""
    kept = "messages of 41 kB filled and sent, 10 connections, no ledger"
    many = f"{_messages(run):,} {kept}"
    return {
        "source": _promise(many, ratio_at_least(0.8), "postfix's smtp-source"),
        "naive": _promise(many, ratio_at_least(25), "a template, a message, a connection for each"),
        "threads": _promise(
            "the same with 50 connections and 40 ms of round trip",
            ratio_at_least(3),
            "threads with smtplib",
        ),
        "queue": _promise(
            "the same into a postfix with its queue on the disk, 10 connections",
            ratio_at_least(0.8),
            "postfix's smtp-source",
        ),
    }


def _promise(name: str, wanted: Wanted, peer: str) -> Promise:
    return Promise(name=name, unit="a second", wanted=wanted, peer=peer)


def _messages(run: Run) -> int:
    return run.size(short=5_000, full=10_000)


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Each by turns with its peer."""
    for program in ("smtp-sink", "smtp-source"):
        peer_programs.debian(program, "postfix")
    many = _messages(run)
    few = max(100, many // 50)
    with sink() as port:
        ours, theirs = by_turns(
            lambda: once(lambda: pool(port, many, connections=10), many),
            lambda: once(lambda: smtp_source(port, many), many),
            turns=3,
        )
        yield Measured(promise=promised["source"], ours=ours, theirs=theirs)
        slow = tuple(once(lambda: naive(port, few), few) for _ in ours)
        yield Measured(promise=promised["naive"], ours=ours, theirs=slow)
        with relay(port) as far:
            ours, theirs = by_turns(
                lambda: once(lambda: pool(far, many // 2, connections=50), many // 2),
                lambda: once(lambda: threads(far, many // 2, connections=50), many // 2),
                turns=3,
                warm_up=0,
            )
        yield Measured(promise=promised["threads"], ours=ours, theirs=theirs)
    if os.getuid() != 0:
        raise PeerMissingError("only root can start a postfix of its own")
    yield into_queue(promised["queue"], many // 5)


def into_queue(promise: Promise, messages: int) -> Measured:
    """Into a whole postfix: by turns, so that both meet the same disk."""
    # Here, for it brings pytest: bench/deliver.py, which uses this module, measures memory.
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from peers.postfix import DOMAIN, postfix  # noqa: PLC0415

    with postfix(settings={"virtual_transport": "discard"}) as server:

        def settled(work: Callable[[], object]) -> float:
            found = once(work, messages)
            server.settle()
            return found

        ours, theirs = by_turns(
            lambda: settled(lambda: pool(server.port, messages, 10, DOMAIN)),
            lambda: settled(lambda: smtp_source(server.port, messages, DOMAIN)),
            turns=3,
            warm_up=0,
        )
    return Measured(promise=promise, ours=ours, theirs=theirs)


def once(work: Callable[[], object], messages: int) -> float:
    """Messages a second."""
    began = time.perf_counter()
    work()
    return messages / (time.perf_counter() - began)


# ── senders ──────────────────────────────────────────────────────────────────────────────────────


def smtp_source(port: int, messages: int, domain: str = "in.test") -> None:
    """The measure: C, one process, ten sessions that are kept."""
    subprocess.run(
        f"smtp-source -d -s 10 -m {messages} -l {SIZE} -f b@news.test -t r@{domain} "
        f"inet:127.0.0.1:{port}".split(),
        check=True,
    )


def naive(port: int, messages: int) -> None:
    """What one writes first: a template, an EmailMessage and a connection for each reader."""
    for number in range(messages):
        message = EmailMessage()
        message["From"], message["To"] = "b@news.test", f"r{number}@in.test"
        message["Subject"] = "Hello"
        message.set_content(TEMPLATE.render(text=TEXT, name=number))
        message.add_alternative(TEMPLATE.render(text=TEXT * 3, name=number), subtype="html")
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.send_message(message)


def threads(port: int, messages: int, *, connections: int) -> None:
    """Threads with smtplib: filled bytes, kept connections, no pipelining."""
    numbers = count(1)

    def work() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.ehlo()
            while (number := next(numbers)) <= messages:
                body = b"".join(filled(number))
                smtp.mail("b@news.test")
                smtp.rcpt(f"r{number}@in.test")
                smtp.docmd("DATA")
                smtp.send(body + b".\r\n")
                smtp.getreply()

    with ThreadPoolExecutor(connections) as workers:
        for done in [workers.submit(work) for _ in range(connections)]:
            done.result()


def pool(port: int, messages: int, connections: int, domain: str = "in.test") -> None:
    """Ours, with journals on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        plan = SendPlan(
            server=Server(host="127.0.0.1", port=port, security="none"),
            journals=Path(folder),
            boot=boot_id(),
            connections=connections,
        )
        sending = SendPool(plan, SendWindows(), now=time.monotonic)
        accepted = sum(
            isinstance(one, Accepted)
            for batch in sending.run(outgoing(messages, domain))
            for one in batch.outcomes
        )
    if accepted != messages:
        sys.exit(f"only {accepted} of {messages} were accepted")


def outgoing(messages: int, domain: str) -> Iterator[Outgoing]:
    """The deliveries."""
    for number in range(1, messages + 1):
        recipient = f"r{number}@{domain}"
        yield Outgoing(
            id=number, sender=f"b{number}@news.test", recipient=recipient, parts=filled(number)
        )


def filled(number: int) -> tuple[bytes, ...]:
    """The message of one reader."""
    return PARTS.filled(
        address=f"r{number}@in.test", message_id=f"m{number}", token=f"token{number}"
    )


# ── servers ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink, which takes everything and keeps nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"]) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()


@contextmanager
def relay(port: int) -> Iterator[int]:
    """What passes bytes on, later."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        far = free.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=passing, args=(far, port))
    process.start()
    try:
        wait_for(far)
        yield far
    finally:
        process.terminate()
        process.join()


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return


def passing(far: int, port: int) -> None:
    """Pass bytes on between two ports, each as late as it came early."""

    async def one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while came := await reader.read(262144):
            loop.call_later(DELAY, writer.write, came)
        loop.call_later(DELAY, writer.close)

    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(one_way(reader, back), one_way(there, writer))

    async def serve() -> None:
        server = await asyncio.start_server(both, "127.0.0.1", far)
        await server.serve_forever()

    asyncio.run(serve())


BENCHMARK = Benchmark(name="send", promises=promises, measure=measure)
