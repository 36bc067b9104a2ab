"""What the newsletter remembers: summaries, issues, entries, slots. The only SQL.

`open_store` opens it; every method of `Store` that writes is one transaction.
"""

from msnewsletter.store.clock import ClockMark, NamedBy, Notification, Outcome, TakenSlot
from msnewsletter.store.locks import CLOCK, SessionLock
from msnewsletter.store.place import Place, place_of
from msnewsletter.store.site_index import Edited, SiteIndex
from msnewsletter.store.store import (
    IssueState,
    Known,
    LastIssue,
    Pending,
    Settled,
    SettledAs,
    Store,
    open_store,
)

__all__ = [
    "CLOCK",
    "ClockMark",
    "Edited",
    "IssueState",
    "Known",
    "LastIssue",
    "NamedBy",
    "Notification",
    "Outcome",
    "Pending",
    "Place",
    "SessionLock",
    "Settled",
    "SettledAs",
    "SiteIndex",
    "Store",
    "TakenSlot",
    "open_store",
    "place_of",
]
