"""Collect: from source files to the store. One bad summary never sinks the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.errors import SettingsError, SourceError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.model import Status, Warned
from msnewsletter.sources.coming import NEXT_NAME, Coming, read_coming
from msnewsletter.sources.folder import SourceFile, list_files, read_file
from msnewsletter.store import SettledAs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from msnewsletter.compose import Draft
    from msnewsletter.config import Settings
    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.sources import Reading
    from msnewsletter.store import Known, Pending, Store

# File systems stamp changes in ticks of up to 10 ms (some of 2 s): a file changed this recently may
# change again without a new time, so it is read once more.
_RACY_NS = 2_000_000_000
# A few are slips that an editor mended; many are one change to all files, which one line tells.
_EDITS_SAID = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came, what was refused, and what the files look like now.

    Attributes:
        read: summaries of new and changed files, with their files' paths.
        refused, warned: one line each for the editor.
        edited: the same for texts that were edited after they were sent; said by whoever reads
            them first.
        listed: paths of all source files that exist.
        clean: size and time of change (ns) of files that need no reading until they change.
        stale: paths that the store should stop trusting.
        read_again: paths of the files that were new or changed.
        coming: what the editor wrote for the next issue, if anything.
    """

    read: tuple[tuple[Summary, str], ...] = ()
    refused: tuple[SourceError, ...] = ()
    warned: tuple[Warned, ...] = ()
    edited: tuple[Warned, ...] = ()
    listed: frozenset[str] = frozenset()
    clean: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    read_again: frozenset[str] = frozenset()
    coming: Coming | None = None

    def notes(self, draft: Draft | None = None) -> tuple[Warned, ...]:
        """What an editor should know though nothing was refused, with what the draft says."""
        return (*self.warned, *(draft.warned if draft else ()), *self.edited)

    def gone(self, pending: Iterable[Pending]) -> dict[str, str]:
        """Why pending summaries are no longer vouched for by their files, by key."""
        held = {(summary.key, path) for summary, path in self.read}
        reasons = {}
        for key, path in ((one.summary.key, one.path) for one in pending):
            if path not in self.listed:
                reasons[key] = f"{path} is gone; put it back to send it"
            elif path in self.read_again and (key, path) not in held:
                reasons[key] = f"{path} no longer holds it, or no longer reads; mend the file"
        return reasons


def collect(
    home: Home, settings: Settings, store: Store, *, now: datetime, touched: int
) -> Collected:
    """Read new and changed source files into the store; see `plan_collect`.

    Args:
        home: the newsletter's home.
        settings: where the sources are.
        store: open, its lock held.
        now: first_seen of what is new, aware.
        touched: the file system's time now, in ns (from the lock).
    """
    collected = plan_collect(home, settings, store, touched=touched)
    store.site.note_edits([summary for summary, _ in collected.read], now=now)
    store.save_collected(collected.read, now=now, clean=collected.clean, stale=collected.stale)
    return collected


def plan_collect(home: Home, settings: Settings, store: Store, *, touched: int) -> Collected:
    """Read new and changed source files, and change nothing."""
    sources, refused = _list(home, settings)
    known = store.known_files()
    changed = [file for file in sources if known.get(file.location) != (file.size, file.changed_ns)]
    batch = _Batch(
        listed=frozenset(file.location for file in sources),
        readings={file.location: read_file(file) for file in changed},
        refused=refused,
    )
    batch.place_all(store, settings)
    clean = {
        file.location: (file.size, file.changed_ns)
        for file in changed
        if file.location not in batch.unclean and file.changed_ns < touched - _RACY_NS
    }
    return Collected(
        read=tuple(batch.read.values()),
        refused=tuple(batch.refused),
        warned=tuple(batch.warned),
        edited=_edited_since(store, batch.read.values()),
        listed=batch.listed,
        clean=clean,
        stale=tuple(sorted(path for path in batch.readings if path in known and path not in clean)),
        read_again=frozenset(batch.readings),
        coming=read_coming(home.records / NEXT_NAME, shown=home.shown),
    )


def _edited_since(store: Store, read: Iterable[tuple[Summary, str]]) -> tuple[Warned, ...]:
    """What to say of texts that were edited after they were sent, where no correction tells it."""
    summaries = [summary for summary, _ in read]
    rewritten = store.site.rewritten(summaries)
    told = {one.key for one in store.untold(summaries)} if rewritten else set()
    notes = [_edit(number, one) for number, one in rewritten if one.key not in told]
    if len(notes) > _EDITS_SAID:
        more = f"and {len(notes) - _EDITS_SAID} more were edited after they had been sent"
        notes[_EDITS_SAID:] = [Warned(place=notes[_EDITS_SAID].place, text=more)]
    return tuple(notes)


def _edit(number: int, summary: Summary) -> Warned:
    how = "make it a correction ('status: corrected' and a note)"
    if summary.status is not Status.LIVE:
        how = "change its note as well"
    text = (
        f"it was edited after issue {number} had sent it: publishing shows this text on the site "
        f"and in the feeds, and mails nobody; if readers should know, {how}"
    )
    return Warned(place=summary.location, text=text)


def _list(home: Home, settings: Settings) -> tuple[list[SourceFile], list[SourceError]]:
    """All source files, each once, in the order of the settings."""
    found: dict[str, SourceFile] = {}
    refused: list[SourceError] = []
    for source in settings.sources:
        path = home.root / source.path
        # A disk that is not mounted must not pass for a week without news.
        if not path.exists():
            problem = f"the source {source.path!r} is missing"
            raise SettingsError(SETTINGS_NAME, problem, "create it, or correct its path")
        listing = list_files(path, format=source.format, shown=home.shown)
        if path.is_dir():
            _refuse_unlisted(source.path, listing.refused, shown=home.shown(path))
        refused += listing.refused
        for file in listing.files:
            found.setdefault(file.location, file)
    return list(found.values()), refused


def _refuse_unlisted(source: str, refused: Iterable[SourceError], *, shown: str) -> None:
    """Raise SettingsError where the source's folder itself could not be listed."""
    error = next((one for one in refused if one.place == shown), None)
    if error:
        problem = f"the source {source!r} {error.problem}"
        raise SettingsError(SETTINGS_NAME, problem, error.remedy)


@dataclass(slots=True, kw_only=True)
class _Batch:
    """What one collect has read, by file, and what becomes of each summary in it.

    Files in `unclean` are read again at every run: a complaint is repeated until it is mended.
    """

    listed: frozenset[str]
    readings: Mapping[str, Reading]
    refused: list[SourceError]
    read: dict[str, tuple[Summary, str]] = field(default_factory=dict)
    warned: list[Warned] = field(default_factory=list)
    unclean: set[str] = field(default_factory=set)

    def place_all(self, store: Store, settings: Settings) -> None:
        """Give every key to one file, and refuse what would pass for something that was sent."""
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

    def _taken(self, summary: Summary, path: str, known: Mapping[str, Known]) -> SourceError | None:
        """Why the key is another file's; a file that was renamed keeps its keys."""
        owner = self.read[summary.key][1] if summary.key in self.read else None
        before = _owner(known, summary.key)
        if before != path and before in self.listed and before not in self.readings:
            owner = before
        if owner is None:
            return None
        problem = f"key {summary.key!r} is already that of {owner}"
        return SourceError(summary.location, problem, "give one of them another key")

    def _watch_the_gone(self, store: Store) -> None:
        """Read files again that once held a pending summary and no longer do: it stays held."""
        for one in store.pending():
            held = self.read.get(one.summary.key)
            if one.path in self.readings and (held is None or held[1] != one.path):
                self.unclean.add(one.path)


def source_at(home: Home, settings: Settings, place: str) -> SourceFile | None:
    """The source file that a place is in, e.g. `summaries/gut.md:3`; None: none of ours."""
    sources, _ = _list(home, settings)
    inside = (
        file
        for file in sources
        if place == file.location or place.startswith((f"{file.location}:", f"{file.location}#"))
    )
    return max(inside, key=lambda file: len(file.location), default=None)


def refuse_taken(home: Home, settings: Settings, summary: Summary, path: str, store: Store) -> None:
    """Raises SourceError where collecting would refuse the summary of this file for its key."""
    known = store.known([summary.key])
    owner = _owner(known, summary.key)
    if owner and owner != path and source_at(home, settings, owner):
        problem = f"key {summary.key!r} is already that of {owner}"
        raise SourceError(summary.location, problem, "give one of them another key")
    if error := _another_study(summary, store.sent(known), known):
        raise error


def _owner(known: Mapping[str, Known], key: str) -> str | None:
    return known[key].path if key in known else None


def _another_study(
    summary: Summary, sent: Mapping[str, Summary], known: Mapping[str, Known]
) -> SourceError | None:
    """Why a summary cannot have the key of one that was sent: it tells of another study."""
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
    summary: Summary, known: Mapping[str, Known], settings: Settings
) -> Warned | None:
    """What to say when a summary of the baseline has a date by now that is after the start."""
    settled = known[summary.key].settled if summary.key in known else None
    start = settings.newsletter.start
    if settled is None or settled.settled_as is not SettledAs.BASELINE:
        return None
    if not summary.published or not start:
        return None
    if summary.published.day(settings.zone) < start:
        return None
    text = f"key {summary.key!r} is {settled.where}; give it another key to send it after all"
    return Warned(place=summary.location, text=text)
