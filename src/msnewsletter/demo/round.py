"""The round: samples are published, a reader subscribes and confirms, the issue is delivered.

Each step is what a command or a page does; the mail goes to the demo's own server.
"""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Final

from msnewsletter.demo.catcher import Catcher
from msnewsletter.errors import RefusedError
from msnewsletter.home import Home
from msnewsletter.plugins import without_plugins
from msnewsletter.publisher.delivering.deliver import deliver
from msnewsletter.publisher.delivering.delivery_run import DeliveryClock, DeliveryRequest
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.publisher.init_home import init_samples
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.publisher.subscribing.confirm import confirm
from msnewsletter.publisher.subscribing.door_context import door_context
from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.publisher.subscribing.send_letters import send_due_letters
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import DoorRequestKind
from msnewsletter.subscribers.subscriber import SubscribedEdition
from msnewsletter.subscribers.tokens import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from msnewsletter.demo.catcher import CaughtLetter

READER: Final = "reader@example.net"
# All samples but one are dated before this: a machine whose clock is behind shows them too.
_SAMPLES_ARE_OUT: Final = datetime(2026, 11, 20, tzinfo=UTC)
_SENDING: Final = """
# The server of the demo, which has ended: name one of your own.
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"

[subscribe]

[deliver]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStep:
    """A step that is done.

    Attributes:
        what: what it did, a sentence.
        how: how one does it oneself: a command, or what to do with a page.
        read: files that it has made to be read.
    """

    what: str
    how: str
    read: tuple[Path, ...] = ()


def demo_round(
    folder: Path, *, now: Callable[[], datetime], monotonic: Callable[[], float]
) -> Generator[DemoStep]:
    """Go the round in an empty folder, a step at each asking; whoever leaves it before, closes it.

    Args:
        folder: where everything goes: the home, and the mail that was received.
        now: returns the time, aware.
        monotonic: returns seconds that never go back.

    Raises RefusedError where the folder is not empty, and any NewsletterError of the steps.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError(str(folder), "it is not an empty folder", "name a new one")
    with _emptied_where_it_fails(folder), without_plugins(), Catcher() as catcher:
        yield from _DemoRound(
            folder, catcher, lambda: max(now(), _SAMPLES_ARE_OUT), monotonic
        ).steps()


@contextmanager
def _emptied_where_it_fails(folder: Path) -> Iterator[None]:
    """Remove what a round made that did not end: the next one needs an empty folder again."""
    was_there = folder.exists()
    try:
        yield
    except BaseException:
        for made in folder.iterdir() if folder.exists() else ():
            shutil.rmtree(made, ignore_errors=True)
        if not was_there:
            with suppress(OSError):
                folder.rmdir()
        raise


class _DemoRound:
    def __init__(
        self,
        folder: Path,
        catcher: Catcher,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._home, self._received = Home(folder / "newsletter"), folder / "received"
        self._catcher, self._now, self._monotonic = catcher, now, monotonic

    def steps(self) -> Iterator[DemoStep]:
        yield self._lay_out()
        yield self._publish()
        with working_subscribers(self._home) as store:
            context = door_context(self._home, secret=store.secret())
            request = door_request(
                DoorRequestKind.SIGN_UP,
                parse_address(READER),
                SubscribedEdition.FULL,
                network="the demo",
                secret=store.secret(),
                at=self._now(),
            )
            ask_at_door(store, request, context.limits)
            if fault := send_due_letters(store, context, now=self._now).fault:
                raise fault
            asked = self._catcher.letters[-1]
            yield DemoStep(
                what=f"{READER} signed up and was asked by mail whether it was them.",
                how=f"msnewsletter --home {self._home.root} serve, then the form at /subscribe",
                read=self._keep("1-confirm", asked),
            )
            link = _link(asked)
            token = context.tokens.opened(Purpose.CONFIRM, link.rpartition("/")[2], now=self._now())
            confirm(store, token, words=context.pages.words.text, at=self._now())
        yield DemoStep(
            what=f"{READER} confirmed by the link in that mail.",
            how=f"open the link in {self._received / '1-confirm.txt'}",
        )
        yield self._deliver()

    def _lay_out(self) -> DemoStep:
        home = self._home
        init_samples(home, sandbox=False)
        text = home.settings.read_text(encoding="utf-8")
        home.settings.write_text(text + _SENDING.format(port=self._catcher.port), encoding="utf-8")
        return DemoStep(
            what="A home was laid out, with sample summaries.",
            how=f"msnewsletter init --samples {home.root}",
        )

    def _publish(self) -> DemoStep:
        home = self._home
        done = publish(home, at=self._now())
        assert isinstance(done, Released)  # noqa: S101  (the samples are new, and fit)
        return DemoStep(
            what=f"Issue 1 was published: {len(done.issue.entries)} studies, as mail and as a site "
            "with feeds.",
            how=f"msnewsletter --home {home.root} publish",
            read=(home.site / "index.html", home.site / "rss.xml"),
        )

    def _deliver(self) -> DemoStep:
        home = self._home
        clock = DeliveryClock(now=self._now, monotonic=self._monotonic)
        done = deliver(home, DeliveryRequest(clock=clock, stop=StopRequest()))
        for problem in done.problems:
            raise problem
        return DemoStep(
            what=f"Issue 1 was sent to {READER} by SMTP.",
            how=f"msnewsletter --home {home.root} deliver",
            read=self._keep("2-issue-1", self._catcher.letters[-1]),
        )

    def _keep(self, name: str, letter: CaughtLetter) -> tuple[Path, ...]:
        """Write a mail as it came, and its parts for a browser and for a terminal."""
        read = message_from_bytes(letter.message, policy=policy.default)
        parts = {
            f".{suffix}": str(body.get_content()).encode()
            for suffix, kind in (("html", "html"), ("txt", "plain"))
            if (body := read.get_body([kind]))
        }
        self._received.mkdir(exist_ok=True)
        paths = []
        for suffix, data in {".eml": letter.message, **parts}.items():
            paths.append(path := self._received / f"{name}{suffix}")
            path.write_bytes(data)
        return tuple(paths)


def _link(letter: CaughtLetter) -> str:
    """The link of a mail that asks to confirm."""
    body = message_from_bytes(letter.message, policy=policy.default).get_body(["plain"])
    found = re.search(r"https://\S+/confirm/\S+", str(body.get_content()) if body else "")
    assert found  # noqa: S101  (the mail is there to hold it)
    return found[0]
