"""The feeds that a WebSub hub has to be told of, `var/hub.json`: one queue for a home.

A feed is queued before its file is replaced, told of when it is, and leaves the queue when the hub
has taken the ping: a crash in between repeats a ping and loses none. Sends nothing: hub_pings.py
does.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.disk.atomic import holds
from msnewsletter.disk.state_file import change_state, read_state
from msnewsletter.errors import OutboxError
from msnewsletter.growing_pause import growing_pause
from msnewsletter.regular_file import RECORD_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

_NAME = "hub.json"

# Pauses after failed rounds: each is twice the one before, up to the longest.
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=4)
# After that long a ping is given up: by then readers have asked for the feed themselves.
_PATIENCE = timedelta(days=1)
# Longer than any write of feeds: then who wrote them is gone, and some of them may be new.
_CUT_OFF = timedelta(hours=1)
# A hub that fails for this long is for the monitor; a restart or a full hour of load is not.
_LONG = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedFeed:
    """A feed that the hub has not heard of.

    Attributes:
        version: names the feed's bytes: a ping of earlier ones says nothing of these.
        since: when it was queued, aware UTC.
        written: its file has these bytes; before that the hub would fetch the old ones.
    """

    version: str
    since: datetime
    written: bool = True

    def is_due(self, now: datetime) -> bool:
        """Whether the hub may be told; what was not written for long was cut off by a crash."""
        return self.written or now - self.since >= _CUT_OFF


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
        return growing_pause(self.failures, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)

    def rests(self, now: datetime) -> bool:
        """Whether the pause is not over."""
        # Before the last ping: the machine's clock was set back.
        return self.last is not None and self.last.at <= now < self.last.at + self.pause

    def fails_for_long(self, now: datetime) -> bool:
        """Whether a person should know."""
        since = self.failing_since
        return bool(self.given_up) or (since is not None and now - since >= _LONG)

    def due(self, now: datetime) -> dict[str, QueuedFeed]:
        """The feeds that the hub may be told of now."""
        return {feed: one for feed, one in self.feeds.items() if one.is_due(now)}

    def queued(self, hub: str, feeds: Mapping[str, str], *, site: str, at: datetime) -> HubQueue:
        """With these feeds queued, about to be written: their versions by address.

        What was queued for another hub is for this one now; what is no longer below `site` is gone.
        """
        new = {
            feed: QueuedFeed(version=version, since=at, written=False)
            for feed, version in feeds.items()
        }
        kept = {feed: one for feed, one in self.feeds.items() if feed.startswith(site)}
        same = self if hub == self.hub else HubQueue(hub=hub)
        return replace(same, feeds=kept | new, failures=0)

    def written(self) -> HubQueue:
        """With all feeds written: a ping that went out before does not count."""
        return replace(
            self, feeds={feed: replace(one, written=True) for feed, one in self.feeds.items()}
        )

    def after(self, results: Mapping[str, tuple[QueuedFeed, PingResult]]) -> HubQueue:
        """After a round: each feed as it was when it was told of, and what became of it."""
        if not results:
            return self
        left = dict(self.feeds)
        lost = self.given_up
        failed = [result for _, result in results.values() if not result.accepted]
        for feed, (told, result) in results.items():
            waiting = left.get(feed)
            if waiting is None or (waiting.version, waiting.written) != (
                told.version,
                told.written,
            ):
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
    return read_state(home, home.var / _NAME, HubQueue, limit=RECORD_LIMIT) or HubQueue()


def change_queue(home: Home, change: Callable[[HubQueue], HubQueue]) -> tuple[HubQueue, HubQueue]:
    """Put what `change` makes of the queue in its place, durably; returns both, the old one first.

    Nobody else changes it meanwhile: who publishes by hand and the clock take turns. Raises
    OutboxError.
    """
    return change_state(home, home.var / _NAME, lambda: read_queue(home), change)


def queue_changed_feeds(
    home: Home, settings: Settings, files: Mapping[str, bytes], *, site: str, at: datetime
) -> None:
    """Queue the feeds among these files, about to be written, whose bytes on the disk are others.

    The hub is told of them after `queue_written_feeds`.

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
        if name.endswith(urls.FEED_NAMES) and not holds(home.site / name, data)
    }
    # A queue that cannot be kept is for `doctor`: no feed waits for it.
    with suppress(OutboxError):
        if changed:
            change_queue(home, lambda queue: queue.queued(hub, changed, site=site, at=at))


def queue_written_feeds(home: Home) -> None:
    """Let the hub be told of the feeds that were queued before they were written: now they are."""
    with suppress(OutboxError):  # as above
        if any(not one.written for one in read_queue(home).feeds.values()):
            change_queue(home, HubQueue.written)
