"""The steps that bring a selected issue out, each repeatable, in their one order.

Publishing and recovery share them: whatever state an issue is in, they take it from there.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter import outbox
from msnewsletter.errors import RefusedError
from msnewsletter.records import Record, baseline_text, dump_record
from msnewsletter.render.mail import render_mail, render_short
from msnewsletter.store import IssueState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.store import Store


class Step(StrEnum):
    """What publishing has just done; tests kill it at each of them."""

    LOCKED = "locked"
    RECOVERED = "recovered"
    COLLECTED = "collected"
    SELECTED = "selected"  # T1
    WRITTEN = "written"  # outbox/tmp
    PUBLISHING = "publishing"  # T2
    RELEASED = "released"  # outbox/new
    RECORDED = "recorded"  # issues/NNNN.json
    PUBLISHED = "published"  # T3
    PAGES = "pages"
    FEEDS = "feeds"
    COMPLETE = "complete"


Reached = Callable[[Step], None]


def render_folder(issue: Issue, templates: Mapping[str, str]) -> tuple[dict[str, bytes], bytes]:
    """The files of an issue's folder in the outbox, and their manifest."""
    mail, short = render_mail(issue, templates), render_short(issue, templates)
    files = {
        "digest.eml": mail.eml,
        "digest.html": mail.html,
        "digest.txt": mail.text,
        "mailmerge.eml": mail.mailmerge,
        "digest-short.eml": short.eml,
        "digest-short.html": short.html,
        "digest-short.txt": short.text,
    }
    manifest = outbox.manifest_of(
        files,
        issue=issue.number,
        id=issue.id,
        slot=issue.slot,
        cutoff=issue.cutoff.isoformat(),
        merge_fields=mail.merge_fields,
    )
    return files, manifest


def bring_out(
    home: Home, store: Store, number: int, templates: Mapping[str, str], *, reached: Reached
) -> None:
    """Take an issue from `selected` or `publishing` to `published`: folder, record, T3."""
    issue = store.issue(number)
    state = dict(store.unfinished())[number]
    if state is IssueState.SELECTED:
        files, manifest = render_folder(issue, templates)
        outbox.write_issue(home, number, files, manifest)
        reached(Step.WRITTEN)
        if store.shared:
            # From T2 on another home cannot see whether the folder is still in our tmp/.
            claim(home, store, at=issue.cutoff)
        store.publishing(number, manifest.decode())
        reached(Step.PUBLISHING)
    # Not in tmp/ any more: it was released before a crash, even if a consumer has taken it.
    # Of a shared database's issue, what lies in tmp/ counts in the home that brings it out alone:
    # elsewhere it is left from an attempt that another home has finished.
    if brings_out(home, store) and outbox.issue_waits(home, number):
        outbox.release_issue(home, number)
    reached(Step.RELEASED)
    write_record(home, store, number)
    reached(Step.RECORDED)
    store.published(number)
    outbox.forget_begun(home)
    reached(Step.PUBLISHED)


def brings_out(home: Home, store: Store) -> bool:
    """Whether this home is the one that brings the issue under way out."""
    return not store.shared or store.release_claim() == outbox.begun_here(home)


def claim(home: Home, store: Store, *, at: datetime) -> None:
    """Make this home the one that knows whether the issue under way is out; `at`: its cutoff."""
    token = secrets.token_hex(8)
    outbox.note_begun(home, token)
    store.set_release_claim(token, at)


def refuse_stray(home: Home, number: int) -> None:
    """Raise RefusedError where an issue that nobody remembers is known to have gone out."""
    if stray := outbox.stray_issue(home, number):
        raise RefusedError(
            home.shown(stray),
            f"issue {number} went out, but neither database nor record knows it",
            "restore issues/ from a backup, or move this away if it was never sent",
        )


def write_record(home: Home, store: Store, number: int) -> bool:
    """Write `issues/NNNN.json` from what the store knows; False: it was there, the same."""
    slot, manifest = store.slot_of(number), store.manifest(number)
    if slot is None or manifest is None:
        return False
    record = Record(
        instant=slot.instant,
        issue=store.issue(number),
        baseline=_baseline(store) if number == 1 else {},
        manifest=json.loads(manifest),
        coalesced=store.coalesced_into(slot.slot) or None,
        approval=store.approval(number),
    )
    return outbox.place(home, home.record(number), dump_record(record))


def _baseline(store: Store) -> dict[str, str]:
    return {key: baseline_text(reason) for key, reason in store.baseline().items()}
