"""Approve: a person's word on the next issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher.results import Approved
from msnewsletter.publisher.review import approve_next
from msnewsletter.publisher.session import at_work

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home


def approve(home: Home, *, by: str, at: datetime, content: str | None = None) -> Approved:
    """Record that a person approves the next issue as it stands; raises any NewsletterError.

    `content`: of the proof that the person saw (see Proof): refused when it is another by now.
    """
    with at_work(home, at=at, reached=lambda _: None) as desk:
        collected = desk.collect()
        drafted, approval = approve_next(
            desk.settings, desk.store, collected, desk.templates, by=by, at=at, content=content
        )
        return Approved(draft=drafted, approval=approval, collected=collected)
