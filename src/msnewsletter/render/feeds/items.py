"""The input of feeds: entries with the issue that carried them, and links to other documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An entry, and the number of the issue that carried it.

    `changed` (aware UTC) is when it was corrected or taken back after that; None: never.
    """

    entry: Entry
    issue: int
    changed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLinks:
    """The links of a feed besides its entries.

    Attributes:
        previous: the folder of the archive document with what came before (RFC 5005, section 4),
            below the folder of the same kind of feed; None: there is nothing before.
        archived: the folder of an archive document itself, likewise; None: the feed is no archive.
        hub: the WebSub hub that is notified of new entries, absolute, or None.
    """

    previous: str | None = None
    archived: str | None = None
    hub: str | None = None


NO_LINKS = FeedLinks()
