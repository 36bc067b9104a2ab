"""Gathers which summaries of several sources are one study, and gives it the text that goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.issue.one_study import (
    Candidate,
    SharedStudy,
    StudySource,
    Version,
    emptied,
    filled_from,
    is_conflicting,
    is_doubting,
    is_same_text,
    kept_as_sent,
    united,
)
from msnewsletter.issue.same_study import is_alike
from msnewsletter.model import Note
from msnewsletter.publisher.fetched_files import changed_at
from msnewsletter.publisher.one_study_once import OneStudyOnce
from msnewsletter.publisher.overrides import by_key
from msnewsletter.sources import read_file
from msnewsletter.sources.addresses import identity_of, is_worldwide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from msnewsletter.model import Summary
    from msnewsletter.publisher.key_ownership import Batch
    from msnewsletter.sources import SourceFile
    from msnewsletter.store import KeyPlace, Store

_NUMBERS = ("doi", "pmid")


def one_study_once(
    store: Store,
    batch: Batch,
    placements: Mapping[str, KeyPlace],
    before: Mapping[str, SharedStudy],
) -> OneStudyOnce:
    """What the sources have together once the batch is saved; changes nothing.

    `placements` and `before` are as stored until now.
    """
    return _Unification(store, batch, placements, before).result()


class _Unification:
    def __init__(
        self,
        store: Store,
        batch: Batch,
        placements: Mapping[str, KeyPlace],
        before: Mapping[str, SharedStudy],
    ) -> None:
        self._store, self._batch, self._before = store, batch, before
        self._placements = placements
        self._fetched = _fetched_of(batch)
        self._rank = {path: number for number, path in enumerate(batch.files)}
        self._read: dict[str, tuple[Summary, str]] = {}
        self._paths: dict[str, str] = {}
        keys = {*placements, *batch.read} - batch.absorbed
        found = (self._candidate(key) for key in sorted(keys))
        self._candidates = {one.key: one for one in found if one is not None}
        groups = united(self._candidates.values())
        self._members = {
            group[0].key: [group[0], *(one for one in group[1:] if not one.settled)]
            for group in groups
        }
        wanted = {
            one.key
            for members in self._members.values()
            if len(members) > 1 or members[0].key in before or len(members[0].sources) > 1
            for one in members
        }
        wanted |= {key for one in before.values() for key in (one.key, *one.others, *one.parted)}
        self._stored = store.stored(wanted)

    def result(self) -> OneStudyOnce:
        studies = {
            key: study
            for key, members in self._members.items()
            if (study := self._study(members)) is not None
        }
        studies = self._with_parted(studies)
        self._empty(studies)
        waiting = (one.key for one in self._candidates.values() if not one.settled)
        return OneStudyOnce(
            studies=tuple(studies[key] for key in sorted(studies)),
            pending=frozenset(waiting),
            read=self._read,
        )

    # ── gather ───────────────────────────────────────────────────────────────────────────────

    def _candidate(self, key: str) -> Candidate | None:
        place, read = self._placements.get(key), self._batch.read.get(key)
        path = read[1] if read else place.path if place else ""
        self._paths[key] = path
        file = self._batch.files.get(path)
        fetched = self._fetched.get(key, [])
        label = file.source if file else place.source if place else None
        settled = place is not None and place.settled
        # Of what was sent nobody knows from where it came, after the database was made again.
        lost = label is None
        if lost and not settled:
            return None
        label = label or ""
        by_hand = file is not None and not file.is_fetched
        own = [StudySource(label=label, key=key, place=path, by_hand=by_hand)]
        others = [
            StudySource(label=one.source, key=key, place=one.location)
            for one in fetched
            if one.location != path
        ]
        overridden = bool(fetched) and by_hand
        names = {one.label for one in others} if overridden else {label}
        doi, pmid, page = self._identity(key, settled=settled)
        if lost:
            doi = pmid = None  # rules of its own hold those with its numbers
        pages = {one for file in fetched for one in file.identities} | ({page} if page else set())
        pages |= {key} if is_worldwide(key) else set()
        return Candidate(
            key=key,
            sources=(*own, *others),
            labels=frozenset(names | {one.label for one in others}),
            rank=self._rank.get(path, len(self._rank)),
            doi=doi,
            pmid=pmid,
            pages=frozenset(pages),
            settled=settled,
            present=file is not None and (read is not None or path not in self._batch.readings),
            by_hand=by_hand,
            overridden=overridden,
        )

    def _identity(self, key: str, *, settled: bool) -> tuple[str | None, str | None, str | None]:
        """DOI, PubMed number and page that its own source gives; of a sent one, as it was sent."""
        place, read = self._placements.get(key), self._batch.read.get(key)
        if place and (settled or read is None):
            filled = self._before[key].filled if key in self._before and not settled else {}
            return (
                None if "doi" in filled else place.doi,
                None if "pmid" in filled else place.pmid,
                None if "url" in filled else place.page,
            )
        summary = self._batch.read[key][0]
        page = identity_of(summary.url) if summary.url else None
        return summary.doi, summary.pmid, page

    def _text(self, key: str) -> Summary | None:
        """A key's own text, without what it was filled with."""
        if key in self._batch.read:
            return self._batch.read[key][0]
        stored = self._stored.get(key)
        filled = self._before[key].filled if key in self._before else {}
        return emptied(stored, filled) if stored else None

    def _versions(self, lead: Candidate, members: Iterable[Candidate]) -> list[Version]:
        """What the others say, in order; what cannot be read says nothing."""
        found: list[Version] = []
        for member in members:
            if not member.present:
                continue
            own, *others = member.sources
            if member is not lead and (text := self._text(member.key)):
                found.append(Version(source=own, summary=text))
            for source in others:
                found += versions_in(source, self._batch.files)
        return found

    # ── decide ───────────────────────────────────────────────────────────────────────────────

    def _study(self, members: list[Candidate]) -> SharedStudy | None:
        lead = members[0]
        before = self._before.get(lead.key)
        sources = tuple(source for one in members for source in one.sources)
        lasting = lead.settled and before is not None and before.filled
        if not (lead.settled or lead.present) or not (len(sources) > 1 or lasting):
            return None
        if before and before.sources == sources and not self._is_touched(sources):
            return before
        study = SharedStudy(
            key=lead.key,
            sources=sources,
            filled=before.filled if before else {},
            by_hand=lead.by_hand,
        )
        if lead.settled:
            return self._settled_study(study, before, lead, members)
        text = self._text(lead.key)
        if text is None:
            return study
        versions = self._versions(lead, members)
        filled, places = filled_from(text, versions)
        self._read[lead.key] = (filled, self._paths[lead.key])
        differing = () if lead.overridden else _differing(lead, text, versions)
        doubting = (one for one in versions if is_doubting(text, one.summary))
        return replace(
            study,
            filled=places,
            differing=tuple(differing),
            doubting=tuple(one.source for one in doubting),
        )

    def _settled_study(
        self,
        study: SharedStudy,
        before: SharedStudy | None,
        lead: Candidate,
        members: list[Candidate],
    ) -> SharedStudy:
        versions = self._versions(lead, members)
        study = replace(study, differing=self._contesting(before, lead, versions))
        read, sent = self._batch.read.get(lead.key), self._stored.get(lead.key)
        if sent is None:
            return study
        now = read[0] if read else sent
        study = replace(
            study, doubting=tuple(one.source for one in versions if is_doubting(now, one.summary))
        )
        if read is None:
            return study
        text, path = read
        filled, places = kept_as_sent(text, sent, study.filled, versions)
        self._read[lead.key] = (filled, path)
        return replace(study, filled=places)

    def _contesting(
        self, before: SharedStudy | None, lead: Candidate, versions: Iterable[Version]
    ) -> tuple[StudySource, ...]:
        """The sources between which a person chose before sending, and has to choose again."""
        text, last = self._text(lead.key), self._stored.get(lead.key)
        if before is None or lead.by_hand or text is None or last is None:
            return ()
        dropped = before.by_hand and not is_same_text(text, last)
        return _differing(lead, text, versions) if dropped or before.differing else ()

    def _is_touched(self, sources: Iterable[StudySource]) -> bool:
        return any(one.place in self._batch.readings for one in sources)

    def _with_parted(self, studies: dict[str, SharedStudy]) -> dict[str, SharedStudy]:
        """The studies, with what was one with a sent one, and says the same under other numbers."""
        found = dict(studies)
        # What is one with another waits with that one, whose text may be another.
        leads = {key: one.key for one in studies.values() for key in one.others}
        for key, before in self._before.items():
            lead = self._candidates.get(key)
            was_one = {
                one: leads.get(one, one)
                for one in before.others | set(before.parted)
                if leads.get(one) != key
            }
            if lead is None or not lead.settled or not was_one:
                continue
            alike = {one for one, its in was_one.items() if self._is_alike(key, one, its)}
            parted = tuple(sorted(alike | {was_one[one] for one in alike}))
            study = found.get(key) or SharedStudy(
                key=key, sources=lead.sources, filled=before.filled
            )
            found[key] = replace(study, parted=parted)
        return found

    def _is_alike(self, sent: str, key: str, lead: str) -> bool:
        """Whether a key says what was sent, and `lead`, which has the text of both, may go out."""
        other = self._candidates.get(lead)
        if other is None or other.settled or other.overridden:
            return False
        text, before = self._text(key), self._stored.get(sent)
        return text is not None and before is not None and is_alike(before, text)

    def _empty(self, studies: Mapping[str, SharedStudy]) -> None:
        """Take out of texts what filled them, where nothing does any more."""
        for key, before in self._before.items():
            one = self._candidates.get(key)
            if key in studies or one is None or one.settled or key in self._batch.read:
                continue
            if before.filled and (text := self._text(key)):
                self._read[key] = (text, self._paths[key])


def _differing(
    lead: Candidate, text: Summary, versions: Iterable[Version]
) -> tuple[StudySource, ...]:
    """Who says it in other words: beside a person's file what was fetched does not count."""
    return tuple(
        one.source
        for one in versions
        if is_conflicting(text, one.summary) and (one.source.by_hand or not lead.by_hand)
    )


def _fetched_of(batch: Batch) -> dict[str, list[SourceFile]]:
    """The fetched files of each key, but for those that have it by accident."""
    return by_key(file for file in batch.files.values() if file.location not in batch.strangers)


def versions_in(source: StudySource, files: Mapping[str, SourceFile]) -> list[Version]:
    """What one who has a study says, read from its file now; nothing where that does not read."""
    file = files.get(source.place)
    found = read_file(file).summaries if file else ()
    return [Version(source=source, summary=one) for one in found if one.key == source.key]


def override_notes(
    batch: Batch, placements: Mapping[str, KeyPlace], studies: Iterable[SharedStudy]
) -> Iterator[Note]:
    """Notes on files that override what a source says otherwise since they were written."""
    owners = {key: one.path for key, one in placements.items()}
    owners |= {key: path for key, (_, path) in batch.read.items()}
    overridden: dict[str, list[str]] = {
        owners.get(key, ""): [one.location for one in fetched]
        for key, fetched in _fetched_of(batch).items()
    }
    for study in studies:
        if study.by_hand:
            overridden[study.sources[0].place] = [one.place for one in study.sources]
    for path, places in overridden.items():
        file = batch.files.get(path)
        if file is None or file.is_fetched:
            continue
        for one in (batch.fetched[place] for place in places if place in batch.fetched):
            changed = changed_at(one)
            if changed and changed.timestamp() > file.written_ns / 1e9:
                text = (
                    f"{one.location} says something else since {changed:%Y-%m-%d}: this file "
                    "counts; compare the two on its page at the desk, and choose “Keep this file "
                    "as it is” there, or save the file again"
                )
                yield Note(place=file.location, text=text)
