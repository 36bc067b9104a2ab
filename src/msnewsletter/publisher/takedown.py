"""Takedown: remove a summary's text for law or harm, at once and everywhere; and end that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import bytes_if_any
from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.issue.unfinished import residue_in
from msnewsletter.model import Takedown
from msnewsletter.publisher.opening import restore_records, restore_takedowns
from msnewsletter.publisher.publish import recovered
from msnewsletter.publisher.record_files import drop_record, takedowns_here, write_takedowns
from msnewsletter.publisher.recovery import recover
from msnewsletter.publisher.removed_texts import names, without_removed_texts
from msnewsletter.publisher.session import Reached, no_step_watched, working
from msnewsletter.publisher.site.push_due import bring_site_out
from msnewsletter.publisher.site.write import write_site
from msnewsletter.publisher.source_files import source_at
from msnewsletter.regular_file import RECORD_LIMIT
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.store import IssueState

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
        mails: folders of issues that wait for a sender, or are being sent, with the text in them.
    """

    takedown: Takedown
    issue: int
    source: str
    mails: tuple[Path, ...]


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
    if residue := residue_in(note or ""):
        raise RefusedError("--note", f"it is not finished: {residue}", residue.remedy)
    with working(home, at=at, reached=reached) as session:
        restore_records(home, session.store)
        restore_takedowns(home, session.store)
        sent, before = _sent(session, key), session.store.takedowns().get(key)
        if before and before.lifted is None and (before.reason, before.note) == (reason, note):
            raise RefusedError(
                key, f"it was taken down on {before.at.date()}", "there is nothing to do"
            )
        _record(session, Takedown(key=key, reason=reason, note=note, at=at))
        _hold_mail(session, key)
        # Now what a crash left: its mail is made again, without the text.
        recover(session)
        write_site(session)
        done = _done(session, sent, key)
    bring_site_out(home, at=at)
    return done


def lift_takedown(home: Home, key: str, *, at: datetime) -> TakenDown:
    """End a takedown: the summary's source is an edit again that waits for the next issue.

    Raises RefusedError where it is not taken down; any NewsletterError.
    """
    with recovered(home, at=at) as (session, _):
        sent, before = _sent(session, key), session.store.takedowns().get(key)
        if before is None or before.lifted:
            raise RefusedError(key, "it is not taken down", "there is nothing to do")
        if source_at(home, session.settings, sent.source.location) is None:
            problem = f"its file {sent.source.location} is gone, and its text with it"
            raise RefusedError(key, problem, "put the file back, then end the takedown")
        _record(session, replace(before, lifted=at))
        return _done(session, sent, key)


def _record(session: Session, takedown: Takedown) -> None:
    """Record a takedown, or its end; the file first: it is enough, whatever happens then."""
    home, store = session.home, session.store
    write_takedowns(home, takedowns_here(home) | store.takedowns() | {takedown.key: takedown})
    store.put_takedown(takedown)


def _hold_mail(session: Session, key: str) -> None:
    """Let an issue be rendered again that is complete, and not yet out, with the text in it."""
    home, store = session.home, session.store
    for number, state in store.unfinished():
        waits = state is IssueState.PUBLISHING and outbox.issue_waits(home, number)
        if waits and names(store.issue(number), key):
            # A kill between the two leaves an issue that is selected: recovery drops the record.
            store.select_again(number)
            drop_record(home, number)


def _done(session: Session, sent: SentSummary, key: str) -> TakenDown:
    home, store = session.home, session.store
    numbers = {sent.issue, *(one.number for one in store.announced([key]).get(key, ()))}
    folders = (
        home.outbox / place / issue_name(number)
        for number in sorted(numbers)
        for place in ("new", outbox.SENDING)
    )
    return TakenDown(
        takedown=store.takedowns()[key],
        issue=sent.issue,
        source=sent.source.location,
        mails=tuple(
            folder for folder in folders if folder.is_dir() and _has_text(session, folder, key)
        ),
    )


def _has_text(session: Session, folder: Path, key: str) -> bool:
    """Whether a folder's mail was made before the takedown."""
    issue = session.store.issue(int(folder.name))
    shown = without_removed_texts(issue, session.store.takedowns())
    files = render_folder(shown, session.templates).files
    mail = bytes_if_any(session.home, folder / "digest.html", limit=RECORD_LIMIT)
    return names(issue, key) and files["digest.html"] != mail


def _sent(session: Session, key: str) -> SentSummary:
    sent = session.store.sent_summaries([key]).get(key)
    if sent is None:
        remedy = "correct the key; if it was never sent, delete its file"
        raise RefusedError(key, "no issue has carried a summary with this key", remedy)
    return sent
