"""A desk that runs: a real server on loopback, with a clock that the test sets."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.web.desk.app import EditorServer, editor_app
from msnewsletter.web.desk.guard import AccessPolicy
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from playwright.sync_api import Page

    from msnewsletter.home import Home


@dataclass
class Running:
    """A desk: its home, its address without a final slash, and the time that it is there."""

    home: Home
    url: str
    now: datetime
    access: AccessPolicy


@contextlib.contextmanager
def running(home: Home, now: datetime) -> Iterator[Running]:
    """The desk of a home, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        access = AccessPolicy(hosts=frozenset({f"127.0.0.1:{port}"}))
        desk = Running(home=home, url=f"http://127.0.0.1:{port}", now=now, access=access)
        app = editor_app(home, now=lambda: desk.now, access=access, by="A. Editor")
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
