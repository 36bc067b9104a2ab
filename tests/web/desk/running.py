"""A desk that runs: a real server on loopback, with a clock that the test sets."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.cli.doctor import examine
from msnewsletter.clock.heartbeat import clock_state
from msnewsletter.publisher.situation import gather
from msnewsletter.web.desk.access import AccessPolicy
from msnewsletter.web.desk.app import EditorServer, editor_app
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from playwright.sync_api import Locator, Page
    from starlette.applications import Starlette

    from msnewsletter.home import Home


@dataclass
class Running:
    """A desk: its home, its address without a final slash, and the time that it is there."""

    home: Home
    url: str
    now: datetime
    access: AccessPolicy


def app_of(
    home: Home,
    now: Callable[[], datetime],
    *,
    access: AccessPolicy,
    by: str = "A. Editor",
    tell: Callable[[datetime], str] = lambda _: "",
) -> Starlette:
    """The desk of a home; `doctor` says of it what it says to the command `preview`."""
    return editor_app(
        home,
        now=now,
        access=access,
        by=by,
        examine=lambda at, thorough: examine(gather(home, at=at), thorough=thorough),
        tell_of_sent_back=tell,
        clock=lambda: clock_state(home, at=now()),
    )


@contextlib.contextmanager
def running(home: Home, now: datetime) -> Iterator[Running]:
    """The desk of a home, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        access = AccessPolicy(port=port)
        desk = Running(home=home, url=f"http://127.0.0.1:{port}", now=now, access=access)
        app = app_of(home, lambda: desk.now, access=access)
        server = EditorServer(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield desk
        finally:
            server.should_exit = True
            thread.join(timeout=PATIENCE)
            assert not thread.is_alive()


def reload_until(page: Page, seen: Callable[[], bool]) -> None:
    """Ask again for a page that is not live, until the desk has noticed what changed on disk."""
    for _ in range(200):
        if seen():
            break
        page.reload()


def unfold(page: Page, name: str) -> Locator:
    """A list of the first screen that is folded, once its summary was clicked: "held"."""
    page.locator(f"details[data-live={name}]:not([open]) > summary").click()
    return page.locator(f"details[data-live={name}]")
