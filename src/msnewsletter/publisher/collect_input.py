"""What collecting has to look at: the source files, what the store has of them, what to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.publisher.fetched_files import StoredDay
from msnewsletter.publisher.moved_summaries import followed, sent_identities
from msnewsletter.publisher.overrides import read_together
from msnewsletter.publisher.settling import FileTimes
from msnewsletter.publisher.source_files import list_sources

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from msnewsletter.partial_date import PartialDate
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.source_files import SourceFiles
    from msnewsletter.publisher.tried_file import TriedFile
    from msnewsletter.sources.folder import SourceFile
    from msnewsletter.store import KeyPlace, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectInput:
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


def gather_input(
    session: Session, before: Mapping[str, int], tried: TriedFile | None
) -> CollectInput:
    """What there is to read now; for the arguments see `plan_collect`."""
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
    return CollectInput(
        listed=listed,
        files=files,
        shared=shared,
        placements=placements,
        known=known,
        changed=tuple(changed),
        unsettled=unsettled,
        absorbed=follow.absorbed,
    )


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


def _unsettled(
    session: Session, files: Iterable[SourceFile], before: Mapping[str, int]
) -> dict[str, int]:
    """Sizes of those of the files that may still be being written, by path."""
    if session.machine is None:
        return {}
    return FileTimes(at=session.machine.now().timestamp(), sizes=before).unsettled(files)
