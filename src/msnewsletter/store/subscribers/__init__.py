"""The subscribers' own database: who they are, what they agreed to, and what was sent to them.

It stands apart from the newsletter's database, which may be thrown away and made again; this one
may not: it is backed up. A SQLite file for its owner's eyes alone, or a schema of its own in
PostgreSQL. No error of it repeats a value.
"""

from msnewsletter.store.subscribers.chunk_rows import ForWorkers
from msnewsletter.store.subscribers.ledger_queries import PastDelivery
from msnewsletter.store.subscribers.list_queries import ListedChange
from msnewsletter.store.subscribers.subscriber_location import subscribers_at
from msnewsletter.store.subscribers.subscriber_store import SubscriberStore, open_subscribers
from msnewsletter.store.subscribers.subscriber_tables import NEWEST_SUBSCRIBERS
from msnewsletter.store.subscribers.worker_queries import WorkerRow

__all__ = [
    "NEWEST_SUBSCRIBERS",
    "ForWorkers",
    "ListedChange",
    "PastDelivery",
    "SubscriberStore",
    "WorkerRow",
    "open_subscribers",
    "subscribers_at",
]
