"""Queries on subscribers, their consents, and who is forgotten."""

from __future__ import annotations

import secrets as random
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from msnewsletter.store.base import StoreBase, insert_rows, rows_with, upsert
from msnewsletter.store.subscribers.subscriber_tables import (
    consents,
    door_requests,
    forgotten,
    subscribers,
)
from msnewsletter.subscribers.address import Address
from msnewsletter.subscribers.subscriber import (
    Consent,
    ConsentWay,
    SubscribedEdition,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

# 72 random bits, and those of many who are added at once have 12 of them in common: nobody guesses
# one, and no two are the same.
_HANDLE_BYTES, _HANDLE_LETTERS, _IN_COMMON = 9, 12, 2
_PAGE = 500


def new_handles(number: int) -> list[str]:
    """Handles for so many who are added at once; each names nobody else.

    They begin alike, so that they lie side by side in their index: elsewhere, each of them would
    cost a page to read and to write.
    """
    drawn = urlsafe_b64encode(random.token_bytes(_HANDLE_BYTES * number)).decode("ascii")
    begin = drawn[:_IN_COMMON]
    starts = range(0, len(drawn), _HANDLE_LETTERS)
    return [begin + drawn[start + _IN_COMMON : start + _HANDLE_LETTERS] for start in starts]


class SubscriberQueries(StoreBase):
    """What is asked about subscribers."""

    def add_subscriber(
        self,
        address: Address,
        *,
        at: datetime,
        state: SubscriberState,
        suppression: SuppressionReason | None = None,
        edition: SubscribedEdition = SubscribedEdition.FULL,
        consent: Consent | None = None,
    ) -> Subscriber:
        """Add somebody who is not on the books; raises StoreError where they are."""
        row = {
            "handle": new_handles(1)[0],
            "typed": address.typed,
            "mailbox": address.mailbox,
            "key": address.key,
            "state": state,
            "suppression": suppression,
            "edition": edition,
            "since": at,
            "created": at,
        }
        with self._transaction() as connection:
            added = connection.execute(insert(subscribers).values(row).returning(subscribers)).one()
            if consent:
                insert_rows(connection, consents, [consent_row(added.id, consent)])
        return _subscriber(added)

    def subscriber(self, number: int) -> Subscriber | None:
        """The subscriber of that id; None: there is none (any more)."""
        return self._one(subscribers.c.id == number)

    def subscriber_at(self, address: Address) -> Subscriber | None:
        """The subscriber of that address; None: there is none."""
        return self._one(subscribers.c.key == address.key)

    def subscriber_named(self, handle: str) -> Subscriber | None:
        """The subscriber of that handle; None: there is none (any more)."""
        return self._one(subscribers.c.handle == handle)

    def _one(self, condition: ColumnElement[bool]) -> Subscriber | None:
        row = self._first(select(subscribers).where(condition))
        return _subscriber(row) if row else None

    def subscribers(self, *states: SubscriberState) -> Iterator[Subscriber]:
        """All subscribers (of these states, if any are named), by id, in bounded memory."""
        query = select(subscribers).order_by(subscribers.c.id).limit(_PAGE)
        if states:
            query = query.where(subscribers.c.state.in_(states))
        last = 0
        while rows := self._all(query.where(subscribers.c.id > last), _subscriber):
            yield from rows
            last = rows[-1].id

    def consents(self, number: int) -> list[Consent]:
        """What a subscriber agreed to, oldest first."""
        query = select(consents).where(consents.c.subscriber == number).order_by(consents.c.id)
        return self._all(query, _consent)

    def newest_consents(self, numbers: Sequence[int]) -> dict[int, Consent]:
        """What each of these subscribers agreed to last; who never did is left out."""
        query = select(consents).order_by(consents.c.id)
        with self._reading() as connection:
            found = rows_with(connection, query, consents.c.subscriber, numbers)
            return {row.subscriber: _consent(row) for row in found}

    def change_state(
        self,
        number: int,
        state: SubscriberState,
        *,
        at: datetime,
        suppression: SuppressionReason | None = None,
        consent: Consent | None = None,
        only_from: Subscriber | None = None,
    ) -> bool:
        """Put a subscriber into a state, perhaps with what they agreed to by it.

        With `only_from`, as they were read, it changes nothing and returns False where their state
        has changed meanwhile, or they are gone.

        A pause and the count of soft bounces end. Changes nothing where they are in it already for
        the same reason, except that the consent is kept.
        """
        same = (subscribers.c.state == state) & subscribers.c.suppression.is_not_distinct_from(
            suppression
        )
        changed = update(subscribers).where(subscribers.c.id == number, ~same)
        values = {
            "state": state,
            "suppression": suppression,
            "since": at,
            "paused_until": None,
            "soft_bounces": 0,
        }
        if only_from:
            changed = changed.where(
                subscribers.c.state == only_from.state,
                subscribers.c.suppression.is_not_distinct_from(only_from.suppression),
                subscribers.c.since == only_from.since,
            )
        with self._transaction() as connection:
            done = connection.execute(changed.values(values)).rowcount
            if only_from and not done:
                return False
            if consent:
                insert_rows(connection, consents, [consent_row(number, consent)])
        return True

    def change_edition(self, number: int, edition: SubscribedEdition) -> None:
        """Give a subscriber another edition from the next issue on."""
        self._set(number, edition=edition)

    def pause(self, number: int, *, until: datetime | None) -> None:
        """Send a subscriber nothing until then (aware); None ends a pause."""
        self._set(number, paused_until=until)

    def note_confirmation(self, number: int, *, at: datetime) -> None:
        """Note that a mail with a confirmation link was sent."""
        self._set(number, confirmation_sent=at)

    def _set(self, number: int, **values: Any) -> None:  # noqa: ANN401  (columns of many types)
        with self._transaction() as connection:
            connection.execute(update(subscribers).where(subscribers.c.id == number).values(values))

    def forget(self, address: Address, *, secret: bytes, at: datetime) -> bool:
        """Remove an address and all about it; a keyed hash stays, so that no list brings it back.

        Returns whether it was on the books.
        """
        with self._transaction() as connection:
            upsert(connection, forgotten, [{"hash": address.forgotten_as(secret), "at": at}])
            connection.execute(delete(door_requests).where(door_requests.c.key == address.key))
            gone = delete(subscribers).where(subscribers.c.key == address.key)
            return bool(connection.execute(gone).rowcount)

    def remember_again(self, address: Address, *, secret: bytes) -> None:
        """Forget that an address was forgotten: its owner signed up anew, and confirmed it."""
        with self._transaction() as connection:
            gone = forgotten.c.hash == address.forgotten_as(secret)
            connection.execute(delete(forgotten).where(gone))

    def count_subscribers(self) -> dict[tuple[SubscriberState, SubscribedEdition], int]:
        """How many there are of each state and edition; those of none are left out."""
        count = func.count().label("count")
        query = select(subscribers.c.state, subscribers.c.edition, count).group_by(
            subscribers.c.state, subscribers.c.edition
        )
        return dict(
            self._all(
                query,
                lambda row: (
                    (SubscriberState(row.state), SubscribedEdition(row.edition)),
                    int(row[2]),
                ),
            )
        )

    def count_paused(self, now: datetime) -> int:
        """How many are confirmed and asked for no mail for a while; `now` is aware."""
        paused = (subscribers.c.paused_until > now) & (
            subscribers.c.state == SubscriberState.CONFIRMED
        )
        return self._value(select(func.count()).where(paused)) or 0

    def count_suppressed(self) -> dict[SuppressionReason, int]:
        """How many are suppressed for each reason."""
        query = (
            select(subscribers.c.suppression, func.count())
            .where(subscribers.c.state == SubscriberState.SUPPRESSED)
            .group_by(subscribers.c.suppression)
        )
        found = dict(self._all(query, tuple))
        return {reason: found.get(reason, 0) for reason in SuppressionReason}

    def count_soft_bounces(self) -> int:
        """How many get mail though the last ones to them came back for the time being."""
        counted = (subscribers.c.soft_bounces > 0) & (
            subscribers.c.state == SubscriberState.CONFIRMED
        )
        return self._value(select(func.count()).where(counted)) or 0

    def count_forgotten(self) -> int:
        """How many addresses were forgotten."""
        return self._value(select(func.count()).select_from(forgotten)) or 0


def _subscriber(row: Any) -> Subscriber:  # noqa: ANN401  (a row)
    return Subscriber(
        id=row.id,
        handle=row.handle,
        address=Address(typed=row.typed, mailbox=row.mailbox, key=row.key),
        state=SubscriberState(row.state),
        suppression=SuppressionReason(row.suppression) if row.suppression else None,
        edition=SubscribedEdition(row.edition),
        since=row.since,
        created=row.created,
        paused_until=row.paused_until,
        confirmation_sent=row.confirmation_sent,
        soft_bounces=row.soft_bounces,
    )


def _consent(row: Any) -> Consent:  # noqa: ANN401  (a row)
    return Consent(at=row.at, way=ConsentWay(row.way), words=row.words)


def consent_row(number: int, consent: Consent) -> dict[str, object]:
    """A row of what a subscriber agreed to."""
    return {
        "subscriber": number,
        "at": consent.at,
        "way": consent.way,
        "words": consent.words,
    }
