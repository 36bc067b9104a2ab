"""Collects summaries from source files into the store. One bad summary never stops the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.errors import TemplateError
from msnewsletter.issue.edits import content_of
from msnewsletter.issue.reviews import with_review_state
from msnewsletter.model import Note
from msnewsletter.publisher.fetched_files import StoredDay
from msnewsletter.publisher.fetched_troubles import notes_in_short, refusals_in_short
from msnewsletter.publisher.key_ownership import Batch
from msnewsletter.publisher.moved_summaries import (
    followed,
    sent_identities,
    sent_without_page,
)
from msnewsletter.publisher.opening import restore_records, restore_takedowns
from msnewsletter.publisher.overrides import read_together
from msnewsletter.publisher.session import Session, working
from msnewsletter.publisher.settling import SETTLING_S, FileTimes, MachineClock, unsettled_notes
from msnewsletter.publisher.shared_studies import (
    OneStudyOnce,
    one_study_once,
    override_notes,
)
from msnewsletter.publisher.source_files import list_sources
from msnewsletter.publisher.templates import idle_notes
from msnewsletter.sources.folder import SourceFile, read_file
from msnewsletter.sources.next_issue_file import conflict_copies, read_next_issue

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping
    from datetime import datetime

    from msnewsletter.errors import SourceError
    from msnewsletter.home import Home
    from msnewsletter.issue.compose import Draft
    from msnewsletter.issue.pins_and_holds import NextIssue
    from msnewsletter.model import Summary
    from msnewsletter.partial_date import PartialDate
    from msnewsletter.publisher.dropped_entries import DroppedEntry
    from msnewsletter.publisher.fetched_files import FetchedFiles, SourceSince
    from msnewsletter.publisher.source_files import SourceFiles
    from msnewsletter.publisher.tried_file import TriedFile
    from msnewsletter.store import KeyPlace, Pending, Store


# File systems record times in ticks of up to 10 ms (some of 2 s): a file changed this recently may
# change again without a new time, so it is read once more.
_RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was read, what was refused, and the state of the files.

    Attributes:
        read: summaries of new and changed files, with their files' paths.
        changed: keys of those that are not in the store as they are.
        refused, warned: one line each for the editor; of a source that is fetched, the first.
        refused_in_full: every line.
        alarms: one line for each file with a summary that was sent and that is refused now.
        files: all source files that exist, by path, in the order of the sources.
        clean: size and time of change (ns) of files that need no reading until they change.
        stale: paths whose stored state is out of date.
        read_again: paths of the files that were new or changed.
        absorbed: keys of pending summaries that are read under the key of a sent one now.
        next_issue: the content of issues/next.md, if any.
        lost: why what was fetched before is no longer there, by key.
        elsewhere: keys of pending summaries that another machine fetched, and this one never.
        unread: what is wrong with fetched files, by path.
        since: from when on each fetched source is taken.
        one_study: what several sources have together.
        sent_without_page: keys of what was sent, and whose page is gone or does not read.
        dropped: entries that feeds name no more.
        unsettled: sizes of the files that may still be being written, by path: they wait for the
            next look, and what was read of them before stays as it was.
    """

    read: tuple[tuple[Summary, str], ...] = ()
    changed: frozenset[str] = frozenset()
    refused: tuple[SourceError, ...] = ()
    refused_in_full: tuple[SourceError, ...] = ()
    warned: tuple[Note, ...] = ()
    alarms: tuple[Note, ...] = ()
    files: Mapping[str, SourceFile] = field(default_factory=dict)
    clean: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    read_again: frozenset[str] = frozenset()
    absorbed: frozenset[str] = frozenset()
    next_issue: NextIssue | None = None
    lost: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    since: tuple[SourceSince, ...] = ()
    one_study: OneStudyOnce = field(default_factory=OneStudyOnce)
    sent_without_page: frozenset[str] = frozenset()
    dropped: tuple[DroppedEntry, ...] = ()
    unsettled: Mapping[str, int] = field(default_factory=dict)

    @property
    def listed(self) -> frozenset[str]:
        """Paths of all source files that exist."""
        return frozenset(self.files)

    @property
    def labels(self) -> dict[str, str]:
        """The source of each file, by path."""
        return {path: file.source for path, file in self.files.items()}

    @property
    def fetched(self) -> frozenset[str]:
        """Paths of the files that no person wrote."""
        return frozenset(path for path, file in self.files.items() if file.is_fetched)

    def notes(self, draft: Draft | None = None) -> tuple[Note, ...]:
        """Remarks for the editor about what was not refused, with those of the draft."""
        said = self.next_issue.warned if self.next_issue else ()
        return (*said, *self.warned, *(draft.warned if draft else ()))

    def gone(self, pending: Iterable[Pending]) -> dict[str, str]:
        """Why pending summaries are no longer in their files, by key."""
        held = {(summary.key, path) for summary, path in self.read}
        reasons = {}
        for key, path in ((one.summary.key, one.path) for one in pending):
            if key in self.elsewhere and key not in self.lost:
                continue
            if path not in self.files:
                reasons[key] = self.lost.get(key) or f"{path} is gone; put it back to send it"
            elif path in self.read_again and (key, path) not in held:
                reasons[key] = (
                    self.unread.get(path)
                    or f"{path} no longer holds it, or no longer reads; correct the file"
                )
        return reasons


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
    gathered = _gather(session, before or {}, tried)
    read = tried.read if tried else read_file
    batch = Batch(
        files=gathered.files,
        readings={file.location: read(file) for file in gathered.changed},
        refused=list(gathered.listed.refused),
    )
    one_study, gone = _decide(session, gathered, batch)
    return _built(session, gathered, batch, one_study, gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CollectInput:
    """What there is to read.

    Attributes:
        listed: all source files, with what is known of those that are fetched.
        files: the same by location, those of sent summaries under their keys.
        shared: a key or a study may be in several sources, now or earlier.
        placements: what is stored of each key; empty where nothing is shared.
        known: locations of files whose state is stored.
        changed: the files to read.
        unsettled: sizes of those that may still be being written, by location.
        absorbed: keys of files that turned out to be those of sent summaries.
    """

    listed: SourceFiles
    files: Mapping[str, SourceFile]
    shared: bool
    placements: Mapping[str, KeyPlace]
    known: Container[str]
    changed: tuple[SourceFile, ...]
    unsettled: Mapping[str, int]
    absorbed: frozenset[str]


def _gather(session: Session, before: Mapping[str, int], tried: TriedFile | None) -> _CollectInput:
    store = session.store
    placements = store.placements() if session.settings.fetched else {}
    listed = list_sources(
        session.home,
        session.settings,
        sent=sent_identities(placements),
        stored=_stored_of_sources(session, placements),
    )
    if tried:
        listed = tried.among(listed, session.settings)
    shared = bool(session.settings.fetched) or _is_shared(listed, store)
    placements = (placements or store.placements()) if shared else {}
    follow = followed(listed.files, placements, listed.fetched.former)
    files = {file.location: file for file in follow.files}
    known = store.known_files()
    changed = [
        file for file in files.values() if known.get(file.location) != (file.size, file.changed_ns)
    ]
    unsettled = _unsettled(session, changed, before)
    # Who only looks wants to see what was saved a moment ago; nothing of it is kept.
    if session.touched:
        changed = [file for file in changed if file.location not in unsettled]
    together = read_together(files, {file.location for file in changed}, placements)
    changed += [
        files[path]
        for path in sorted(together - {file.location for file in changed} - unsettled.keys())
    ]
    return _CollectInput(
        listed=listed,
        files=files,
        shared=shared,
        placements=placements,
        known=known,
        changed=tuple(changed),
        unsettled=unsettled,
        absorbed=follow.absorbed,
    )


def _decide(
    session: Session, gathered: _CollectInput, batch: Batch
) -> tuple[OneStudyOnce, frozenset[str]]:
    """What becomes of what was read; and the keys of what was sent and whose page is gone."""
    store, placements, fetched = session.store, gathered.placements, gathered.listed.fetched
    batch.assign_all(store, session.settings)
    batch.absorbed |= gathered.absorbed | _not_taken(batch, placements, fetched)
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
    gathered: _CollectInput,
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
    stale = (path for path in batch.readings if path in gathered.known and path not in clean)
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
            *_glossary_left(session),
            *_idle_templates(session),
            *_notes_on_sources(batch, gathered.placements, listed.fetched, one_study),
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
        unsettled=gathered.unsettled,
    )


def _taken_down(store: Store) -> set[str]:
    return {key for key, one in store.takedowns().items() if one.lifted is None}


def _is_shared(listed: SourceFiles, store: Store) -> bool:
    """Whether a key or a study may be in several sources, now or earlier."""
    several = len({file.source for file in listed.files}) > 1
    return several or bool(listed.fetched.since or listed.fetched.lost or store.studies())


def _stored_of_sources(
    session: Session, placements: Mapping[str, KeyPlace]
) -> dict[tuple[str, str], StoredDay]:
    """What the store has of sources whose `since` no editor has set, as `fetched_files` takes it.

    The day on which a source was added keeps out what is new here; another machine, whose day was
    another, may have taken these. A `since` that an editor sets leaves out what was not sent.
    """
    settings = session.settings
    by_day = {source.label for source in settings.fetched if source.since is None}
    of_sources = {key: one for key, one in placements.items() if one.source in by_day}
    dates: dict[str, PartialDate | None] = {}
    if any(not one.settled for one in of_sources.values()):
        waiting = session.store.pending()
        dates = {one.summary.key: one.summary.published for one in waiting}
    days = {key: date.day(settings.zone) for key, date in dates.items() if date}
    return {
        (one.source, key): StoredDay(is_settled=one.settled, day=days.get(key))
        for key, one in of_sources.items()
        if one.source is not None
    }


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


def _notes_on_sources(
    batch: Batch,
    placements: Mapping[str, KeyPlace],
    fetched: FetchedFiles,
    one_study: OneStudyOnce,
) -> Iterator[Note]:
    """Notes on what is taken of each source, and on what several of them have."""
    for one in fetched.since:
        yield from one.notes()
    yield from override_notes(batch, placements, one_study.studies or ())
    yield from one_study.notes()


def _unsettled(
    session: Session, files: Iterable[SourceFile], before: Mapping[str, int]
) -> dict[str, int]:
    """Sizes of those of the files that may still be being written, by path."""
    if session.machine is None:
        return {}
    return FileTimes(at=session.machine.now().timestamp(), sizes=before).unsettled(files)


def _glossary_left(session: Session) -> Iterator[Note]:
    """A note where the site still has the page of a glossary that is there no longer."""
    home = session.home
    if not session.glossary.glossary.terms and (home.site / urls.GLOSSARY).is_file():
        yield Note(
            place=home.display_path(home.glossary),
            text="has no term any more; the site's glossary.html stays as it was, because pages "
            "that are out link to it; put the file back, or remove outbox/site/ and publish",
        )


def _idle_templates(session: Session) -> tuple[Note, ...]:
    """Notes on templates that change nothing."""
    try:
        return tuple(idle_notes(session.templates))
    except TemplateError:
        return ()  # summaries are read all the same; who publishes or looks hears of it


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
        return collect(session)
