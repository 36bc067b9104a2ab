"""The store of subscribers: every method that writes is one transaction.

Each query is in the module of the thing that it asks about.
"""

from __future__ import annotations

import secrets as random
from typing import TYPE_CHECKING

from sqlalchemy import select

from msnewsletter.store.base import StoreBase, insert_new
from msnewsletter.store.database import open_engine
from msnewsletter.store.subscribers.bounce_queries import BounceQueries
from msnewsletter.store.subscribers.chunk_queries import ChunkQueries
from msnewsletter.store.subscribers.delivery_queries import DeliveryQueries
from msnewsletter.store.subscribers.door_queries import DoorQueries
from msnewsletter.store.subscribers.ledger_checks import LedgerChecks
from msnewsletter.store.subscribers.ledger_queries import LedgerQueries
from msnewsletter.store.subscribers.list_queries import ListQueries
from msnewsletter.store.subscribers.mailing_queries import MailingQueries
from msnewsletter.store.subscribers.subscriber_queries import SubscriberQueries
from msnewsletter.store.subscribers.subscriber_tables import BOUNCE_KEY, KEY, secrets
from msnewsletter.store.subscribers.worker_queries import WorkerQueries

if TYPE_CHECKING:
    from msnewsletter.store.location import DatabaseLocation

_KEY_BYTES = 32


def open_subscribers(
    location: DatabaseLocation, *, create: bool = True, empty: bool = True
) -> SubscriberStore:
    """The subscribers at a location; where there is none, it is created, or else one in memory.

    Raises StoreError, without `empty` also where no home has made the tables yet.
    """
    engine = open_engine(location, create=create, empty=empty)
    return SubscriberStore(engine, location=location)


class SubscriberStore(
    SubscriberQueries,
    DoorQueries,
    ListQueries,
    MailingQueries,
    DeliveryQueries,
    ChunkQueries,
    WorkerQueries,
    LedgerQueries,
    BounceQueries,
    LedgerChecks,
    StoreBase,
):
    """The open database of subscribers."""

    def secret(self) -> bytes:
        """The key that signs tokens and hashes the forgotten, 32 bytes; made when first asked for.

        It is in the database, so a backup has it: with another key no link in any mail that was
        sent would work.
        """
        return self._secret(KEY)

    def bounce_secret(self) -> bytes:
        """The key of the envelope senders by which bounces are known, 32 bytes.

        It is made when first asked for, and anew once the ledger was dropped: the same numbers name
        other mails then.
        """
        return self._secret(BOUNCE_KEY)

    def _secret(self, name: str) -> bytes:
        query = select(secrets.c.value).where(secrets.c.name == name)
        found = self._value(query)
        if found is None:
            with self._transaction() as connection:
                # Of several who make it at once one does, and all have that one.
                made = {"name": name, "value": random.token_bytes(_KEY_BYTES)}
                insert_new(connection, secrets, [made], unique=secrets.c.name)
                found = connection.execute(query).scalar_one()
        return bytes(found)
