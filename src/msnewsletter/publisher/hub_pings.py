"""Tells the hub of the feeds that changed: a round of pings, bounded in time.

What is to be told is in hub_queue.py; how one ping goes is delivery/websub.py.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from msnewsletter.delivery.websub import ping
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.hub_queue import (
    HubQueue,
    PingResult,
    QueuedFeed,
    change_queue,
    hub_of,
    read_queue,
)
from msnewsletter.publisher.site.push_state import site_waits
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home

# Seconds that a person who publishes waits for the hub at most.
_BY_HAND = 5
# Refusals in a row after which a round ends: the hub refuses all, not one feed.
_REFUSALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PingRound:
    """A round of pings.

    Attributes:
        told: addresses of the feeds that the hub was told of.
        failure: what failed last; None: nothing did.
        given_up: how many feeds this round gave up.
        queue: what is left.
    """

    told: tuple[str, ...]
    failure: PingResult | None
    given_up: int
    queue: HubQueue


def hub_queue(home: Home) -> HubQueue | None:
    """What the home's hub has to be told, and how it answers; None: no hub is set."""
    hub = hub_of(load_settings(home.settings))
    if hub is None:
        return None
    queue = read_queue(home)
    return queue if queue.hub == hub else HubQueue(hub=hub, feeds=queue.feeds)


def ping_hub_once(home: Home, *, at: datetime) -> None:
    """Tell the hub at once, for a person who published: whatever fails is left to the clock."""
    with suppress(NewsletterError):
        ping_hub(home, at=at, within=_BY_HAND, rested=False)


def ping_hub(home: Home, *, at: datetime, within: float, rested: bool = True) -> PingRound | None:
    """Tell the hub of the feeds that are queued; None: there are none, or a pause is not over.

    None as well while the site is not pushed: the hub would fetch the old feeds.

    Args:
        home: the newsletter's home.
        at: now, aware.
        within: seconds for all of it.
        rested: only after the pause that follows a failure.

    Raises SettingsError, OutboxError; never because of the hub.
    """
    queue = hub_queue(home)
    if queue is None or not queue.due(at) or (rested and queue.rests(at)):
        return None
    if site_waits(home, load_settings(home.settings)):
        return None
    results = _round(queue, at=at, within=within)
    _, after = change_queue(
        home, lambda kept: (kept if kept.hub == queue.hub else queue).after(results)
    )
    failed = [result for _, result in results.values() if not result.accepted]
    return PingRound(
        told=tuple(feed for feed, (_, result) in results.items() if result.accepted),
        failure=failed[-1] if failed else None,
        given_up=max(after.given_up - queue.given_up, 0),
        queue=after,
    )


def _round(
    queue: HubQueue, *, at: datetime, within: float
) -> dict[str, tuple[QueuedFeed, PingResult]]:
    """The result of each ping of a round, with the feed as it was then."""
    results: dict[str, tuple[QueuedFeed, PingResult]] = {}
    ends, refused = monotonic() + within, 0
    for feed, queued in queue.due(at).items():
        left = ends - monotonic()
        if left <= 0 and results:
            break
        reply = ping(queue.hub, feed, within=max(left, 0))
        results[feed] = (
            queued,
            PingResult(at=at, feed=feed, accepted=reply.accepted, says=reply.says),
        )
        refused = 0 if reply.accepted else refused + 1
        if reply.status is None or refused == _REFUSALS:
            break
    return results
