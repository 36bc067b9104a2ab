"""How many messages all workers together may send now, by what they have in hand and have sent.

Each function works in the transaction of its caller.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, func, or_, select, text

from msnewsletter.store.subscribers.subscriber_tables import (
    IS_OPEN,
    deliveries,
    sent_minutes,
    sent_moments,
    subscribers,
)
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.shared_limits import (
    MINUTE,
    SentBefore,
    SentCount,
    choose,
    room_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Table

    from msnewsletter.store.location import DatabaseLocation
    from msnewsletter.subscribers.shared_limits import Room, SharedLimits, SharedWindow

_ALL: Final = None
# Whose domain nobody knows any more may have been at any.
_ANY_DOMAIN: Final = ""


def lock_windows(connection: Connection, location: DatabaseLocation) -> None:
    """Wait until no other worker claims by windows, and let none until the transaction ends.

    SQLite has one writer at a time.
    """
    if connection.dialect.name != "sqlite":
        key = {"key": location.lock_key("windows")}
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)


def chosen(
    connection: Connection, rows: Sequence[Any], limits: SharedLimits, *, most: int, now: datetime
) -> tuple[list[Any], datetime | None]:
    """Those of due rows that may go now, and when the next one may; see `shared_limits.choose`."""
    # First what is under way: who settles meanwhile is counted twice, and not never.
    claimed = _claimed(connection, limits.domains)
    windows = [*limits.server, *(one for some in limits.domains.values() for one in some)]
    sent = _sent(connection, windows, limits.domains, now=now)
    rooms: dict[str, Room] = {}
    for domain, some in limits.domains.items():
        room = room_in(some, claimed=claimed[domain], before=sent[domain], now=now)
        if room:
            rooms[domain] = room
    choice = choose(
        [row.key.rpartition("@")[2] for row in rows],
        most=most,
        server=room_in(limits.server, claimed=claimed[_ALL], before=sent[_ALL], now=now),
        rooms=rooms,
    )
    return [rows[place] for place in choice.places], choice.opens


def _claimed(connection: Connection, domains: Iterable[str]) -> dict[str | None, int]:
    """How many deliveries are claimed, in all and of each of these domains."""
    names = list(domains)
    theirs = [
        or_(subscribers.c.key.is_(None), subscribers.c.key.endswith(f"@{one}", autoescape=True))
        for one in names
    ]
    query = (
        select(func.count(), *(func.sum(case((one, 1), else_=0)) for one in theirs))
        .select_from(deliveries)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .where(deliveries.c.state == DeliveryState.CLAIMED, IS_OPEN)
    )
    found = connection.execute(query).one()
    return {name: int(number or 0) for name, number in zip((_ALL, *names), found, strict=True)}


def _sent(
    connection: Connection,
    windows: Iterable[SharedWindow],
    domains: Iterable[str],
    *,
    now: datetime,
) -> dict[str | None, SentBefore]:
    """What was sent as far back as windows reach, in all and to each of these domains."""
    reach = {True: now, False: now}
    for one in windows:
        reach[one.by_moments] = min(reach[one.by_moments], now - one.length)
    names: Sequence[str | None] = (_ALL, *domains)
    moments = _counts(connection, sent_moments, names, since=reach[True], until=now)
    minutes = _counts(connection, sent_minutes, names, since=reach[False], until=now, span=MINUTE)
    return {
        name: SentBefore(moments=moments.get(name, ()), minutes=minutes.get(name, ()))
        for name in names
    }


def _counts(
    connection: Connection,
    table: Table,
    names: Sequence[str | None],
    *,
    since: datetime,
    until: datetime,
    span: timedelta | None = None,
) -> Mapping[str | None, list[SentCount]]:
    """What a table has counted after `since`; its times are the ends, or `span` before the ends."""
    if since >= until:
        return {}
    time, domain = table.primary_key
    begun = since - span if span else since
    found: dict[str | None, list[SentCount]] = defaultdict(list)
    every = select(time, func.sum(table.c.sent)).where(time > begun).group_by(time).order_by(time)
    for at, number in connection.execute(every):
        found[_ALL].append(SentCount(end=at + span if span else at, sent=int(number)))
    limited = [name for name in names if name is not None]
    each = (
        select(time, domain, table.c.sent)
        .where(time > begun, domain.in_([*limited, _ANY_DOMAIN]))
        .order_by(time)
    )
    for at, name, number in connection.execute(each) if limited else ():
        for counted in limited if name == _ANY_DOMAIN else [name]:
            found[counted].append(SentCount(end=at + span if span else at, sent=int(number)))
    return found
