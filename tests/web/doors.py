"""A home with a door, served on a port of its own; asked by plain HTTP, its mails in a mailbox."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from homes import AT, empty_home
from mailservers import mail_server
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.subscriber import Consent, ConsentWay, SubscriberState
from msnewsletter.subscribers.tokens import Purpose, Tokens
from msnewsletter.web.public.app import StaticSite
from msnewsletter.web.public.open_door import open_door
from patience import PATIENCE
from web.servers import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mailservers import Mailbox
    from msnewsletter.errors import NewsletterError
    from msnewsletter.home import Home
    from msnewsletter.subscribers.subscriber import Subscriber

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class HttpReply:
    status: int
    headers: dict[str, str]
    text: str


@dataclass
class OpenedDoor:
    """A door that is served; `now` is its clock."""

    home: Home
    store: SubscriberStore
    mailbox: Mailbox
    server: Server
    now: datetime = AT
    complaints: list[NewsletterError] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.store.secret())

    def token(self, purpose: Purpose, who: Subscriber) -> str:
        return self.tokens.make(purpose, who.handle, at=self.now)

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> HttpReply:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body or None, headers or {})
            got = connection.getresponse()
            names = {name.lower(): value for name, value in got.getheaders()}
            return HttpReply(got.status, names, got.read().decode())
        finally:
            connection.close()

    def get(self, path: str) -> HttpReply:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str) -> HttpReply:
        return self.ask("POST", path, urlencode(fields).encode(), FORM)

    def sign_up(self, address: str, path: str = "/subscribe", **more: str) -> HttpReply:
        """Fill in the form as a person does."""
        fields = {"form": form_token(self.get(path)), "address": address, "website": "", **more}
        self.wait(seconds=10)
        return self.post(path, **fields)

    def confirm(self, path: str) -> HttpReply:
        """Open a confirmation page and press its button."""
        return self.post(path, words=field_of(self.get(path), "words"))

    def letter(self) -> ReadLetter:
        """The next mail that comes."""
        return read_letter(self.mailbox.arrived.get(timeout=PATIENCE).message)

    def until(self, done: Callable[[], object]) -> None:
        """Ask for pages until something has happened that a thread does."""
        end = time.monotonic() + PATIENCE
        while not done():
            self.get("/subscribe")
            assert time.monotonic() < end, "it has not happened"

    def person(self, address: str) -> Subscriber:
        found = self.store.subscriber_at(parse_address(address))
        assert found
        return found

    def put(
        self,
        address: str,
        state: SubscriberState = SubscriberState.CONFIRMED,
        *,
        agreed: bool = True,
    ) -> Subscriber:
        """Somebody who is on the books."""
        words = Consent(at=self.now, way=ConsentWay.HAND, words="Yes.") if agreed else None
        parsed = parse_address(address)
        return self.store.add_subscriber(parsed, at=self.now, state=state, consent=words)


@dataclass(frozen=True)
class ReadLetter:
    to: str
    subject: str
    text: str
    html: str
    raw: str

    @property
    def path(self) -> str:
        """The path of its link."""
        found = re.search(r"https://notes\.example\.org(/\S+)", self.text)
        assert found
        return found[1]


def read_letter(message: bytes) -> ReadLetter:
    read = message_from_bytes(message, policy=policy.default)
    bodies = [read.get_body([kind]) for kind in ("plain", "html")]
    text, html = (one.get_content() for one in bodies if one)
    return ReadLetter(read["To"], read["Subject"], text, html, message.decode("ascii"))


def field_of(reply: HttpReply, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', reply.text)
    assert found, reply.text
    return found[1]


def form_token(reply: HttpReply) -> str:
    return field_of(reply, "form")


def door_home(root: Path, *, port: int, more: str = "") -> Home:
    """A home with a door, whose mails go to a server on that port."""
    home = empty_home(root)
    text = home.settings.read_text().replace("sandbox = true\n", "samples = true\n")
    text += f'\n[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\ntimeout = 5\n'
    home.settings.write_text(f"{text}\n[subscribe]\n{more}")
    return home


@contextmanager
def opened_door(root: Path, *, more: str = "", sandbox: bool = False) -> Iterator[OpenedDoor]:
    """A door, open; `more`: settings of [subscribe]; `sandbox`: no mail leaves it."""
    with ExitStack() as opened:
        mailbox = opened.enter_context(mail_server())
        home = door_home(root, port=mailbox.port, more=more)
        if sandbox:
            text = home.settings.read_text()
            home.settings.write_text(text.replace("[newsletter]", "[newsletter]\nsandbox = true"))
        home.site.mkdir(parents=True)
        (home.site / "index.html").write_text("The site.")
        # The door's clock is the test's.
        clock: list[OpenedDoor] = []
        complaints: list[NewsletterError] = []
        application = opened.enter_context(
            open_door(
                home,
                StaticSite(home.site),
                now=lambda: clock[0].now if clock else AT,
                complain=complaints.append,
            )
        )
        server = opened.enter_context(Server(application=application).running())
        place = subscribers_at(home, load_settings(home.settings))
        store = opened.enter_context(open_subscribers(place))
        door = OpenedDoor(home, store, mailbox, server, complaints=complaints)
        clock.append(door)
        yield door
