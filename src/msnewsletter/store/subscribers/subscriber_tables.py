"""The tables of the subscribers' database; an older one is brought up to date by migrations/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    literal_column,
)

from msnewsletter.store.table_set import TableSet
from msnewsletter.store.tables import Instant
from msnewsletter.subscribers.delivery_state import OPEN

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

metadata = MetaData()

SUBSCRIBERS = TableSet(
    metadata=metadata,
    migrations=Path(__file__).with_name("migrations"),
    # Those of migrations/versions/; a test compares them.
    released=("0001", "0002", "0003"),
    known_by="subscribers",
    remedy="restore it from a backup: nothing can make it again",
    schema="subscribers",
    # The door, the clock and a command write at the same time, a row each.
    isolation="READ COMMITTED",
    private=True,
)
NEWEST_SUBSCRIBERS = SUBSCRIBERS.head

# The name of the key that signs tokens and hashes who is forgotten.
KEY = "key"
# That of the key by which bounces are known.
BOUNCE_KEY = "bounces"
secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("typed", Text, nullable=False),  # address.Address
    Column("mailbox", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),  # subscriber.SubscriberState
    Column("suppression", Text),  # subscriber.SuppressionReason
    Column("edition", Text, nullable=False),  # subscriber.SubscribedEdition
    Column("since", Instant, nullable=False),
    Column("created", Instant, nullable=False),
    Column("paused_until", Instant),
    Column("confirmation_sent", Instant),
    Column("soft_bounces", Integer, nullable=False, default=0),  # as of the last bounce
    # A number that was once in a journal or a ledger never names somebody else.
    sqlite_autoincrement=True,
)
Index("subscribers_state", subscribers.c.state)

# What each subscriber agreed to, the newest last.
consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("way", Text, nullable=False),  # subscriber.ConsentWay
    Column("words", Text, nullable=False),
)
Index("consents_subscriber", consents.c.subscriber)

# Who was forgotten: keyed hashes, so that no list brings them back.
forgotten = Table(
    "forgotten",
    metadata,
    Column("hash", Text, primary_key=True),  # Address.forgotten_as
    Column("at", Instant, nullable=False),
)

# What was asked for at the door. An address stays until its mail is sent or given up, the rest for
# a day, to count by.
door_requests = Table(
    "door_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),  # door_rules.DoorRequestKind
    Column("asked", Text, nullable=False),  # door_network.hashed_request
    Column("network", Text, nullable=False),  # door_network.hashed_network
    Column("quiet", Boolean, nullable=False),  # no mail was due
    Column("typed", Text),  # address.Address
    Column("mailbox", Text),
    Column("key", Text),
    Column("edition", Text, nullable=False),  # subscriber.SubscribedEdition
    Column("due", Instant),  # when its mail is to be tried; null: there is none to send
    Column("attempts", Integer, nullable=False, default=0),
    Column("fault", Text),  # why it could not be handed over, without an address
    sqlite_autoincrement=True,
)
Index("door_requests_at", door_requests.c.at)
Index("door_requests_asked", door_requests.c.asked)
Index("door_requests_network", door_requests.c.network)
Index("door_requests_due", door_requests.c.due)

# One row for each issue that is, or was, delivered from here.
mailings = Table(
    "mailings",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("manifest", Text, nullable=False),  # SHA-256 of its folder's manifest.json
    Column("created", Instant, nullable=False),
    Column("finished", Instant),  # when nothing was left to do; null: it is under way
    # How often some of its deliveries were claimed: the outbox knows of as many, or this is older.
    Column("claims", Integer, nullable=False, server_default="0"),
    # As many as a worker remembers, where that was more: this is older until a person has decided.
    Column("remembered", Integer),
)

# One issue × one subscriber. The id is made of both (see delivery_id), so a
# second one of the same two cannot be. Rows stay when their subscriber is forgotten: they hold
# no address.
deliveries = Table(
    "deliveries",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("issue", Integer, nullable=False),
    Column("subscriber", Integer, nullable=False),
    Column("edition", Text, nullable=False),  # subscriber.SubscribedEdition
    Column("state", Text, nullable=False),  # delivery_state.DeliveryState
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", Instant),  # when a temporary failure is tried again
    Column("refused", Instant),  # since when the server refuses us with it
    Column("claimed_by", Text),  # the journal that knows what became of it
    Column("code", Integer),  # SMTP's reply code
    Column("enhanced", Text),  # RFC 3463, e.g. "5.1.1"
    Column("changed", Instant),
)
# What is still to do stays quick to find however many are done.
# Literals: SQLite uses a partial index only where a query repeats its very condition.
IS_OPEN = deliveries.c.state.in_([literal_column(f"'{state}'", Text) for state in OPEN])
Index(
    "deliveries_open",
    deliveries.c.state,
    deliveries.c.due,
    deliveries.c.id,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)

# What came back of deliveries, one for each: the first that was read. The delivery stays sent.
bounces = Table(
    "bounces",
    metadata,
    Column(
        "delivery",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),  # bounces.BounceKind
    Column("code", Text),  # RFC 3463, e.g. "5.1.1"
)

_SUBSCRIBER_BITS = 32


def delivery_id(issue: int, subscriber: int = 0) -> int:
    """The id of the delivery of an issue to a subscriber; 0: the first that it could have."""
    return (issue << _SUBSCRIBER_BITS) | subscriber


def of_issue(issue: int) -> ColumnElement[bool]:
    """The deliveries of an issue: a range of their ids."""
    return deliveries.c.id.between(delivery_id(issue), delivery_id(issue + 1) - 1)


# How many were sent in each minute: what rolling windows are counted from after a restart. What is
# older than two days goes with the next mail.
sent_minutes = Table(
    "sent_minutes",
    metadata,
    Column("minute", Instant, primary_key=True),
    Column("domain", Text, primary_key=True),
    Column("sent", Integer, nullable=False),
)

# The same in tenths of a second, each counted at its end: what windows of seconds are counted from
# where several workers share them. Older ones go with the next mail.
sent_moments = Table(
    "sent_moments",
    metadata,
    Column("moment", Instant, primary_key=True),
    Column("domain", Text, primary_key=True),
    Column("sent", Integer, nullable=False),
)

# ── for workers on other machines, which have no outbox ──────────────────────────────────────────

# What is filled in for each reader of a mailing, while it is under way.
mailing_mails = Table(
    "mailing_mails",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("edition", Text, primary_key=True),  # subscriber.SubscribedEdition
    Column("data", LargeBinary, nullable=False),
)

# The pieces in which a mailing is handed to workers: each a range of the ids of its deliveries.
mailing_chunks = Table(
    "mailing_chunks",
    metadata,
    Column("issue", Integer, nullable=False),
    Column(
        "first",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("last", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("machine", Text, nullable=False),
    Column("process", Integer, nullable=False),
    Column("release", Text, nullable=False),  # of the program
    Column("form", Integer, nullable=False),  # of the jobs that it understands
    Column("started", Instant, nullable=False),
    Column("seen", Instant, nullable=False),  # its last sign of life
    Column("ended", Instant),  # when it ended by itself; null: it has not, or was lost
    Column("says", Text),  # what keeps it from working, without an address; null: nothing
    Column("hindered", Instant),  # since when something does
)

# Settings that the home and all workers must have in common; see sending_terms.py.
sending_terms = Table(
    "sending_terms",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),  # JSON
)

# Until when a journal's claims are its worker's: then they are in doubt, until the journal settles
# them after all, or a person does.
leases = Table(
    "leases",
    metadata,
    Column("journal", Text, primary_key=True),
    Column("worker", Text, nullable=False),  # its name
    Column("until", Instant, nullable=False),
    Column("lost", Instant),  # when its claims were put in doubt; null: they were not
)
