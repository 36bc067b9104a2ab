"""Sends as listmonk does (#3022, #2313): the checkpoint moves on when a batch is fetched.

It shows that the harness can fail: a kill costs the rest of the batch its mail.
"""

from __future__ import annotations

import json
import smtplib
from enum import Enum
from typing import TYPE_CHECKING

from msnewsletter.disk.outbox import waiting_folders
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from collections.abc import Callable

    from crash.mailing_world import Copy
    from delivering import Newsletter
    from msnewsletter.publisher.delivering.mailing_run import StopRequest

_BATCH = 50


class NaivePlace(Enum):
    """Where this sender can be killed: at a mail of its own."""

    SEND = (smtplib.SMTP, "sendmail")


class NaiveSender:
    """A checkpoint per issue, in a file."""

    keeps_ledger = False

    def deliver(self, letter: Newsletter, stop: StopRequest) -> None:
        """Send what the checkpoint has not passed."""
        for name, _ in waiting_folders(letter.home):
            self._send(letter, int(name), stop)

    def copy(self, letter: Newsletter) -> Callable[[dict[str, str]], Copy]:
        """By a header."""
        del letter

        def read(one: dict[str, str]) -> Copy:
            issue, reader = one["x_id"].split("-")
            return int(issue), int(reader)

        return read

    def _send(self, letter: Newsletter, issue: int, stop: StopRequest) -> None:
        checkpoint = letter.home.root / f"checkpoint-{issue}.json"
        last = json.loads(checkpoint.read_text()) if checkpoint.exists() else 0
        with letter.store() as store:
            readers = list(store.subscribers(SubscriberState.CONFIRMED))
        smtp = load_settings(letter.home.settings).smtp
        assert smtp
        with smtplib.SMTP(smtp.host, smtp.effective_port, timeout=30) as server:
            while (batch := [one for one in readers if one.id > last][:_BATCH]) and not (
                stop.requested
            ):
                last = batch[-1].id
                checkpoint.write_text(json.dumps(last))
                for one in batch:
                    text = f"X-ID: {issue}-{one.id}\r\nSubject: News\r\n\r\nHello\r\n"
                    server.sendmail("news@example.org", [one.address.mailbox], text)
