"""Where a home stands: its newest issue, what waits in its outbox, what was interrupted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.record_files import load_record_of, records_here
from msnewsletter.store import IssueState

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """Where a home stands.

    Attributes:
        last_issue: the number of the newest issue; None: there is none.
        last_at: its cutoff, aware UTC.
        interrupted: the issues that are begun and not out.
        waiting: the folders in outbox/new, by name.
    """

    last_issue: int | None
    last_at: datetime | None
    interrupted: tuple[int, ...]
    waiting: tuple[str, ...]


def home_state(home: Home, settings: Settings) -> HomeState:
    """Look at a home; a database that other homes share is not asked. Changes nothing."""
    new = home.outbox / "new"
    waiting = tuple(sorted(path.name for path in new.iterdir())) if new.is_dir() else ()
    if settings.newsletter.database != "sqlite":
        number = max(records_here(home), default=None)
        at = load_record_of(home, number).issue.cutoff if number else None
        return HomeState(last_issue=number, last_at=at, interrupted=(), waiting=waiting)
    with reading_store(home, settings) as store:
        last, unfinished = store.last_issue(), store.unfinished()
    return HomeState(
        last_issue=last.number if last else None,
        last_at=last.cutoff if last else None,
        interrupted=tuple(
            number for number, state in unfinished if state is not IssueState.PUBLISHED
        ),
        waiting=waiting,
    )
