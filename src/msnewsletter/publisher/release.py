"""The steps that release a selected issue, each repeatable, in their fixed order.

Publishing and recovery share them, and continue from whatever state an issue is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.publisher.consumer_queue import queue_release
from msnewsletter.publisher.record_files import drop_record, keep_record
from msnewsletter.publisher.removed_texts import without_removed_texts
from msnewsletter.publisher.session import Session, Step
from msnewsletter.publisher.site.write import lay_site
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.serialize import to_document
from msnewsletter.store import IssueState

if TYPE_CHECKING:
    from msnewsletter.model import Issue
    from msnewsletter.publisher.site.rendered import RehearsedSite
    from msnewsletter.publisher.site.write import SiteUpdate
    from msnewsletter.render.mail.issue_folder import IssueFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a rehearsal rendered: used again where it would be rendered as it was then.

    Attributes:
        issue: whose folder is rendered; None: texts edited after sending are all that is new.
        folder: of that issue.
        site: None: nothing changes there.
    """

    issue: Issue | None
    folder: IssueFolder | None
    site: RehearsedSite | None


def release(session: Session, number: int, rehearsed: Rehearsed | None = None) -> SiteUpdate | None:
    """Take an issue from `selected` or `publishing` to `published`.

    Its folder, the new pages of the site, the record; then it is out, and T3 says so. What a reader
    of the mail can follow is there before the mail is, and so is what a lost machine is rebuilt
    from. Returns what is to be finished on the site; None: it was out before.
    """
    home, store, reached = session.home, session.store, session.reached
    selected = dict(store.unfinished())[number] is IssueState.SELECTED
    manifest = _write_folder(session, number, rehearsed) if selected else None
    waits = manifest is not None or session.release_claim.waits_here(number)
    update = lay_site(session, rehearsed.site if rehearsed else None) if waits else None
    reached(Step.LAID)
    if manifest is not None:
        # From T2 on another home cannot see whether the folder is still in our tmp/.
        session.release_claim.take(at=session.now)
        store.publishing(number, manifest)
        reached(Step.PUBLISHING)
    keep_record(home, store, number)
    reached(Step.RECORDED)
    # If it is no longer in tmp/, it was released before a crash, even if a sender has taken it.
    if waits:
        # Nothing leaves a sandbox, and what a plugin does with an issue nobody knows.
        if not session.settings.newsletter.sandbox:
            queue_release(home, number, at=session.now)
        outbox.release_issue(home, number)
    reached(Step.RELEASED)
    store.published(number)
    # Of a wrong clock's issues, several are under way at once, with one claim.
    if all(state is not IssueState.PUBLISHING for _, state in store.unfinished()):
        session.release_claim.forget()
    reached(Step.PUBLISHED)
    return update


def _write_folder(session: Session, number: int, rehearsed: Rehearsed | None) -> str:
    """Write the issue's folder in `outbox/tmp/`; returns its manifest."""
    home, store = session.home, session.store
    # What was taken down between T1 and now must not be mailed.
    shown = without_removed_texts(store.issue(number), store.takedowns())
    folder = _folder_of(shown, rehearsed) or render_folder(shown, session.templates)
    # Of an attempt that was rendered otherwise, and did not get out.
    drop_record(home, number)
    outbox.write_issue(home, number, folder.files, folder.manifest)
    session.reached(Step.WRITTEN)
    return folder.manifest.decode()


def _folder_of(issue: Issue, rehearsed: Rehearsed | None) -> IssueFolder | None:
    """The folder that was rehearsed, if it was of this issue; None: it is to be rendered."""
    if rehearsed is None or rehearsed.issue is None:
        return None
    # As documents: moments that are the same may be written otherwise.
    return rehearsed.folder if to_document(issue) == to_document(rehearsed.issue) else None
