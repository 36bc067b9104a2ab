"""Homes whose site is pushed, and stores that are watched or die."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import obstore
from obstore.store import MemoryStore

from clock.clocks import WEEKLY, scheduled_home
from homes import AT, copy_of, write_summary
from msnewsletter.delivery.object_store import ObjectStore
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.site.push import PushOrder
from msnewsletter.publisher.site.push_plan import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

TARGET = "s3://news-bucket/site"
DAYS = timedelta(days=3)


def published_home(root: Path) -> Home:
    """A home with an issue of two summaries, that pushes nothing yet."""
    return copy_of(_lay_out, root)


def _lay_out(root: Path) -> Home:
    # From a sandbox nothing is pushed.
    home = scheduled_home(root, WEEKLY, sandbox="false")
    write_summary(home, "a", tags="[walking, sleep]")
    write_summary(home, "b", tags="[walking]")
    publish(home, at=AT)
    return home


def push_to(home: Home, target: str | None = TARGET) -> Home:
    """Have the home push there; None: nowhere."""
    text = home.settings.read_text().partition("\n[site]\n")[0]
    home.settings.write_text(text + (f'\n[site]\npush = "{target}"\n' if target else ""))
    return home


def with_second_issue(home: Home) -> None:
    """Publish another issue, and push nothing."""
    settings = home.settings.read_text()
    push_to(home, None)
    write_summary(home, "c", tags="[walking, heat]")
    publish(home, at=AT + DAYS)
    home.settings.write_text(settings)


def order(**more: Any) -> PushOrder:
    return PushOrder(**{"at": AT, "within": None, **more})


def site_of(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.site).as_posix(): path.read_bytes()
        for path in home.site.rglob("*")
        if path.is_file()
    }


class Killed(BaseException):
    """A power cut."""


class WatchedStore(ObjectStore):
    """A store in memory that notes what is done, and dies after a number of writes."""

    def __init__(self, memory: MemoryStore | None = None, *, dies_after: int | None = None) -> None:
        self.memory = memory or MemoryStore()
        super().__init__(TARGET, self.memory)
        self.done: list[tuple[str, str]] = []
        self._left = dies_after
        self._turn = threading.Lock()

    def write(self, name: str, *data: Any, **more: Any) -> None:
        with self._turn:
            self._note("put", name)
            super().write(name, *data, **more)
            self.after(name)

    def replace(self, name: str, *data: Any, **more: Any) -> Any:
        with self._turn:
            self._note("replace", name)
            return super().replace(name, *data, **more)

    def remove(self, name: str) -> None:
        with self._turn:
            self._note("remove", name)
            super().remove(name)
            self.after(name)

    def after(self, name: str) -> None:
        """Called after a file of the site was put or removed."""

    def _note(self, what: str, name: str) -> None:
        if self._left is not None:
            if self._left == 0:
                raise Killed
            self._left -= 1
        self.done.append((what, name))

    def files(self) -> dict[str, bytes]:
        """What readers see there."""
        names = [one["path"] for page in obstore.list(self.memory) for one in page]
        return {
            name: bytes(obstore.get(self.memory, name).bytes())
            for name in names
            if name != MANIFEST
        }

    def names(self, what: str) -> list[str]:
        return [name for did, name in self.done if did == what and not name.startswith(".")]
