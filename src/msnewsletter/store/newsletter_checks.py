"""Whether the newsletter's rows agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from msnewsletter.store.base import StoreBase
from msnewsletter.store.settled import SettledAs
from msnewsletter.store.tables import NEWSLETTER, entries, issues, summaries
from msnewsletter.store.wrong_rows import count_of, wrong_rows

if TYPE_CHECKING:
    from msnewsletter.store.wrong_rows import Questions


class NewsletterChecks(StoreBase):
    """What contradicts itself."""

    def wrong_rows(self) -> list[str]:
        """What is wrong, a line each."""
        with self._reading() as connection:
            return wrong_rows(connection, NEWSLETTER, _questions())


def _questions() -> Questions:
    in_issue = summaries.c.settled_as == SettledAs.ISSUE
    placed = select(entries.c.key)
    gaps = (
        select(entries.c.issue)
        .group_by(entries.c.issue)
        .having(func.max(entries.c.position) != func.count())
    )
    return {
        "summaries that count as sent and are in no issue": count_of(summaries).where(
            in_issue, summaries.c.key.not_in(placed)
        ),
        "entries whose summary does not count as sent": select(func.count())
        .select_from(entries.join(summaries, summaries.c.key == entries.c.key))
        .where(or_(summaries.c.settled_as.is_(None), ~in_issue)),
        "issues that lack an entry in between": select(func.count()).select_from(gaps.subquery()),
        "issues too few for the newest number": select(
            func.coalesce(func.max(issues.c.number), 0) - func.count()
        ).select_from(issues),
    }
