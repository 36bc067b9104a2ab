"""A whole mailing into smtp-sink: ledger, journals and sender together, against smtp-source.

Run by `make bench-deliver`; needs Debian's postfix for smtp-sink and smtp-source, of which nothing
else is started, and npm for nodemailer. The newsletter's mail has 41 kB. All in one run, so trust
the ratios. The last table is of memory: the largest resident size of the process that delivers.
"""

from __future__ import annotations

import multiprocessing
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import send

from msnewsletter.delivery.send_journal import boot_id
from msnewsletter.delivery.send_plan import SendPlan
from msnewsletter.delivery.smtp import Server
from msnewsletter.delivery.windows import SendWindows
from msnewsletter.publisher.delivering.issue_mail import IssueMail
from msnewsletter.publisher.delivering.mailing_run import MailingRun, RunTools, StopRequest
from msnewsletter.publisher.delivering.postmark import Postmark
from msnewsletter.store.location import DatabaseLocation
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers
from msnewsletter.store.subscribers.subscriber_tables import SUBSCRIBERS
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition
from msnewsletter.subscribers.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MESSAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
LARGE = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
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


def main() -> None:
    """Measure and print."""
    with send.sink() as port:
        source = send.rate(lambda: send.smtp_source(port, MESSAGES), MESSAGES)
        naive = send.rate(lambda: send.naive(port, MESSAGES // 100), MESSAGES // 100)
        first, memory = deliver(port, MESSAGES)
        ours = max(first, deliver(port, MESSAGES)[0])
        print(f"a mailing to {MESSAGES:,} subscribers, 41 kB each, 10 connections")
        print(f"{'smtp-source, no ledger':40} {source:8,.0f} a second")
        print(f"{'naive':40} {naive:8,.0f}  {ours / naive:.1f} times slower than ours")
        if module := nodemailer():
            few = MESSAGES // 5
            pool = send.rate(lambda: node(module, port, few), few)
            print(f"{'nodemailer, pool of 10':40} {pool:8,.0f}  {ours / pool:.1f} times slower")
        print(f"{'msnewsletter, ledger and journals':40} {ours:8,.0f}  {ours / source:.2f} of it")
        _, more = deliver(port, LARGE, most=MESSAGES)
    ratio = f"{more / memory:.2f} times that"
    print(f"memory: {memory:.0f} MB; of {LARGE:,} subscribers {more:.0f} MB, {ratio}")


def deliver(port: int, subscribers: int, *, most: int | None = None) -> tuple[float, float]:
    """Messages a second of one mailing (the first `most`), and megabytes, in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        here, there = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        child = context.Process(
            target=_deliver, args=(there, Path(folder), port, subscribers, most)
        )
        child.start()
        # So that a child that fails ends this, too.
        there.close()
        rate, memory, enqueued = here.recv()
        child.join()
    print(f"enqueued {subscribers:,} in {enqueued:.2f} s")
    return rate, memory


def _deliver(answer: object, folder: Path, port: int, subscribers: int, most: int | None) -> None:
    location = DatabaseLocation(shown="s", path=folder / "subscribers.db", tables=SUBSCRIBERS)
    fill = multiprocessing.get_context("spawn").Process(target=_fill, args=(folder, subscribers))
    fill.start()
    fill.join()
    with open_subscribers(location) as store:
        began = time.perf_counter()
        mailing = store.enqueue(1, manifest="m", at=NOW)
        enqueued = time.perf_counter() - began
        stop = StopRequest()
        began = time.perf_counter()
        run = MailingRun(mailing, _mail(), _tools(store, folder, port, stop, _stopping(stop, most)))
        run.run()
        sent = store.balance(1)[DeliveryState.SENT]
        rate = sent / (time.perf_counter() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((rate, memory, enqueued))  # type: ignore[attr-defined]


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


def nodemailer() -> str | None:
    """Nodemailer's folder, installed for this run; None: there is no npm."""
    folder = Path(tempfile.gettempdir()) / "bench-nodemailer"
    folder.mkdir(exist_ok=True)
    module = folder / "node_modules" / "nodemailer"
    if not module.is_dir():
        subprocess.run(
            ["npm", "install", "--silent", "--prefix", folder, "nodemailer@7"], check=False
        )
    return str(module) if module.is_dir() else None


def node(module: str, port: int, messages: int) -> None:
    """The pool of ten connections that nodemailer's documentation shows."""
    numbers = [str(number) for number in (port, messages, send.SIZE)]
    subprocess.run(["node", "-e", POOL, module, *numbers], check=True)


if __name__ == "__main__":
    main()
