"""What was announced of summaries that were sent, and what was taken down, for the editor.

Reads the store; changes nothing. What waits for the next issue is its preview's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.publisher.session import looking
from msnewsletter.render.corrections import without_texts

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import AnnouncedCorrection, Takedown

# Corrections on one page of the list.
LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """A page of what was announced.

    Attributes:
        announced: the newest issue's first, each without the words of what was taken down since.
        first: the place of the first among all, from 0.
        total: the number of all.
        takedowns: every takedown, ended or not, the newest first; not by page: there are few.
    """

    announced: tuple[AnnouncedCorrection, ...]
    first: int
    total: int
    takedowns: tuple[Takedown, ...]

    @property
    def older(self) -> int | None:
        """Where the next page begins; None: this is the last."""
        after = self.first + LISTED
        return after if after < self.total else None

    @property
    def newer(self) -> int | None:
        """Where the page before this one begins; None: this is the first."""
        return max(self.first - LISTED, 0) if self.first else None


def ledger_page(home: Home, *, at: datetime, first: int = 0) -> LedgerPage:
    """A page of what was announced, from the place `first` on; `at`: now, aware."""
    with looking(home, at=at) as session:
        store = session.store
        takedowns = store.takedowns()
        down = {key for key, one in takedowns.items() if one.lifted is None}
        return LedgerPage(
            announced=tuple(
                replace(one, correction=without_texts(one.correction))
                if one.correction.key in down
                else one
                for one in store.newest_announced(LISTED, first=first)
            ),
            first=first,
            total=store.announced_total(),
            takedowns=tuple(sorted(takedowns.values(), key=lambda one: one.changed, reverse=True)),
        )
