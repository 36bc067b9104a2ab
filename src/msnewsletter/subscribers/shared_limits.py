"""How many messages several workers may send together in how much time. Pure.

What a worker has claimed counts until its outcome is known, and from then on as sent at that time;
that is rounded up, to the end of its tenth of a second or of its minute. So in no stretch of a
window's length do more go out than it allows, whoever sends them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# What is sent is counted by such moments, and by minutes.
MOMENT: Final = timedelta(seconds=0.1)
MINUTE: Final = timedelta(minutes=1)
# Windows that are longer are counted by minutes.
MOMENTS_UP_TO: Final = timedelta(minutes=1)
# When to look again where a window is full of what is under way.
_LOOK: Final = timedelta(seconds=0.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWindow:
    """At most `count` messages in any stretch of that length."""

    count: int
    length: timedelta

    @property
    def by_moments(self) -> bool:
        """Whether it is counted by moments, and not by minutes."""
        return self.length <= MOMENTS_UP_TO


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLimits:
    """The windows for all messages together, and those for each domain, in small letters."""

    server: Sequence[SharedWindow] = ()
    domains: Mapping[str, Sequence[SharedWindow]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCount:
    """How many were sent until a moment (aware), and after the one before it."""

    end: datetime
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBefore:
    """What was sent before, in order of time: by moments, and by minutes."""

    moments: Sequence[SentCount] = ()
    minutes: Sequence[SentCount] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many may go now; where that is none, when the next one may, aware."""

    free: int
    opens: datetime


def room_in(
    windows: Iterable[SharedWindow], *, claimed: int, before: SentBefore, now: datetime
) -> Room | None:
    """The room that windows leave together; None: there are no windows.

    Args:
        windows: of all messages, or of a domain.
        claimed: how many are under way.
        before: what was sent.
        now: aware.
    """
    rooms = [_room(one, claimed=claimed, before=before, now=now) for one in windows]
    if not rooms:
        return None
    return Room(free=min(one.free for one in rooms), opens=max(one.opens for one in rooms))


def _room(window: SharedWindow, *, claimed: int, before: SentBefore, now: datetime) -> Room:
    counted = before.moments if window.by_moments else before.minutes
    counts = [one for one in counted if one.end + window.length > now]
    over = claimed + sum(one.sent for one in counts) - window.count
    opens, left = now, over
    for one in counts:
        if left < 0:
            break
        opens, left = one.end + window.length, left - one.sent
    # Where it is full of what is under way alone, nobody knows when that ends.
    return Room(free=max(0, -over), opens=opens if left < 0 else max(opens, now + _LOOK))


@dataclass(frozen=True, slots=True, kw_only=True)
class MayGo:
    """Which of those that are due may go now, by their places; `opens` as in ChunkClaim."""

    places: Sequence[int]
    opens: datetime | None


def choose(
    domains: Sequence[str], *, most: int, server: Room | None, rooms: Mapping[str, Room]
) -> MayGo:
    """Choose as many as may go, in their order, so that a full domain delays no other.

    Args:
        domains: that of each that is due.
        most: how many at most.
        server: the room for all; None: as much as wanted.
        rooms: the room of each limited domain.
    """
    free = {name: room.free for name, room in rooms.items()}
    places: list[int] = []
    blocked: list[datetime] = []
    for place, domain in enumerate(domains):
        if len(places) >= most:
            break
        if server and len(places) >= server.free:
            return MayGo(places=places, opens=server.opens)
        if free.get(domain, 1) <= 0:
            blocked.append(rooms[domain].opens)
            continue
        if domain in free:
            free[domain] -= 1
        places.append(place)
    return MayGo(places=places, opens=min(blocked, default=None))
