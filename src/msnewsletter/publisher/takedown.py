"""Takedown: remove a summary's text for law or harm, at once and everywhere; and end that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.model import Takedown
from msnewsletter.publisher.opening import takedowns_here
from msnewsletter.publisher.publish import recovered
from msnewsletter.publisher.release import write_takedowns
from msnewsletter.publisher.session import Reached, no_step_watched
from msnewsletter.publisher.site.write import write_site

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.issue.edits import SentSummary
    from msnewsletter.publisher.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDown:
    """A takedown that began or ended.

    Attributes:
        takedown: it, as it is recorded now.
        issue: the number of the issue that carried the summary.
        source: where its text still is, for the editor.
        mail: the issue's folder, where it still waits for a sender with the text in it.
    """

    takedown: Takedown
    issue: int
    source: str
    mail: Path | None


def take_down(
    home: Home,
    key: str,
    *,
    reason: str,
    note: str | None = None,
    at: datetime,
    reached: Reached = no_step_watched,
) -> TakenDown:
    """Remove the text of a sent summary from everything that this home publishes.

    Args:
        home: the newsletter's home.
        key: the summary's.
        reason: why, for the newsletter's own books alone.
        note: what readers see besides the standard sentence.
        at: now, aware.
        reached: called after every step of publishing, for tests that stop there.

    Raises RefusedError where no issue carried it, or it is taken down already; any NewsletterError.
    """
    with recovered(home, at=at, reached=reached) as (session, _):
        sent, before = _sent(session, key), session.store.takedowns().get(key)
        if before and before.lifted is None:
            raise RefusedError(
                key, f"it was taken down on {before.at.date()}", "there is nothing to do"
            )
        takedown = Takedown(key=key, reason=reason, note=note, at=at)
        return _apply(session, sent, takedown)


def lift_takedown(home: Home, key: str, *, at: datetime) -> TakenDown:
    """End a takedown: the summary's source is an edit again that waits for the next issue.

    Raises RefusedError where it is not taken down; any NewsletterError.
    """
    with recovered(home, at=at) as (session, _):
        sent, before = _sent(session, key), session.store.takedowns().get(key)
        if before is None or before.lifted:
            raise RefusedError(key, "it is not taken down", "there is nothing to do")
        return _apply(session, sent, replace(before, lifted=at))


def _apply(session: Session, sent: SentSummary, takedown: Takedown) -> TakenDown:
    home, store = session.home, session.store
    # The file first: what happens to the database afterwards, the text stays down.
    write_takedowns(home, takedowns_here(home) | store.takedowns() | {takedown.key: takedown})
    store.put_takedown(takedown)
    write_site(session, [])
    waiting = home.outbox / "new" / issue_name(sent.issue)
    return TakenDown(
        takedown=takedown,
        issue=sent.issue,
        source=sent.source.location,
        mail=waiting if waiting.is_dir() else None,
    )


def _sent(session: Session, key: str) -> SentSummary:
    sent = session.store.sent_summaries([key]).get(key)
    if sent is None:
        remedy = "correct the key; if it was never sent, delete its file"
        raise RefusedError(key, "no issue has carried a summary with this key", remedy)
    return sent
