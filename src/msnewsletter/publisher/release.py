"""The steps that release a selected issue, each repeatable, in their fixed order.

Publishing and recovery share them, and continue from whatever state an issue is in.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import write_atomically
from msnewsletter.publisher.removed_texts import without_removed_texts
from msnewsletter.publisher.session import Session, Step
from msnewsletter.records import Record, baseline_text, dump_record, dump_takedowns
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.store import IssueState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Takedown
    from msnewsletter.store import Store


def release(session: Session, number: int) -> None:
    """Take an issue from `selected` or `publishing` to `published`: folder, record, T3."""
    home, store, reached = session.home, session.store, session.reached
    issue = store.issue(number)
    state = dict(store.unfinished())[number]
    if state is IssueState.SELECTED:
        # What was taken down between T1 and now must not be mailed.
        shown = without_removed_texts(issue, store.takedowns())
        folder = render_folder(shown, session.templates)
        outbox.write_issue(home, number, folder.files, folder.manifest)
        reached(Step.WRITTEN)
        if store.shared:
            # From T2 on another home cannot see whether the folder is still in our tmp/.
            claim_release(session, at=issue.cutoff)
        store.publishing(number, folder.manifest.decode())
        reached(Step.PUBLISHING)
    # If it is no longer in tmp/, it was released before a crash, even if a consumer has taken it.
    # With a shared database, only the folder in the tmp/ of the home that owns the release counts:
    # elsewhere it is left from an attempt that another home has finished.
    if owns_release(home, store) and outbox.issue_waits(home, number):
        outbox.release_issue(home, number)
    reached(Step.RELEASED)
    write_record(home, store, number)
    reached(Step.RECORDED)
    store.published(number)
    outbox.forget_claim(home)
    reached(Step.PUBLISHED)


def owns_release(home: Home, store: Store) -> bool:
    """Whether this home is the one that releases the issue under way."""
    return not store.shared or store.release_claim() == outbox.claim_here(home)


def claim_release(session: Session, *, at: datetime) -> None:
    """Make this home the owner of the release under way; `at`: the issue's cutoff."""
    token = secrets.token_hex(8)
    outbox.write_claim(session.home, token)
    session.store.set_release_claim(token, at)


def write_record(home: Home, store: Store, number: int) -> bool:
    """Write `issues/NNNN.json` from the store; False: it was the same already."""
    slot, manifest = store.slot_of(number), store.manifest(number)
    if slot is None or manifest is None:
        return False
    reasons = store.baseline() if number == 1 else {}
    record = Record(
        instant=slot.instant,
        issue=store.issue(number),
        baseline={key: baseline_text(reason) for key, reason in reasons.items()},
        manifest=manifest,
        coalesced=store.coalesced_into(slot.slot) or None,
        approval=store.approval(number),
    )
    return write_atomically(home, home.record(number), dump_record(record))


def write_takedowns(home: Home, takedowns: Mapping[str, Takedown]) -> bool:
    """Write `issues/takedowns.json`; False: it was the same already."""
    return write_atomically(home, home.takedowns, dump_takedowns(takedowns.values()))
