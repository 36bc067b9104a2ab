"""The file that each key belongs to: one key is one study, in one file, for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.issue.same_study import (
    Resemblance,
    resemblance,
)
from msnewsletter.model import Note
from msnewsletter.publisher.fetched_troubles import alarms_of_sent
from msnewsletter.publisher.overrides import contest
from msnewsletter.publisher.sent_studies import (
    Earlier,
    earlier_of,
    key_of_another_study,
    sent_under_other_key,
)
from msnewsletter.publisher.source_files import source_at
from msnewsletter.publisher.strangers import parted
from msnewsletter.publisher.taken_back import SentStudyError, is_sent, read_as_sent
from msnewsletter.sources.publication_marks import unmarked_stem
from msnewsletter.store import SettledAs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.settings import Settings
    from msnewsletter.sources import Reading, SourceFile
    from msnewsletter.store import KeyPlace, KnownKey, Store


_NAMED = 3  # keys in an alarm about one file


@dataclass(kw_only=True)
class Batch:
    """What one collect has read, by file, and what becomes of each summary in it.

    `files` are all source files by path, in the order of the sources. Those in `unclean` are read
    again at every run: a complaint is repeated until it is corrected.
    `alarms` are about summaries that were sent, and that readers do not get as their files say;
    `absorbed` are keys of pending summaries that are none of their own any more. `strangers` are
    files whose key is that of another study. `deleted_forms` are the files of forms that were
    deleted, by key.
    """

    files: Mapping[str, SourceFile]
    readings: Mapping[str, Reading]
    refused: list[SourceError]
    read: dict[str, tuple[Summary, str]] = field(default_factory=dict)
    warned: list[Note] = field(default_factory=list)
    alarms: list[Note] = field(default_factory=list)
    unclean: set[str] = field(default_factory=set)
    refused_paths: set[str] = field(default_factory=set)
    refused_keys: set[str] = field(default_factory=set)
    absorbed: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)
    deleted_forms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def listed(self) -> frozenset[str]:
        """The source files that exist, as paths."""
        return frozenset(self.files)

    @cached_property
    def fetched(self) -> dict[str, SourceFile]:
        """Those of them that no person wrote."""
        return {path: file for path, file in self.files.items() if file.is_fetched}

    def assign_all(self, store: Store, settings: Settings) -> None:
        """Assign every key to one file; refuse one that belongs to a study already sent."""
        self._note_readings()
        offers = self._with_sent_keys(store)
        known = store.known(summary.key for summary, _ in offers)
        offers, strangers = parted(
            offers, files=self.files, readings=self.readings, known=known, store=store
        )
        for one in strangers:
            self.strangers.add(one.path)
            self._refuse(one.path, one.summary.key, one.error)
        owners = {key: (one.path, is_sent(one)) for key, one in known.items()}
        offers = contest(offers, files=self.files, readings=self.readings, owners=owners)
        earlier = earlier_of(known, store)
        waiting = store.stored(key for key, one in known.items() if one.settled is None)
        # Whoever had a key keeps it; among newcomers the order of the files decides.
        offers.sort(key=lambda offer: _owner(known, offer[0].key) != offer[1])
        for summary, path in offers:
            error = (
                self._taken(summary, path, known)
                or sent_under_other_key(summary, earlier, store)
                or self._another_study(summary, path, earlier, store)
                or self._in_the_place_of_another(summary, path, known, waiting)
            )
            if error:
                self._refuse(path, summary.key, error)
                continue
            self.read[summary.key] = (summary, path)
            if warning := _stays_unsent(summary, known, settings):
                self.warned.append(warning)
                self.unclean.add(path)
        self._watch_the_gone(store)
        self._watch_the_sent(store)

    def _another_study(
        self, summary: Summary, path: str, earlier: Earlier, store: Store
    ) -> SourceError | None:
        """The error for what has the key of a sent summary, and is another study."""
        fetched = self.files[path].is_fetched
        error = key_of_another_study(summary, earlier, fetched=fetched)
        if error is None or not fetched:
            return error
        if earlier.known[summary.key].path != path:
            # A file of other words overrode it: it means the same study as ever.
            study = store.studies().get(summary.key)
            if study and any((one.key, one.place) == (summary.key, path) for one in study.sources):
                return None
        return error

    def _in_the_place_of_another(
        self,
        summary: Summary,
        path: str,
        known: Mapping[str, KnownKey],
        waiting: Mapping[str, Summary],
    ) -> SourceError | None:
        """The error for what its source says in the place of another study that waits.

        A person may write anew what was not sent, or put another study in its place.
        """
        before = waiting.get(summary.key)
        if before is None or not self.files[path].is_fetched:
            return None
        if known[summary.key].path in self.listed - {path}:
            return None  # another source's text, which nobody loses
        if resemblance(before, summary, renamed=False) is Resemblance.ONE:
            return None
        problem = f"key {summary.key!r} was that of {before.headline!r}, which was not sent yet"
        remedy = (
            f"if this is the same study, write it into a file with 'key: {summary.key}'; if it is "
            "another, write both into files, each with a key of its own"
        )
        return SourceError(summary.location, problem, remedy)

    def _note_readings(self) -> None:
        """Note what the readers of the files refused and remarked."""
        self.refused_paths.update(error.place for error in self.refused)
        for path, reading in self.readings.items():
            self.refused += reading.refused
            self.warned += reading.warned
            self.refused_keys.update(reading.refused_keys)
            if reading.refused:
                self.refused_paths.add(path)
            if reading.refused or reading.warned:
                self.unclean.add(path)

    def _with_sent_keys(self, store: Store) -> list[tuple[Summary, str]]:
        """What was read, with its file; what takes a sent summary back under that one's key."""
        fetched = self.fetched
        offers = [
            (summary, path)
            for path, reading in self.readings.items()
            for summary in reading.summaries
        ]
        known = store.known(summary.key for summary, _ in offers)
        found = []
        for summary, path in offers:
            if summary.key in known and known[summary.key].settled:
                found.append((summary, path))
                continue
            try:
                read, note = read_as_sent(
                    summary, path, listed=self._beside(path), fetched=fetched, store=store
                )
            except SourceError as error:
                self._refuse(path, summary.key, error)
                if isinstance(error, SentStudyError):
                    self.alarms.append(Note(place=error.place, text=error.problem))
                continue
            found.append((read, path))
            if note:
                self.warned.append(note)
            if read.key != summary.key and summary.key in known:
                self.absorbed.add(summary.key)
        return found

    def _beside(self, path: str) -> frozenset[str]:
        """The files that a file is beside: nobody can write into one that was fetched."""
        if self.files[path].is_fetched:
            return self.listed
        return self.listed - self.fetched.keys()

    def _refuse(self, path: str, key: str, error: SourceError) -> None:
        self.refused.append(error)
        self.refused_keys.add(key)
        self.refused_paths.add(path)
        self.unclean.add(path)

    def _taken(
        self, summary: Summary, path: str, known: Mapping[str, KnownKey]
    ) -> SourceError | None:
        """The error where the key is another file's; a renamed file keeps its keys."""
        owner = self.read[summary.key][1] if summary.key in self.read else None
        before = _owner(known, summary.key)
        stays = before is not None and before in self.files and before not in self.readings
        # What was fetched makes way for a folder's file.
        overrides = stays and self.files[str(before)].is_fetched and not self.files[path].is_fetched
        if before != path and stays and not overrides:
            owner = before
        return _key_of(owner, summary) if owner else None

    def _watch_the_gone(self, store: Store) -> None:
        """Read files again that no longer hold their pending summary: it stays held."""
        for path, keys in store.pending_from(self.readings).items():
            held = (self.read.get(key) for key in keys)
            if any(one is None or one[1] != path for one in held):
                self.unclean.add(path)

    def _watch_the_sent(self, store: Store) -> None:
        """Raise an alarm for each file with a summary that was sent and is refused now."""
        down = {key for key, one in store.takedowns().items() if one.lifted is None}
        fetched: dict[str, list[str]] = {}
        for path, keys in store.sent_from(self.refused_paths).items():
            lost = [key for key in keys if key not in self.read and key not in down]
            if lost and path in self.files and self.files[path].is_fetched:
                fetched[path] = lost
            elif refused := [key for key in lost if self._is_refused(path, key)]:
                self._alarm(path, refused, "sent to readers, and refused now")
            elif lost and self._refuses_one_without_key(path):
                self._alarm(path, lost, "sent to readers, and perhaps what is refused here")
        for path, key in self._followed_from_elsewhere(store):
            if key not in down:
                fetched[path] = [key]
        wrong = {error.place: error for error in self.refused}
        self.alarms += alarms_of_sent(fetched, self.files, wrong)
        for path in sorted(self.refused_paths - self.fetched.keys()):
            if keys := self._renamed_from(path, store):
                self._alarm(path, keys, "sent to readers from a file of another name, refused now")

    def _followed_from_elsewhere(self, store: Store) -> list[tuple[str, str]]:
        """Refused files of what another source had when it was sent, each with its key."""
        paths = self.refused_paths & self.fetched.keys()
        known = store.known(self.files[path].name for path in paths)
        return [
            (path, key)
            for path in sorted(paths)
            if (key := self.files[path].name) in known
            and is_sent(known[key])
            and key not in self.read
            and known[key].path not in self.listed
        ]

    def drop_overridden_refusals(self, placements: Mapping[str, KeyPlace]) -> None:
        """Pass over what is wrong with fetched files whose key is that of a person's file."""

        def is_overridden(error: SourceError) -> bool:
            file = self.fetched.get(error.place)
            # A stranger's key is that of another study, which settles nothing of its own.
            if file is None or error.place in self.strangers:
                return False
            read, place = self.read.get(file.name), placements.get(file.name)
            path = read[1] if read else place.path if place else ""
            return path in self.files and path not in self.fetched

        self.refused = [error for error in self.refused if not is_overridden(error)]

    def _alarm(self, path: str, keys: Sequence[str], text: str) -> None:
        shown = ", ".join(map(repr, keys[:_NAMED]))
        more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
        kept = "they keep the text that they have until it is corrected"
        self.alarms.append(Note(place=path, text=f"{shown}{more}: {text}; {kept}"))

    def _is_refused(self, path: str, key: str) -> bool:
        """Whether a summary is refused; one that a file of many no longer has is only gone."""
        reading = self.readings.get(path)
        whole = reading is None or not (reading.summaries or reading.refused_keys)
        return whole or key in self.refused_keys

    def _refuses_one_without_key(self, path: str) -> bool:
        reading = self.readings.get(path)
        return reading is not None and len(reading.refused) > len(reading.refused_keys)

    def _renamed_from(self, path: str, store: Store) -> list[str]:
        """The sent summary that a refused file's name stands for, where its own file is gone."""
        stem = PurePosixPath(path).stem
        marked = unmarked_stem(stem)
        known = store.known({stem, marked.rest if marked else stem})
        return [
            key
            for key, one in known.items()
            if one.path != path and one.path not in self.listed and is_sent(one)
        ]


def refuse_taken(home: Home, settings: Settings, summary: Summary, path: str, store: Store) -> None:
    """Raises SourceError if collecting would refuse this summary because of its key."""
    known = store.known([summary.key])
    owner = _owner(known, summary.key)
    file = source_at(home, settings, owner) if owner and owner != path else None
    if owner and file and not file.is_fetched:
        raise _key_of(owner, summary)
    earlier = earlier_of(known, store)
    error = sent_under_other_key(summary, earlier, store)
    if error := error or key_of_another_study(summary, earlier, fetched=False):
        raise error


def _owner(known: Mapping[str, KnownKey], key: str) -> str | None:
    return known[key].path if key in known else None


def _key_of(owner: str, summary: Summary) -> SourceError:
    problem = f"key {summary.key!r} is already that of {owner}"
    return SourceError(summary.location, problem, "give one of them another key", field="key")


def _stays_unsent(
    summary: Summary, known: Mapping[str, KnownKey], settings: Settings
) -> Note | None:
    """A note where a summary of the baseline now has a date after the start."""
    settled = known[summary.key].settled if summary.key in known else None
    start = settings.newsletter.start
    if settled is None or settled.settled_as is not SettledAs.BASELINE:
        return None
    if not (summary.published and start and summary.published.day(settings.zone) >= start):
        return None
    text = f"key {summary.key!r} is {settled.where}; give it another key to send it after all"
    return Note(place=summary.location, text=text)
