"""Sending 41 kB messages into smtp-sink: ours against smtp-source, the naive loop, and threads.

Run by `make bench-send`; needs Debian's postfix (apt-get install postfix; nothing of it is started
but smtp-sink and smtp-source). All in one run, so trust the ratios. Each figure is the better of
two. The second table has 40 ms of round trip, by a relay of this process's child that holds back
what it passes on for 20 ms each way. The third, for root alone, is into a whole postfix that has
each message in its queue, on the disk of TMPDIR, before it takes it, and then throws it away.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
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
from statistics import median
from typing import TYPE_CHECKING

from jinja2 import Template

from msnewsletter.delivery.send_journal import boot_id
from msnewsletter.delivery.send_outcomes import Accepted
from msnewsletter.delivery.send_pool import SendPool
from msnewsletter.delivery.send_plan import SendPlan
from msnewsletter.delivery.smtp import Server
from msnewsletter.delivery.transaction import Outgoing
from msnewsletter.delivery.windows import SendWindows
from msnewsletter.delivery.wire_parts import wire_parts
from msnewsletter.render.mail.mailmerge import split_merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
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


def main() -> None:
    """Measure and print both tables."""
    if not shutil.which("smtp-sink"):
        sys.exit("smtp-sink is missing: apt-get install postfix")
    with sink() as port:
        source = rate(lambda: smtp_source(port, MESSAGES), MESSAGES)
        few = max(100, MESSAGES // 50)
        slow = rate(lambda: naive(port, few), few)
        plain = rate(lambda: threads(port, MESSAGES, connections=10), MESSAGES)
        ours = rate(lambda: pool(port, MESSAGES, connections=10), MESSAGES)
        print(f"{SIZE // 1000} kB messages a second, 10 connections, no delay")
        for name, figure in (
            ("smtp-source", source),
            ("naive: render, build, connect for each", slow),
            ("threads with smtplib, kept connections", plain),
            ("msnewsletter, with journals", ours),
        ):
            show(name, figure, source=source, naive=slow)
        with relay(port) as far:
            many = MESSAGES // 2
            plain = rate(lambda: threads(far, many, connections=50), many)
            piped = rate(lambda: pool(far, many, connections=50), many)
        print(f"\n50 connections, {2000 * DELAY:.0f} ms of round trip")
        print(f"{'threads with smtplib':40} {plain:8.0f}")
        print(f"{'msnewsletter, pipelined':40} {piped:8.0f}  {piped / plain:.2f} times threads")
    if os.getuid() == 0:
        into_queue(max(500, MESSAGES // 5))


def into_queue(messages: int) -> None:
    """Measure and print the third table: by turns, so that both meet the same disk."""
    # Here, for it brings pytest: bench/deliver.py, which uses this module, measures memory.
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from peers.postfix import DOMAIN, postfix  # noqa: PLC0415

    source, ours = [], []
    with postfix(settings={"virtual_transport": "discard"}) as server:
        for _ in range(3):
            source.append(once(lambda: smtp_source(server.port, messages, DOMAIN), messages))
            server.settle()
            ours.append(once(lambda: pool(server.port, messages, 10, DOMAIN), messages))
            server.settle()
    print(f"\n10 connections into postfix with its queue on the disk, {messages:,} messages")
    print(f"{'smtp-source':40} {median(source):8.0f}")
    ratio = median(mine / theirs for mine, theirs in zip(ours, source, strict=True))
    print(f"{'msnewsletter, with journals':40} {median(ours):8.0f}  {ratio:.2f} of smtp-source")


def show(name: str, figure: float, *, source: float, naive: float) -> None:
    """Print a line of the first table."""
    ratios = f"{figure / source:.2f} of smtp-source, {figure / naive:.1f} times naive"
    print(f"{name:40} {figure:8.0f}  {ratios}")


def rate(work: Callable[[], object], messages: int) -> float:
    """Messages a second: the better of two."""
    return max(once(work, messages) for _ in range(2))


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


if __name__ == "__main__":
    main()
