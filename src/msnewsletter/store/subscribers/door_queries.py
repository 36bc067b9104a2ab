"""Queries of the public door: what was asked for there, whose mail waits, and who leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, exists, func, insert, or_, select, update

from msnewsletter.store.base import StoreBase, rows_with, upsert
from msnewsletter.store.subscribers.subscriber_tables import (
    consents,
    door_requests,
    forgotten,
    subscribers,
)
from msnewsletter.subscribers.address import Address
from msnewsletter.subscribers.door_rules import (
    ADDRESS_PAUSE,
    HOUR,
    KEPT_PENDING,
    DoorCounts,
    DoorRequestKind,
)
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement

_DONE = {"typed": None, "mailbox": None, "key": None, "due": None, "fault": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRequest:
    """What somebody asks for at the door.

    Attributes:
        at: when, aware.
        kind: what it is.
        address: theirs, or somebody else's.
        edition: which mail they want.
        asked, network: keyed hashes of kind and address, and of the network that it came from.
    """

    at: datetime
    kind: DoorRequestKind
    address: Address = field(repr=False)
    edition: SubscribedEdition
    asked: str
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLetter:
    """A request whose mail is to be sent.

    Attributes:
        id: the only name of it for logs and errors.
        at: when it was asked for, aware UTC.
        attempts: how often its mail was tried before.
    """

    id: int
    at: datetime
    kind: DoorRequestKind
    address: Address = field(repr=False)
    edition: SubscribedEdition
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLetters:
    """The mails of the door that are not sent yet.

    Attributes:
        count: how many.
        since: when the oldest was asked for, aware UTC.
        failing: how many could not be handed over at least once.
        fault: why the last of these could not, without an address; empty: none failed.
    """

    count: int = 0
    since: datetime | None = None
    failing: int = 0
    fault: str = ""


class DoorQueries(StoreBase):
    """What is asked about the door."""

    def door_counts(self, request: DoorRequest) -> DoorCounts:
        """What was asked for before that counts for a request."""
        day, hour = request.at - ADDRESS_PAUSE, request.at - HOUR
        table = door_requests.c
        of_address = and_(table.asked == request.asked, table.at > day)
        of_network = and_(table.network == request.network, table.at > hour)
        in_all = and_(table.at > hour, table.quiet.is_(False))
        with self._reading() as connection:
            row = connection.execute(
                select(_count(of_address), _count(of_network), _count(in_all))
            ).one()
        return DoorCounts(of_address=row[0], of_network=row[1], in_all=row[2])

    def note_door_request(self, request: DoorRequest, *, quiet: bool) -> None:
        """Note a request; `quiet`: no mail is due. What is too old to count is removed."""
        address = request.address
        row = {
            "at": request.at,
            "kind": request.kind,
            "asked": request.asked,
            "network": request.network,
            "quiet": quiet,
            "typed": None if quiet else address.typed,
            "mailbox": None if quiet else address.mailbox,
            "key": None if quiet else address.key,
            "edition": request.edition,
            "due": None if quiet else request.at,
            "attempts": 0,
        }
        old = and_(door_requests.c.at <= request.at - ADDRESS_PAUSE, door_requests.c.due.is_(None))
        with self._transaction() as connection:
            connection.execute(insert(door_requests).values(row))
            connection.execute(delete(door_requests).where(old))

    def take_due_letter(self, *, now: datetime, until: datetime) -> DueLetter | None:
        """The request whose mail has been due for longest; None: none is.

        Nobody else gets it before `until`: who is killed meanwhile leaves it to be tried again
        then.
        """
        query = (
            select(door_requests)
            .where(door_requests.c.due <= now)
            # Who has waited longest; what failed is due later, so that it is no obstacle to others.
            .order_by(door_requests.c.due, door_requests.c.id)
            .limit(1)
            # SQLite has one writer at a time, and says nothing of this.
            .with_for_update(skip_locked=True)
        )
        with self._transaction() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            mine = update(door_requests).where(door_requests.c.id == row.id)
            connection.execute(mine.values(due=until))
        return _due_letter(row)

    def finish_letter(self, number: int) -> None:
        """Note that nothing is to be sent (any more): the address is removed."""
        self._change_request(number, **_DONE)

    def postpone_letter(self, number: int, *, due: datetime, fault: str) -> None:
        """Note that a mail could not be handed over, why, and when to try again (aware)."""
        attempts = door_requests.c.attempts + 1
        self._change_request(number, due=due, fault=fault, attempts=attempts)

    def _change_request(self, number: int, **values: Any) -> None:  # noqa: ANN401  (columns of many types)
        with self._transaction() as connection:
            one = update(door_requests).where(door_requests.c.id == number)
            connection.execute(one.values(values))

    def has_due_letters(self, now: datetime) -> bool:
        """Whether any mail of the door is due; `now` is aware."""
        return bool(self._value(select(exists().where(door_requests.c.due <= now))))

    def waiting_letters(self) -> WaitingLetters:
        """The mails that are not sent yet."""
        waits = door_requests.c.due.is_not(None)
        count = select(
            func.count(), func.min(door_requests.c.at), func.count(door_requests.c.fault)
        )
        row = self._first(count.where(waits))
        last = select(door_requests.c.fault).where(waits, door_requests.c.fault.is_not(None))
        fault = self._value(last.order_by(door_requests.c.id.desc()).limit(1))
        return WaitingLetters(count=row[0], since=row[1], failing=row[2], fault=fault or "")

    def drop_unconfirmed(self, now: datetime, *, secret: bytes) -> int:
        """Remove who was asked to confirm and did not within `KEPT_PENDING`; returns how many.

        Who left instead is removed so long after that, and forgotten: no list brings them back.
        """
        # Somebody may have entered them by hand, with their consent.
        agreed = exists().where(consents.c.subscriber == subscribers.c.id)
        silent = and_(
            subscribers.c.state == SubscriberState.PENDING,
            subscribers.c.confirmation_sent <= now - KEPT_PENDING,
            ~agreed,
        )
        left = and_(
            subscribers.c.state == SubscriberState.UNSUBSCRIBED,
            subscribers.c.since <= now - KEPT_PENDING,
            # Others came with a list on which they had left.
            subscribers.c.confirmation_sent <= subscribers.c.since,
            ~agreed,
        )
        columns = (subscribers.c.typed, subscribers.c.mailbox, subscribers.c.key)
        with self._transaction() as connection:
            hashes = [
                {"hash": _address(row).forgotten_as(secret), "at": now}
                for row in connection.execute(select(*columns).where(left).with_for_update())
            ]
            upsert(connection, forgotten, hashes)
            gone = delete(subscribers).where(or_(silent, left))
            return int(connection.execute(gone).rowcount)

    def leave_all(self, handles: Iterable[str], *, at: datetime) -> set[str]:
        """Unsubscribe all subscribers of these handles, in one transaction.

        Who left before, is suppressed, or is not there any more, stays as they are. Returns the
        handles of those who left by this, and had been confirmed.
        """
        named = list(dict.fromkeys(handles))
        confirmed = select(subscribers.c.handle).where(
            subscribers.c.state == SubscriberState.CONFIRMED
        )
        # Not `not_in`: that cannot be said of many handles at once.
        leaves = (
            update(subscribers)
            .where(
                subscribers.c.handle == bindparam("named"),
                subscribers.c.state != SubscriberState.UNSUBSCRIBED,
                subscribers.c.state != SubscriberState.SUPPRESSED,
            )
            .values(state=SubscriberState.UNSUBSCRIBED, since=at, paused_until=None, soft_bounces=0)
        )
        rows = [{"named": handle} for handle in named]
        with self._transaction() as connection:
            # Two who say that one person leaves at the same time, say the same.
            gone = {
                row.handle for row in rows_with(connection, confirmed, subscribers.c.handle, named)
            }
            if rows:
                connection.execute(leaves, rows)
        return gone


def _count(condition: ColumnElement[bool]) -> Any:  # noqa: ANN401  (a scalar subquery)
    return select(func.count()).select_from(door_requests).where(condition).scalar_subquery()


def _address(row: Any) -> Address:  # noqa: ANN401  (a row)
    return Address(typed=row.typed, mailbox=row.mailbox, key=row.key)


def _due_letter(row: Any) -> DueLetter:  # noqa: ANN401  (a row)
    return DueLetter(
        id=row.id,
        at=row.at,
        kind=DoorRequestKind(row.kind),
        address=_address(row),
        edition=SubscribedEdition(row.edition),
        attempts=row.attempts,
    )
