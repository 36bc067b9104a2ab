"""The process that delivers one mailing, and says what that has cost; for bench/deliver.py.

python one_mailing.py FOLDER PORT SUBSCRIBERS MOST. It imports little beside the program, because
its memory is measured. Prints what `Delivered` says, as JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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


def main(folder: Path, port: int, subscribers: int, most: int) -> None:
    """Fill the list, enqueue, deliver, and print."""
    location = DatabaseLocation(shown="s", path=folder / "subscribers.db", tables=SUBSCRIBERS)
    fill = multiprocessing.get_context("spawn").Process(target=_fill, args=(folder, subscribers))
    fill.start()
    fill.join()
    with open_subscribers(location) as store:
        began = time.perf_counter()
        mailing = store.enqueue(1, manifest="m", at=NOW)
        enqueued = time.perf_counter() - began
        stop = StopRequest()
        run = MailingRun(mailing, _mail(), _tools(store, folder, port, stop, _stopping(stop, most)))
        began, cpu = time.perf_counter(), time.process_time()
        run.run()
        elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
        sent = store.balance(1)[DeliveryState.SENT]
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    # Not getrusage: that begins with the peak of who started this process.
    peak = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    memory = int(peak[0]) / 1024
    found = Delivered(sent / elapsed, cpu / sent, memory, enqueued, elapsed, size / subscribers)
    print(json.dumps(found._asdict()))


def _stopping(stop: StopRequest, most: int) -> Callable[[int], None]:
    def progress(settled: int) -> None:
        if settled >= most:
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


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
