"""The feeds that a WebSub hub has to be told of, `var/hub.json`: one queue for a home.

A feed is queued before its file is replaced, and leaves the queue when the hub has taken the ping:
a crash in between repeats a ping and loses none. Sends nothing: hub_pings.py does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import disk_errors, make_folder, write_atomically
from msnewsletter.errors import OutboxError
from msnewsletter.serialize import from_json, pretty, to_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

_NAME = "hub.json"

# Pauses after failed rounds: each is twice the one before, up to the longest.
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=4)
# After that long a ping is given up: by then readers have asked for the feed themselves.
_PATIENCE = timedelta(days=1)
# A hub that fails for this long is for the monitor; a restart or a full hour of load is not.
_LONG = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedFeed:
    """A feed that the hub has not heard of.

    Attributes:
        version: names the feed's bytes: a ping of earlier ones says nothing of these.
        since: when it was queued, aware UTC.
    """

    version: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PingResult:
    """The last ping: when (aware UTC), of which feed, whether the hub took it, and its answer."""

    at: datetime
    feed: str
    accepted: bool
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubQueue:
    """What the hub has to be told, and how it answers.

    Attributes:
        hub: its address.
        feeds: what is to be told, by the feed's address, in the order of asking.
        failures: rounds in a row in which a ping failed; a new feed begins a new row.
        failing_since: the first failure since the hub last took all pings, aware UTC.
        last: the last ping.
        given_up: how many feeds it was never told of, since it last took all pings.
    """

    hub: str = ""
    feeds: dict[str, QueuedFeed] = field(default_factory=dict)
    failures: int = 0
    failing_since: datetime | None = None
    last: PingResult | None = None
    given_up: int = 0

    @property
    def pause(self) -> timedelta:
        """How long after the last ping the next round begins."""
        if not self.failures:
            return timedelta()
        return min(_FIRST_PAUSE * (1 << min(self.failures - 1, 10)), _LONGEST_PAUSE)

    def rests(self, now: datetime) -> bool:
        """Whether the pause is not over."""
        # Before the last ping: the machine's clock was set back.
        return self.last is not None and self.last.at <= now < self.last.at + self.pause

    def fails_for_long(self, now: datetime) -> bool:
        """Whether a person should know."""
        since = self.failing_since
        return bool(self.given_up) or (since is not None and now - since >= _LONG)

    def queued(self, hub: str, feeds: Mapping[str, str], *, site: str, at: datetime) -> HubQueue:
        """With these feeds queued: their versions by address.

        What was queued for another hub is for this one now; what is no longer below `site` is gone.
        """
        new = {feed: QueuedFeed(version=version, since=at) for feed, version in feeds.items()}
        kept = {feed: one for feed, one in self.feeds.items() if feed.startswith(site)}
        same = self if hub == self.hub else HubQueue(hub=hub)
        return replace(same, feeds=kept | new, failures=0)

    def after(self, results: Mapping[str, tuple[str, PingResult]]) -> HubQueue:
        """After a round: each feed's version that was told of, and what became of it."""
        if not results:
            return self
        left = dict(self.feeds)
        lost = self.given_up
        failed = [result for _, result in results.values() if not result.accepted]
        for feed, (version, result) in results.items():
            waiting = left.get(feed)
            if waiting is None or waiting.version != version:
                continue
            del left[feed]
            if result.accepted:
                continue
            if result.at - waiting.since >= _PATIENCE:
                lost += 1
            else:
                # Behind those that were not tried: one bad feed holds up none.
                left[feed] = waiting
        _, last = list(results.values())[-1]
        if failed:
            since = self.failing_since or failed[0].at
            return replace(
                self,
                feeds=left,
                failures=self.failures + 1,
                failing_since=since,
                last=failed[-1],
                given_up=lost,
            )
        return replace(
            self,
            feeds=left,
            failures=0,
            failing_since=None,
            last=last,
            given_up=lost if left else 0,
        )


def hub_of(settings: Settings) -> str | None:
    """The hub that this home tells of its feeds; None: it tells nobody."""
    return None if settings.newsletter.sandbox else settings.newsletter.hub


def read_queue(home: Home) -> HubQueue:
    """The queue; an empty one where there is none, or where its file cannot be read."""
    path = home.var / _NAME
    try:
        # Not what never ends: a device, a pipe.
        return from_json(HubQueue, path.read_bytes()) if path.is_file() else HubQueue()
    except (OSError, ValueError):  # pydantic's ValidationError is a ValueError
        return HubQueue()


def require_file(home: Home) -> None:
    """Raise OutboxError where something that is no file stands in the queue's place."""
    path = home.var / _NAME
    if path.exists() and not path.is_file():
        raise OutboxError(home.display_path(path), "is no plain file", "remove it")


@contextmanager
def changing_queue(home: Home) -> Iterator[list[HubQueue]]:
    """The queue in a list of one; what is put in its place is durable after the block.

    Nobody else changes it meanwhile: who publishes by hand and the clock take turns.
    """
    with disk_errors(home):
        make_folder(home.var)
        handle = os.open(home.var, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        before = read_queue(home)
        held = [before]
        yield held
        if held[0] != before:
            write_atomically(home, home.var / _NAME, pretty(to_document(held[0])))
    finally:
        os.close(handle)


def queue_changed_feeds(
    home: Home, settings: Settings, files: Mapping[str, bytes], *, site: str, at: datetime
) -> None:
    """Queue the feeds among these files, about to be written, whose bytes on the disk are others.

    Args:
        home: the newsletter's home.
        settings: they name the hub; without one nothing is queued.
        files: by their path below the site.
        site: the address that the feeds give themselves, with a final slash.
        at: now, aware.
    """
    hub = hub_of(settings)
    if hub is None:
        return
    changed = {
        site + name: hashlib.sha256(data).hexdigest()[:16]
        for name, data in files.items()
        if name.endswith(urls.FEED_NAMES) and _differs(home, name, data)
    }
    # A queue that cannot be kept is for `doctor`: no feed waits for it.
    with suppress(OutboxError):
        if changed:
            with changing_queue(home) as held:
                held[0] = held[0].queued(hub, changed, site=site, at=at)


def _differs(home: Home, name: str, data: bytes) -> bool:
    path = home.site / name
    return not path.is_file() or path.read_bytes() != data
