"""Queries on many subscribers at once: a piece of a list, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, func, insert, select, update

from msnewsletter.store.base import StoreBase, execute_many, insert_new, insert_rows, rows_with
from msnewsletter.store.subscribers.subscriber_queries import consent_row, new_handles
from msnewsletter.store.subscribers.subscriber_tables import consents, forgotten, subscribers
from msnewsletter.subscribers.list_merge import KnownSubscriber
from msnewsletter.subscribers.subscriber import ConsentWay, SubscribedEdition, SubscriberState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from msnewsletter.subscribers.address import Address
    from msnewsletter.subscribers.listed_subscriber import ListStanding
    from msnewsletter.subscribers.subscriber import Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """What a list makes of an address.

    Attributes:
        address: whose it is.
        before: who has it; None: nobody, and they are added.
        standing: where they stand then.
        edition: which mail they get; None: the one they chose here, or else the full one.
        since: since when they stand so, aware.
        paused_until: they asked for no mail until then, aware.
        consent: what they agreed to.
    """

    address: Address = field(repr=False)
    before: KnownSubscriber | None
    standing: ListStanding
    edition: SubscribedEdition | None
    since: datetime
    paused_until: datetime | None
    consent: Consent | None = field(repr=False)


class ListQueries(StoreBase):
    """What is asked and changed for a piece of a list."""

    def known_among(self, addresses: Sequence[Address]) -> dict[str, KnownSubscriber]:
        """Who has these addresses, by their keys."""
        here = (
            select(func.max(consents.c.at))
            .where(consents.c.subscriber == subscribers.c.id, consents.c.way != ConsentWay.IMPORT)
            .scalar_subquery()
        )
        query = select(subscribers.c.id, subscribers.c.key, subscribers.c.state, here.label("here"))
        with self._reading() as connection:
            keys = [one.key for one in addresses]
            return {
                row.key: KnownSubscriber(
                    id=row.id, state=SubscriberState(row.state), consented_here=row.here
                )
                for row in rows_with(connection, query, subscribers.c.key, keys)
            }

    def forgotten_among(self, addresses: Sequence[Address], *, secret: bytes) -> set[str]:
        """The keys of those addresses that were forgotten."""
        if self._first(select(forgotten.c.hash).limit(1)) is None:
            return set()
        by_hash = {one.forgotten_as(secret): one.key for one in addresses}
        with self._reading() as connection:
            found = rows_with(connection, select(forgotten.c.hash), forgotten.c.hash, by_hash)
            return {by_hash[row.hash] for row in found}

    def put_list(self, changes: Sequence[ListedChange], *, at: datetime) -> None:
        """Add and change subscribers; who was changed by somebody else meanwhile stays so."""
        with self._transaction() as connection:
            _add(connection, [one for one in changes if one.before is None], at)
            _change(connection, [one for one in changes if one.before is not None])


def _add(connection: Connection, added: Sequence[ListedChange], at: datetime) -> None:
    handles = new_handles(len(added))
    rows = [_row(one, handle, at) for one, handle in zip(added, handles, strict=True)]
    insert_new(connection, subscribers, rows, unique=subscribers.c.key)
    agreed = [
        {
            "by": row["handle"],
            "on": one.consent.at,
            "how": one.consent.way.value,
            "to": one.consent.words,
        }
        for one, row in zip(added, rows, strict=True)
        if one.consent
    ]
    if agreed:
        # By the handle: whom another program has added meanwhile has another one.
        theirs = select(
            subscribers.c.id,
            bindparam("on", type_=consents.c.at.type),
            bindparam("how", type_=consents.c.way.type),
            bindparam("to", type_=consents.c.words.type),
        ).where(subscribers.c.handle == bindparam("by"))
        columns = ["subscriber", "at", "way", "words"]
        execute_many(connection, insert(consents).from_select(columns, theirs), agreed)


def _row(one: ListedChange, handle: str, at: datetime) -> dict[str, object]:
    return {
        "handle": handle,
        "typed": one.address.typed,
        "mailbox": one.address.mailbox,
        "key": one.address.key,
        # sqlite3 takes six times as long for what is not just a str.
        "state": one.standing.state.value,
        "suppression": one.standing.suppression and one.standing.suppression.value,
        "edition": (one.edition or SubscribedEdition.FULL).value,
        "since": one.since,
        "created": at,
        "paused_until": one.paused_until,
        "soft_bounces": 0,
    }


def _changed_row(number: int, one: ListedChange) -> dict[str, object]:
    gets_mail = one.standing.state is SubscriberState.CONFIRMED
    return {
        "number": number,
        "becomes": one.standing.state,
        "why": one.standing.suppression,
        "mail": one.edition,
        "from_then": one.since,
        "rests": one.paused_until if gets_mail else None,
    }


def _change(connection: Connection, changed: Sequence[ListedChange]) -> None:
    by_number = {one.before.id: one for one in changed if one.before and one.before.id}
    # By one lock with what is written: somebody may leave, or be forgotten, meanwhile.
    states = select(subscribers.c.id, subscribers.c.state).with_for_update()
    found = rows_with(connection, states, subscribers.c.id, by_number)
    same = {
        row.id: one
        for row in found
        if (one := by_number[row.id]).before and one.before.state == row.state
    }
    if not same:
        return
    statement = (
        update(subscribers)
        .where(subscribers.c.id == bindparam("number"))
        .values(
            state=bindparam("becomes"),
            suppression=bindparam("why"),
            # What they chose here, where the list does not say.
            edition=func.coalesce(bindparam("mail", type_=Text), subscribers.c.edition),
            since=bindparam("from_then"),
            paused_until=bindparam("rests"),
            soft_bounces=0,
        )
    )
    connection.execute(statement, [_changed_row(number, one) for number, one in same.items()])
    agreed = [consent_row(number, one.consent) for number, one in same.items() if one.consent]
    insert_rows(connection, consents, agreed)
