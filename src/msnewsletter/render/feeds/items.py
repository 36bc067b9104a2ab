"""The input of feeds: entries with the issue that carried them, and links to other documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.model import Entry
    from msnewsletter.schedule.pace import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An entry, and the number of the issue that carried it.

    Attributes:
        changed: when it was corrected or taken back after that, aware UTC; None: never.
        added: the cutoff of that issue, aware UTC, where it carried the entry late; else None.
    """

    entry: Entry
    issue: int
    changed: datetime | None = None
    added: datetime | None = None

    @property
    def updated(self) -> datetime:
        """When readers got something new of it last, aware UTC, in whole seconds.

        Readers look at what is new since their last visit: the own date of what comes late would
        hide it from them.
        """
        moments = (self.entry.feed_date, self.changed, self.added)
        return max(moment for moment in moments if moment).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLinks:
    """The links of a feed besides its entries.

    Attributes:
        previous: the folder of the archive document with what came before (RFC 5005, section 4),
            below the folder of the same kind of feed; None: there is nothing before.
        archived: the folder of an archive document itself, likewise; None: the feed is no archive.
        hub: the WebSub hub that is notified of new entries, absolute, or None.
        pace: how often the feed changes; None: nobody knows.
    """

    previous: str | None = None
    archived: str | None = None
    hub: str | None = None
    pace: Pace | None = None


NO_LINKS = FeedLinks()
