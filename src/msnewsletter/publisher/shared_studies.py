"""Gathers which summaries of several sources are one study, and gives it the text that goes out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter.issue.one_study import (
    Candidate,
    SharedStudy,
    Teller,
    Told,
    emptied,
    filled_from,
    headline_fold,
    hindrance_of,
    is_conflicting,
    is_doubting,
    kept_as_sent,
    parted_hindrance,
    united,
)
from msnewsletter.issue.same_study import is_alike
from msnewsletter.model import Note
from msnewsletter.publisher.fetched_files import changed_at
from msnewsletter.publisher.one_key import by_key
from msnewsletter.sources import read_file
from msnewsletter.sources.addresses import identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.model import Summary
    from msnewsletter.publisher.key_ownership import Batch
    from msnewsletter.sources import SourceFile
    from msnewsletter.store import KeyPlace, Store

_NAMED = 20  # studies of which a note each says who has them
_NUMBERS = ("doi", "pmid")


@dataclass(frozen=True, kw_only=True)
class OneStudyOnce:
    """What several sources have together.

    Attributes:
        studies: all of them; None: there is but one source, and there never was another.
        pending: keys of those that were not sent.
        read: texts that are others through this, with their files' paths.
    """

    studies: tuple[SharedStudy, ...] | None = None
    pending: frozenset[str] = frozenset()
    read: Mapping[str, tuple[Summary, str]] = field(default_factory=dict)

    @cached_property
    def followers(self) -> frozenset[str]:
        """Keys of the summaries that are one with another, which goes out for them."""
        return frozenset(key for one in self.studies or () for key in one.others)

    @cached_property
    def undecided(self) -> dict[str, Hindrance]:
        """Why summaries wait, by key: for a person's choice."""
        found: dict[str, Hindrance] = {}
        for study in self.studies or ():
            found |= dict.fromkeys(study.parted, parted_hindrance(study)) if study.parted else {}
            hindrance = hindrance_of(study) if study.key in self.pending else None
            if hindrance:
                found[study.key] = hindrance
        return found

    def notes(self) -> Iterator[Note]:
        """Who has the studies that wait to go out, and what came from where."""
        waiting = [
            one
            for one in self.studies or ()
            if one.key in self.pending and len(one.tellers) > 1 and not one.differing
        ]
        for study in waiting[:_NAMED]:
            yield _note_on(study)
        if more := waiting[_NAMED:]:
            text = f"it and {len(more) - 1:,} more are in several sources too"
            yield Note(place=more[0].tellers[0].place, text=text)


def _note_on(study: SharedStudy) -> Note:
    first, *others = study.tellers
    places = ", ".join(one.place for one in others)
    by_place: dict[str, list[str]] = {}
    for name, place in study.filled.items():
        by_place.setdefault(place, []).append(name)
    from_there = "".join(
        f"; {', '.join(names)} from {place}" for place, names in sorted(by_place.items())
    )
    return Note(place=first.place, text=f"one study with {places}: its text is taken{from_there}")


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
        self._fetched = by_key(batch.files.values())
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
            if len(members) > 1 or members[0].key in before or len(members[0].tellers) > 1
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
        if label is None:
            return None  # nobody knows from where it came: rules of its own hold its likes
        settled = place is not None and place.settled
        own = [Teller(source=label, key=key, place=path)]
        others = [
            Teller(source=one.source, key=key, place=one.location)
            for one in fetched
            if one.location != path
        ]
        overridden = bool(fetched) and file is not None and not file.is_fetched
        names = {one.source for one in others} if overridden else {label}
        doi, pmid, page = self._identity(key, settled=settled)
        return Candidate(
            key=key,
            tellers=(*own, *others),
            sources=frozenset(names | {one.source for one in others}),
            rank=self._rank.get(path, len(self._rank)),
            doi=doi,
            pmid=pmid,
            pages=frozenset(
                {one for file in fetched for one in file.identities} | ({page} if page else set())
            ),
            settled=settled,
            present=file is not None and (read is not None or path not in self._batch.readings),
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

    def _told(self, lead: Candidate, members: Iterable[Candidate]) -> list[Told]:
        """What the others say, in order; what cannot be read says nothing."""
        found: list[Told] = []
        for member in members:
            if not member.present:
                continue
            own, *others = member.tellers
            if member is not lead and (text := self._text(member.key)):
                found.append(Told(teller=own, summary=text))
            for teller in others:
                found += told_in(teller, self._batch.files)
        return found

    # ── decide ───────────────────────────────────────────────────────────────────────────────

    def _study(self, members: list[Candidate]) -> SharedStudy | None:
        lead = members[0]
        before = self._before.get(lead.key)
        tellers = tuple(teller for one in members for teller in one.tellers)
        lasting = lead.settled and before is not None and before.filled
        if not (lead.settled or lead.present) or not (len(tellers) > 1 or lasting):
            return None
        if before and before.tellers == tellers and not self._is_touched(tellers):
            return before
        study = SharedStudy(key=lead.key, tellers=tellers, filled=before.filled if before else {})
        if lead.settled:
            return self._settled_study(study, lead, members)
        text = self._text(lead.key)
        if text is None:
            return study
        told = self._told(lead, members)
        filled, places = filled_from(text, told)
        self._read[lead.key] = (filled, self._paths[lead.key])
        differing = (
            () if lead.overridden else (one for one in told if is_conflicting(text, one.summary))
        )
        doubting = (one for one in told if is_doubting(text, one.summary))
        return replace(
            study,
            filled=places,
            differing=tuple(one.teller for one in differing),
            doubting=tuple(one.teller for one in doubting),
        )

    def _settled_study(
        self, study: SharedStudy, lead: Candidate, members: list[Candidate]
    ) -> SharedStudy:
        read, sent = self._batch.read.get(lead.key), self._stored.get(lead.key)
        if read is None or sent is None:
            return study
        text, path = read
        filled, places = kept_as_sent(text, sent, study.filled, self._told(lead, members))
        self._read[lead.key] = (filled, path)
        return replace(study, filled=places)

    def _is_touched(self, tellers: Iterable[Teller]) -> bool:
        return any(one.place in self._batch.readings for one in tellers)

    def _with_parted(self, studies: dict[str, SharedStudy]) -> dict[str, SharedStudy]:
        """The studies, with what was one with a sent one, and says the same under other numbers."""
        found = dict(studies)
        followers = {key for one in studies.values() for key in one.others}
        for key, before in self._before.items():
            lead = self._candidates.get(key)
            was_one = before.others | set(before.parted)
            if lead is None or not lead.settled or not (was_one - followers):
                continue
            parted = tuple(one for one in sorted(was_one - followers) if self._is_alike(key, one))
            study = found.get(key) or SharedStudy(
                key=key, tellers=lead.tellers, filled=before.filled
            )
            found[key] = replace(study, parted=parted)
        return found

    def _is_alike(self, sent: str, key: str) -> bool:
        other = self._candidates.get(key)
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


def told_in(teller: Teller, files: Mapping[str, SourceFile]) -> list[Told]:
    """What one who has a study says, read from its file now; nothing where that does not read."""
    file = files.get(teller.place)
    found = read_file(file).summaries if file else ()
    return [Told(teller=teller, summary=one) for one in found if one.key == teller.key]


def near_headlines(pending: Iterable[tuple[Summary, str]], labels: Mapping[str, str]) -> list[Note]:
    """Notes on summaries of different sources whose headlines, or papers' titles, nearly agree.

    A preprint and its article are two studies to the program; a person may know better.
    """
    first: dict[str, tuple[Summary, str]] = {}
    notes: list[Note] = []
    for summary, path in sorted(pending, key=lambda one: one[0].key):
        label = labels.get(path, "")
        for title in {headline_fold(summary.headline), headline_fold(summary.paper_title or "")}:
            other, source = first.setdefault(title, (summary, label))
            if title and other is not summary and source != label:
                text = (
                    f"nearly the headline of {other.key!r} ({other.location}): if they are one "
                    "study, hold one of them, or give both the same DOI"
                )
                notes.append(Note(place=summary.location, text=text))
                break
    return notes[:_NAMED]


def override_notes(batch: Batch, placements: Mapping[str, KeyPlace]) -> Iterator[Note]:
    """Notes on files that override what a source says otherwise since they were written."""
    owners = {key: one.path for key, one in placements.items()}
    owners |= {key: path for key, (_, path) in batch.read.items()}
    for key, fetched in by_key(batch.files.values()).items():
        file = batch.files.get(owners.get(key, ""))
        if file is None or file.is_fetched:
            continue
        for one in fetched:
            changed = changed_at(one)
            if changed and changed.timestamp() > file.written_ns / 1e9:
                text = (
                    f"{one.location} says something else since {changed:%Y-%m-%d}: this file "
                    "counts; save it again when you have compared them"
                )
                yield Note(place=file.location, text=text)


def labels_of(files: Iterable[SourceFile]) -> dict[str, str]:
    """The source of each file, by location."""
    return {file.location: file.source for file in files}
