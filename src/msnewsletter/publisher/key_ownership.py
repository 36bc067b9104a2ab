"""The file that each key belongs to: one key is one study, in one file, for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.model import Note
from msnewsletter.publisher.source_files import source_at
from msnewsletter.store import SettledAs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.settings import Settings
    from msnewsletter.sources import Reading
    from msnewsletter.store import KnownKey, Store


@dataclass(slots=True, kw_only=True)
class Batch:
    """What one collect has read, by file, and what becomes of each summary in it.

    Files in `unclean` are read again at every run: a complaint is repeated until it is corrected.
    """

    listed: frozenset[str]
    readings: Mapping[str, Reading]
    refused: list[SourceError]
    read: dict[str, tuple[Summary, str]] = field(default_factory=dict)
    warned: list[Note] = field(default_factory=list)
    unclean: set[str] = field(default_factory=set)

    def assign_all(self, store: Store, settings: Settings) -> None:
        """Assign every key to one file; refuse one that belongs to a study already sent."""
        for path, reading in self.readings.items():
            self.refused += reading.refused
            self.warned += reading.warned
            if reading.refused or reading.warned:
                self.unclean.add(path)
        offers = [
            (summary, path)
            for path, reading in self.readings.items()
            for summary in reading.summaries
        ]
        known = store.known(summary.key for summary, _ in offers)
        sent = store.sent(key for key, one in known.items() if one.settled)
        # Whoever had a key keeps it; among newcomers the order of the files decides.
        offers.sort(key=lambda offer: _owner(known, offer[0].key) != offer[1])
        for summary, path in offers:
            error = self._taken(summary, path, known) or _another_study(summary, sent, known)
            if error:
                self.refused.append(error)
                self.unclean.add(path)
                continue
            self.read[summary.key] = (summary, path)
            if warning := _stays_unsent(summary, known, settings):
                self.warned.append(warning)
                self.unclean.add(path)
        self._watch_the_gone(store)

    def _taken(
        self, summary: Summary, path: str, known: Mapping[str, KnownKey]
    ) -> SourceError | None:
        """The error where the key is another file's; a renamed file keeps its keys."""
        owner = self.read[summary.key][1] if summary.key in self.read else None
        before = _owner(known, summary.key)
        if before != path and before in self.listed and before not in self.readings:
            owner = before
        return _key_of(owner, summary) if owner else None

    def _watch_the_gone(self, store: Store) -> None:
        """Read files again that no longer hold their pending summary: it stays held."""
        for one in store.pending():
            held = self.read.get(one.summary.key)
            if one.path in self.readings and (held is None or held[1] != one.path):
                self.unclean.add(one.path)


def refuse_taken(home: Home, settings: Settings, summary: Summary, path: str, store: Store) -> None:
    """Raises SourceError if collecting would refuse this summary because of its key."""
    known = store.known([summary.key])
    owner = _owner(known, summary.key)
    if owner and owner != path and source_at(home, settings, owner):
        raise _key_of(owner, summary)
    if error := _another_study(summary, store.sent(known), known):
        raise error


def _owner(known: Mapping[str, KnownKey], key: str) -> str | None:
    return known[key].path if key in known else None


def _key_of(owner: str, summary: Summary) -> SourceError:
    problem = f"key {summary.key!r} is already that of {owner}"
    return SourceError(summary.location, problem, "give one of them another key")


def _another_study(
    summary: Summary, sent: Mapping[str, Summary], known: Mapping[str, KnownKey]
) -> SourceError | None:
    """The error for a summary with the key of one that was sent, about another study."""
    before = sent.get(summary.key)
    if before is None or before.headline == summary.headline:
        return None
    pairs = ((before.doi, summary.doi), (before.published, summary.published))
    if not any(old and new and old != new for old, new in pairs):
        return None
    settled = known[summary.key].settled
    where = f", {settled.where}" if settled else ""
    return SourceError(
        summary.location,
        f"key {summary.key!r} is that of another study{where}: {before.headline!r}",
        "give it a key of its own; to correct the one that was sent, keep its date and DOI",
    )


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
