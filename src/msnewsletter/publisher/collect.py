"""Collects summaries from source files into the store. One bad summary never stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import StoreError
from msnewsletter.issue.edits import content_of
from msnewsletter.issue.reviews import with_review_state
from msnewsletter.publisher.collect_input import CollectInput, gather_input
from msnewsletter.publisher.collect_notes import glossary_left, notes_on_sources, template_notes
from msnewsletter.publisher.collected import Collected
from msnewsletter.publisher.deleted_forms import deleted_forms
from msnewsletter.publisher.fetched_troubles import notes_in_short, refusals_in_short
from msnewsletter.publisher.key_ownership import Batch
from msnewsletter.publisher.moved_summaries import (
    sent_without_page,
)
from msnewsletter.publisher.one_study_once import OneStudyOnce
from msnewsletter.publisher.opening import restore_records, restore_takedowns
from msnewsletter.publisher.overrides import overrides_of
from msnewsletter.publisher.session import Session, working
from msnewsletter.publisher.settling import SETTLING_S, MachineClock, unsettled_notes
from msnewsletter.publisher.shared_studies import one_study_once
from msnewsletter.sources.folder import read_file
from msnewsletter.sources.next_issue_file import conflict_copies, read_next_issue
from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.publisher.fetched_files import FetchedFiles
    from msnewsletter.publisher.tried_file import TriedFile
    from msnewsletter.store import KeyPlace, Store


# File systems record times in ticks of up to 10 ms (some of 2 s): a file changed this recently may
# change again without a new time, so it is read once more.
_RACY_NS = 2_000_000_000


def collect(session: Session) -> Collected:
    """Read new and changed source files into the store, which is locked; see `plan_collect`.

    Where one is still being written, and there is a way to wait, it looks once more.
    """
    collected = plan_collect(session)
    if collected.unsettled and session.machine and session.machine.wait:
        session.machine.wait(SETTLING_S)
        collected = plan_collect(session, before=collected.unsettled)
    save_collected(session, collected)
    return collected


def save_collected(session: Session, collected: Collected) -> None:
    """Save in the store what was collected in this session."""
    store = session.store
    store.save_collected(
        collected.read,
        now=session.now,
        clean=collected.clean,
        stale=collected.stale,
        absorbed=collected.absorbed,
        united=collected.one_study.studies,
        labels=collected.labels,
    )


def plan_collect(
    session: Session, *, before: Mapping[str, int] | None = None, tried: TriedFile | None = None
) -> Collected:
    """Read new and changed source files, and change nothing.

    `before`: sizes of the files that were unsettled at an earlier look, by path. `tried`: a file
    that is taken as if it had been saved.
    """
    gathered = gather_input(session, before or {}, tried)
    read = tried.read if tried else read_file
    batch = Batch(
        files=gathered.files,
        readings={file.location: read(file) for file in gathered.changed},
        refused=list(gathered.listed.refused),
    )
    one_study, gone = _decide(session, gathered, batch)
    return _built(session, gathered, batch, one_study, gone)


def _decide(
    session: Session, gathered: CollectInput, batch: Batch
) -> tuple[OneStudyOnce, frozenset[str]]:
    """What becomes of what was read; and the keys of what was sent and whose page is gone."""
    store, placements, fetched = session.store, gathered.placements, gathered.listed.fetched
    batch.assign_all(store, session.settings)
    batch.absorbed |= gathered.absorbed | _not_taken(batch, placements, fetched)
    batch.deleted_forms = deleted_forms(store, session.settings, batch)
    batch.absorbed |= batch.deleted_forms.keys()
    one_study = OneStudyOnce()
    if gathered.shared:
        one_study = one_study_once(store, batch, placements, store.studies())
    batch.read |= one_study.read
    folders = {source.label for source in session.settings.folders}
    gone = sent_without_page(batch, placements, fetched.lost, folders)
    batch.drop_overridden_refusals(placements)
    return one_study, gone


def _built(
    session: Session,
    gathered: CollectInput,
    batch: Batch,
    one_study: OneStudyOnce,
    gone: frozenset[str],
) -> Collected:
    listed = gathered.listed
    clean = {
        file.location: (file.size, file.changed_ns)
        for file in gathered.changed
        if file.location not in batch.unclean and file.changed_ns < session.touched - _RACY_NS
    }
    outdated = {*batch.readings, *batch.deleted_forms.values()}
    stale = (path for path in outdated if path in gathered.known and path not in clean)
    stored = session.store.stored(summary.key for summary, _ in batch.read.values())
    read = _with_review_states(session, batch.read.values(), stored)
    elsewhere = _elsewhere(session, listed.fetched, gathered.placements)
    return Collected(
        read=read,
        changed=frozenset(
            summary.key
            for summary, _ in read
            if summary.key not in stored or content_of(stored[summary.key]) != content_of(summary)
        ),
        refused=(
            *refusals_in_short(batch.refused, batch.fetched),
            *session.glossary.refused,
        ),
        refused_in_full=(*batch.refused, *session.glossary.refused),
        warned=(
            *notes_in_short(batch.warned, batch.fetched),
            *conflict_copies(session.home),
            *session.glossary.warned,
            *glossary_left(session),
            *template_notes(session),
            *notes_on_sources(batch, gathered.placements, listed.fetched, one_study),
            *unsettled_notes(gathered.unsettled, read=not session.touched),
        ),
        alarms=(*batch.alarms, *one_study.alarms(down=_taken_down(session.store))),
        files=gathered.files,
        clean=clean,
        stale=tuple(sorted(stale)),
        read_again=frozenset(batch.readings),
        absorbed=frozenset(batch.absorbed),
        next_issue=read_next_issue(session.home),
        lost={**listed.fetched.lost, **_left_out(session, elsewhere, gathered.placements)},
        elsewhere=elsewhere,
        unread={
            error.place: f"{error.problem}; {error.remedy}"
            for error in batch.refused
            if error.place in batch.fetched
        },
        since=listed.fetched.since,
        one_study=one_study,
        sent_without_page=gone,
        dropped=listed.fetched.dropped,
        overrides=overrides_of(gathered.files, gathered.placements, batch.read),
        unsettled=gathered.unsettled,
    )


def _taken_down(store: Store) -> set[str]:
    return {key for key, one in store.takedowns().items() if one.lifted is None}


def _elsewhere(
    session: Session, fetched: FetchedFiles, placements: Mapping[str, KeyPlace]
) -> frozenset[str]:
    """Keys of pending summaries of fetched sources that were never named here.

    Another machine on this database fetched them. Its files are not here, but what it took waits.
    """
    sources = {source.label for source in session.settings.fetched}
    return frozenset(
        key
        for key, place in placements.items()
        if not place.settled and place.source in sources and key not in fetched.known
    )


def _left_out(
    session: Session, elsewhere: Collection[str], placements: Mapping[str, KeyPlace]
) -> dict[str, str]:
    """Why some of these do not go out: an editor has set a `since` that is later than their day."""
    since = {source.label: source.since for source in session.settings.fetched if source.since}
    reasons: dict[str, str] = {}
    for one in session.store.pending() if elsewhere and since else ():
        summary, source = one.summary, placements[one.summary.key].source
        first = since.get(source or "")
        if summary.key not in elsewhere or first is None or summary.published is None:
            continue
        if summary.published.day(session.settings.zone) < first:
            says = f"it is from before {first}, the 'since' of the source {source!r}"
            reasons[summary.key] = f"{says}; an earlier one sends it"
    return reasons


def _not_taken(batch: Batch, placements: Mapping[str, KeyPlace], fetched: FetchedFiles) -> set[str]:
    """Keys of pending summaries that settings leave out now: as if they were never taken."""
    out = fetched.older.keys() | fetched.left_out.keys()
    return {
        key
        for key, one in placements.items()
        if key in out and not one.settled and one.path not in batch.listed and key not in batch.read
    }


def _with_review_states(
    session: Session, read: Iterable[tuple[Summary, str]], stored: Mapping[str, Summary]
) -> tuple[tuple[Summary, str], ...]:
    """What was read, each with the day on which its text was changed after somebody checked it.

    `stored`: what the store has of it, by key.
    """
    pairs = tuple(read)
    sent = session.store.sent(summary.key for summary, _ in pairs if summary.reviewed_by)
    today = session.now.astimezone(session.settings.zone).date()

    def known(key: str) -> list[Summary]:
        return [each[key] for each in (stored, sent) if key in each]

    return tuple(
        (with_review_state(summary, known(summary.key), today=today), path)
        for summary, path in pairs
    )


def collect_now(home: Home, *, at: datetime, machine: MachineClock | None = None) -> Collected:
    """Read what is new in the sources into the store; `at` (aware) is when it was first seen.

    `machine`: the machine's clock, by which files that are being written wait.
    """
    with working(home, at=at, machine=machine) as session:
        restore_records(home, session.store)
        restore_takedowns(home, session.store)
        _update_subscribers(session)
        return collect(session)


def _update_subscribers(session: Session) -> None:
    """Bring the subscribers' tables on a server up to date: who only looks is sent here for that.

    A file's readers need none of it. Where there are none yet, none are made.
    """
    location = subscribers_at(session.home, session.settings)
    if location.url is None:
        return
    try:
        open_subscribers(location, empty=False).close()
    except StoreError as error:
        if not error.passing:
            raise
