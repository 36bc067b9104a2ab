"""One list of all summaries: what waits, from the preview; what was sent, from the database.

Changes nothing. Where one of the two cannot be read, the other is listed all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.listed_sent import sent_keys, sent_part, sent_rows
from msnewsletter.publisher.listed_waiting import file_origins, waiting_rows
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.summary_register import (
    RegisterCounts,
    RegisterQuery,
    RegisterRow,
    chosen,
    counted_rows,
    counts_of,
    find,
    on_page,
    pages_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Masthead
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """A page of the list.

    Attributes:
        rows: what waits, pending before held, what does not read, what was sent; each newest first,
            by its date or its issue.
        query: what was asked, with the page that is shown.
        counts: of what the query finds.
        trouble: why what was sent is not in the list; None: it is.
        masthead: what dates are written by; None: the settings do not read.
    """

    rows: tuple[RegisterRow, ...]
    query: RegisterQuery
    counts: RegisterCounts
    trouble: NewsletterError | None
    masthead: Masthead | None

    @property
    def pages(self) -> int:
        """How many pages there are; 1 where there is nothing."""
        return pages_of(self.counts.found)


def summary_page(
    home: Home, query: RegisterQuery, *, preview: NextIssuePreview | None, at: datetime
) -> RegisterPage:
    """A page of the list, or the last one where there are fewer; never raises a NewsletterError.

    Args:
        home: the newsletter's home.
        query: what is asked.
        preview: of the next issue; None: there is none, and what waits is not in the list.
        at: aware: now.
    """
    waiting = find(waiting_rows(preview), query) if preview else []
    try:
        with looking(home, at=at) as session:
            return _page(session, query, waiting=waiting, preview=preview)
    except NewsletterError as error:
        counts = counts_of(counted_rows(waiting), query)
        query = _on_a_page(query, counts)
        rows, _, _ = on_page(chosen(waiting, query), query.page)
        return RegisterPage(
            rows=tuple(rows),
            query=query,
            counts=counts,
            trouble=error,
            masthead=preview.settings.masthead() if preview else None,
        )


def _page(
    session: Session,
    query: RegisterQuery,
    *,
    waiting: list[RegisterRow],
    preview: NextIssuePreview | None,
) -> RegisterPage:
    store, origins = session.store, file_origins(preview)
    if preview and preview.last_issue != store.last_issue():
        # An issue went out since the preview was made.
        sent_since = {one.key for one in store.registered(row.key for row in waiting)}
        waiting = [row for row in waiting if row.key not in sent_since]
    sent = sent_part(store, query, origins)
    counts = counts_of([*counted_rows(waiting), *sent.groups], query)
    query = _on_a_page(query, counts)
    rows, first, limit = on_page(chosen(waiting, query), query.page)
    keys = sent_keys(store, query, sent, first=first, limit=limit)
    edits = {edit.key: edit for edit in preview.draft.edits} if preview else {}
    return RegisterPage(
        rows=(*rows, *sent_rows(store, keys, origins, edits)),
        query=query,
        counts=counts,
        trouble=None,
        masthead=session.settings.masthead(),
    )


def _on_a_page(query: RegisterQuery, counts: RegisterCounts) -> RegisterQuery:
    """The query with a page that there is."""
    return replace(query, page=min(max(1, query.page), pages_of(counts.found)))
