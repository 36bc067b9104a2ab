"""A newsletter with subscribers, whose issues are delivered to a recording mail server."""

from __future__ import annotations

import email
import io
import shutil
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from homes import AT, empty_home, write_summary
from msnewsletter.cli.deliver import print_delivered
from msnewsletter.home import Home
from msnewsletter.publisher.delivering.deliver import deliver
from msnewsletter.publisher.delivering.delivery_run import DeliveryClock, DeliveryRequest
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.publisher.publish import publish
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

    from msnewsletter.publisher.delivering.delivery_run import Delivered
    from msnewsletter.subscribers.subscriber import Subscriber
    from peers.recording_server import RecordingServer


_HASTE = 50


def quick_seconds() -> float:
    """A clock in which a second lasts a fiftieth of one: pauses and windows pass as quickly."""
    return time.monotonic() * _HASTE


@dataclass
class Newsletter:
    """A home that delivers, and its clock: `now` is moved by tests, the other one hastens."""

    home: Home
    now: datetime = AT
    issues: int = field(default=0)

    @contextmanager
    def store(self) -> Iterator[SubscriberStore]:
        """Its subscribers' database."""
        settings = load_settings(self.home.settings)
        with open_subscribers(subscribers_at(self.home, settings)) as opened:
            yield opened

    def subscribe(
        self, *names: str, edition: SubscribedEdition = SubscribedEdition.FULL
    ) -> list[Subscriber]:
        """Subscribers who have confirmed, `NAME@example.org` each."""
        with self.store() as store:
            return [
                store.add_subscriber(
                    parse_address(name if "@" in name else f"{name}@example.org"),
                    at=self.now,
                    state=SubscriberState.CONFIRMED,
                    edition=edition,
                )
                for name in names
            ]

    def publish(self) -> int:
        """One more issue in `outbox/new/`; returns its number."""
        self.issues += 1
        day = f"{self.now - timedelta(days=1):%Y-%m-%d}"
        write_summary(self.home, f"study-{self.issues}", day)
        publish(self.home, at=self.now)
        return self.issues

    def deliver(
        self, named: int | None = None, *, stop: StopRequest | None = None, confirmed: bool = False
    ) -> Delivered:
        """What one run of the sender does."""
        request = DeliveryRequest(
            clock=DeliveryClock(now=lambda: self.now, monotonic=quick_seconds),
            stop=stop or StopRequest(),
            named=named,
            confirmed=confirmed,
        )
        return deliver(self.home, request)

    def copied(self, root: Path) -> Newsletter:
        """The same newsletter in another home."""
        shutil.copytree(self.home.root, root)
        return replace(self, home=Home(root))

    def set(self, text: str) -> None:
        """Add lines to the end of newsletter.toml."""
        with self.home.settings.open("a") as file:
            file.write(f"\n{text}\n")

    def folders(self) -> dict[str, list[str]]:
        """The names of the folders of issues in each place of the outbox."""
        places = ("new", "sending", "sent")
        return {
            place: sorted(one.name for one in (self.home.outbox / place).iterdir())
            for place in places
            if (self.home.outbox / place).is_dir()
        }


def said(done: Delivered) -> str:
    """What the command prints of it, on either stream; nobody's address is in it."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        print_delivered(done, UTC)
    text = err.getvalue() + out.getvalue()
    assert "@" not in text
    assert "Traceback" not in text
    return text


def newsletter(
    root: Path, server: RecordingServer, *, deliver: str = "connections = 2"
) -> Newsletter:
    """A newsletter that delivers to this server."""
    home = empty_home(root / "home")
    made = Newsletter(home=home)
    made.set(f'[smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "none"')
    # Its pages are where readers leave.
    made.set("[subscribe]")
    made.set(f"[deliver]\n{deliver}")
    return made


def recipients(server: RecordingServer) -> list[str]:
    """Whom each accepted message went to, in alphabetical order."""
    server.settle()
    return sorted(to for one in server.accepted() for to in one.recipients)


def message(server: RecordingServer, number: int) -> Message:
    """An accepted message, parsed."""
    return email.message_from_bytes(server.message(number))
