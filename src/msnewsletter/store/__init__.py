"""What the newsletter remembers: summaries, issues, entries, slots. The only SQL.

`open_store` opens it; every method of `Store` that writes is one transaction.
"""

from msnewsletter.store.clock import Outcome, TakenSlot
from msnewsletter.store.locks import CLOCK, SessionLock
from msnewsletter.store.place import Place, place_of
from msnewsletter.store.site_index import Edited, SiteIndex
from msnewsletter.store.store import (
    BASELINE,
    IssueState,
    Known,
    LastIssue,
    Pending,
    Store,
    open_store,
)

__all__ = [
    "BASELINE",
    "CLOCK",
    "Edited",
    "IssueState",
    "Known",
    "LastIssue",
    "Outcome",
    "Pending",
    "Place",
    "SessionLock",
    "SiteIndex",
    "Store",
    "TakenSlot",
    "open_store",
    "place_of",
]
