"""What the newsletter remembers: summaries, issues, entries, slots. The only SQL.

`open_store` opens it; every method of `Store` that writes is one transaction.
"""

from msnewsletter.store.edits import PublicText
from msnewsletter.store.issues import IssueState, LastIssue
from msnewsletter.store.location import DatabaseLocation, location_of
from msnewsletter.store.machine_lock import CLOCK, SessionLock
from msnewsletter.store.online_copy import NEWEST_TABLES, copy_database
from msnewsletter.store.settled import Settled, SettledAs
from msnewsletter.store.shared_study_queries import KeyPlace
from msnewsletter.store.site_index import SiteIndex
from msnewsletter.store.slots import ClockMark, NamedBy, NewSlot, Notification, Outcome, TakenSlot
from msnewsletter.store.store import Store, open_store
from msnewsletter.store.summaries import KnownKey, Pending

__all__ = [
    "CLOCK",
    "NEWEST_TABLES",
    "ClockMark",
    "DatabaseLocation",
    "IssueState",
    "KeyPlace",
    "KnownKey",
    "LastIssue",
    "NamedBy",
    "NewSlot",
    "Notification",
    "Outcome",
    "Pending",
    "PublicText",
    "SessionLock",
    "Settled",
    "SettledAs",
    "SiteIndex",
    "Store",
    "TakenSlot",
    "copy_database",
    "location_of",
    "open_store",
]
