"""The files of fetched summaries as source files: which are taken, and which are too old."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import BadValueError, NewsletterError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.model import Note, WrittenBy
from msnewsletter.partial_date import PartialDate
from msnewsletter.publisher.dropped_entries import DroppedEntry, dropped_entries
from msnewsletter.publisher.left_out import left_out
from msnewsletter.publisher.source_memory import IndexedSummary, SourceMemory, read_memory
from msnewsletter.regular_file import read_regular
from msnewsletter.source_settings import FeedSource
from msnewsletter.sources.addresses import identity_of, is_worldwide
from msnewsletter.sources.fetched_file import FORMAT, file_of, location_of, parse_fetched
from msnewsletter.sources.folder import SourceFile
from msnewsletter.sources.formats import SIZE_LIMIT
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.source_settings import FetchedSource


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSince:
    """From when on a source is taken, and how much that is: the one count of its summaries.

    Attributes:
        source: its name.
        since: the first day of what is taken; None: all of it.
        is_set: newsletter.toml says so; else it is the day on which the source was added.
        known: how many summaries it has named.
        taken: how many have a file that is read.
        older: how many are from before `since`, and not taken.
        left_out: how many its other settings leave out now.
        problems: how many of those taken have a problem now.
        by_people: how many of those taken are on pages that name a person as their author, while
            readers are told that AI wrote them, because nothing says another thing.
        author: of the first of these.
    """

    source: str
    since: date | None
    is_set: bool
    known: int = 0
    taken: int = 0
    older: int = 0
    left_out: int = 0
    problems: int = 0
    by_people: int = 0
    author: str = ""

    def notes(self) -> Iterator[Note]:
        """What an editor should know of it."""
        if note := self._older_note:
            yield note
        if self.by_people:
            them = "1 page names" if self.by_people == 1 else f"{self.by_people:,} pages name"
            text = (
                f"{them} a person as author ({quoted(self.author)}), and readers are told that AI "
                "wrote it; set its written_by in newsletter.toml: 'people', 'ai and people', or "
                "'ai' if that is so"
            )
            yield Note(place=self.source, text=text)

    @property
    def _older_note(self) -> Note | None:
        if not self.older or self.since is None:
            return None
        them = "1 summary is" if self.older == 1 else f"{self.older:,} summaries are"
        why = (
            "its 'since'"
            if self.is_set
            else "the day it was added; an earlier 'since' in newsletter.toml takes them"
        )
        text = f"{them} from before {self.since} and not taken: {why}"
        return Note(place=self.source, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDay:
    """Of a summary in the store: whether it is pending no more; its day, if it has a date."""

    is_settled: bool
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFiles:
    """What the sources that are fetched were last heard to say.

    Attributes:
        files: of the summaries that are taken, in the order of the sources.
        since: of each source that was ever looked at.
        older: files that are from before their source's `since`, by key; they are not taken.
        left_out: files that its other settings leave out now, by key; they are not taken either.
        lost: why a summary that once was taken has no file, by key.
        known: keys of all summaries that these sources have named here.
        former: identities of what the sources had that the settings name no more, by key.
        dropped: entries that feeds name no more.
    """

    files: tuple[SourceFile, ...] = ()
    since: tuple[SourceSince, ...] = ()
    older: Mapping[str, SourceFile] = field(default_factory=dict)
    left_out: Mapping[str, SourceFile] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: tuple[DroppedEntry, ...] = ()


def fetched_files(
    home: Home,
    settings: Settings,
    *,
    sent: frozenset[str] = frozenset(),
    stored: Mapping[tuple[str, str], StoredDay] = MappingProxyType({}),
) -> FetchedFiles:
    """The files of all fetched sources; a source that fails keeps what it said.

    Raises OutboxError where what it said cannot be read: nobody can say then what is gone, and what
    of it another source has now would be sent as an edit.

    Args:
        home: the newsletter's home.
        settings: in force.
        sent: keys and pages of what was sent, which is taken however old it is, and whatever else
            the settings leave out.
        stored: what the store has of sources, by their labels and keys, which is taken however old
            it is while its date stays the same.
    """
    found = [(source, read_memory(home, source.name)) for source in settings.fetched]
    looked_at = [(source, memory) for source, memory in found if memory is not None]
    dates = dates_of(memory for _, memory in looked_at)
    with reading_errors(home):
        removed = dict(_removed(home, {source.name for source, _ in found}))
    former = {key: one.identities for each in removed.values() for key, one in each.items()}
    sent |= {one for key in former.keys() & sent for one in former[key]}
    with reading_errors(home):
        lists = [
            _SourceList(home, source, memory, settings, dates=dates, sent=sent, stored=stored)
            for source, memory in looked_at
        ]
    files = tuple(file for one in lists for file in one.files)
    taken = {file.name for file in files}
    lost = {key: why for one in lists for key, why in one.lost.items()}
    lost |= {
        key: f"the source {name!r} was removed from {SETTINGS_NAME}; name it again to send it"
        for name, each in removed.items()
        for key in each
    }
    return FetchedFiles(
        files=files,
        since=tuple(one.since for one in lists),
        older={key: f for one in lists for key, f in one.older.items() if key not in taken},
        left_out={key: f for one in lists for key, f in one.left_out.items() if key not in taken},
        lost={key: why for key, why in lost.items() if key not in taken},
        known=frozenset(key for _, memory in looked_at for key in memory.summaries),
        former=former,
        dropped=tuple(entry for one in lists for entry in one.dropped),
    )


class _SourceList:
    """One source's files."""

    def __init__(
        self,
        home: Home,
        source: FetchedSource,
        memory: SourceMemory,
        settings: Settings,
        *,
        dates: Mapping[str, str],
        sent: frozenset[str],
        stored: Mapping[tuple[str, str], StoredDay],
    ) -> None:
        self._home, self._source, self._memory = home, source, memory
        self._sent, self._stored = sent, stored
        self._language = settings.newsletter.effective_words
        self.files: list[SourceFile] = []
        self.older: dict[str, SourceFile] = {}
        self.left_out: dict[str, SourceFile] = {}
        self.lost: dict[str, str] = {}
        # Objects of one JSON document may have its address, all of them; without their secrets
        # addresses may be alike.
        self._named = Counter(
            location_of(source.name, one.address) for one in memory.summaries.values()
        )
        # What another study was sent from, though it is this one's by now.
        self._of_sent = {
            identity
            for key, one in memory.summaries.items()
            if key in sent
            for identity in (key, identity_of(one.address))
        }
        first = since_of(source, memory, settings.zone)
        self._sort(first, settings.zone, dates)
        self.dropped: tuple[DroppedEntry, ...] = ()
        if isinstance(source, FeedSource):
            had = {file.name: file for file in self.files} | self.older
            self.dropped = tuple(dropped_entries(memory, had, self.older))
        self.since = self._counted(first, by_ai=settings.newsletter.written_by is WrittenBy.AI)

    def _is_stored(
        self, key: str, one: IndexedSummary, zone: ZoneInfo, dates: Mapping[str, str]
    ) -> bool:
        """Whether the store has it, with the date that its source gives it now."""
        stored = self._stored.get((self._source.label, key))
        if stored is None:
            return False
        return stored.is_settled or stored.day == _published_day(one, zone, dates)

    def _sort(self, first: date | None, zone: ZoneInfo, dates: Mapping[str, str]) -> None:
        """Find out which files are taken, and why the others are not."""
        out = left_out(self._source, self._memory)
        for key, one in self._memory.summaries.items():
            file = self._file(key, one)
            is_sent = self._is_sent(key, one)
            is_kept = is_sent or self._is_stored(key, one, zone, dates)
            if key in out and not is_sent:
                self.left_out |= {key: file} if file else {}
            elif first and not is_kept and day_of(one, self._memory, zone, dates) < first:
                self.older |= {key: file} if file else {}
            elif file:
                self.files.append(file)
            else:
                path = file_of(self._home, self._source.name, key)
                shown = self._home.display_path(path)
                self.lost[key] = f"{shown} is gone; the next fetch brings it again"

    def _counted(self, first: date | None, *, by_ai: bool) -> SourceSince:
        """How much there is of each; `by_ai`: readers are told that AI wrote what says nothing."""
        summaries = self._memory.summaries
        taken = [summaries[file.name] for file in self.files]
        unsaid = by_ai and self._source.written_by is None
        authors = [one.author for one in taken if one.author] if unsaid else []
        return SourceSince(
            source=self._source.name,
            since=first,
            is_set=bool(self._source.since),
            known=len(summaries),
            taken=len(taken),
            older=len(self.older),
            left_out=len(self.left_out),
            problems=sum(one.problem for one in taken),
            by_people=len(authors),
            author=authors[0] if authors else "",
        )

    def _is_sent(self, key: str, one: IndexedSummary) -> bool:
        own = (known for known in one.identities if known not in self._of_sent)
        return key in self._sent or any(known in self._sent for known in own if is_worldwide(known))

    def _file(self, key: str, one: IndexedSummary) -> SourceFile | None:
        """The file of a summary; None: it is gone. Raises OSError where nobody can say that."""
        path = file_of(self._home, self._source.name, key)
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        location = location_of(self._source.name, one.address)
        if self._named[location] > 1:
            location = f"{location} [{key}]"
        return SourceFile(
            address=os.fspath(path),
            location=location,
            format=FORMAT,
            name=key,
            size=status.st_size,
            changed_ns=status.st_ctime_ns,
            written_ns=status.st_mtime_ns,
            source=self._source.label,
            identities=tuple(filter(is_worldwide, one.identities)),
            language=self._language,
        )


def changed_at(file: SourceFile) -> datetime | None:
    """When what a source says of a summary became another, aware UTC; None: it does not read."""
    try:
        data = read_regular(file.address, limit=SIZE_LIMIT, follow=False)
        found = parse_fetched(data, file.location)
    except (OSError, BadValueError, NewsletterError):
        return None
    return None if found.problem else found.changed


def _removed(
    home: Home, named: Container[str]
) -> Iterator[tuple[str, Mapping[str, IndexedSummary]]]:
    """The sources that the settings name no more, and what they had."""
    folders = sorted(home.fetched.iterdir()) if home.fetched.is_dir() else []
    for folder in folders:
        if folder.name in named or not folder.is_dir():
            continue
        memory = read_memory(home, folder.name)
        if memory:
            yield folder.name, memory.summaries


def dates_of(memories: Iterable[SourceMemory]) -> dict[str, str]:
    """When a source says that a summary was published, by each of its worldwide identities."""
    found: dict[str, str] = {}
    for memory in memories:
        for one in memory.summaries.values():
            if one.published:
                for identity in filter(is_worldwide, one.identities):
                    found.setdefault(identity, one.published)
    return found


def since_of(source: FetchedSource, memory: SourceMemory, zone: ZoneInfo) -> date | None:
    """The first day of what is taken; None: all of it."""
    if source.since:
        return source.since
    return memory.health.added.astimezone(zone).date() if memory.health.running else None


def _published_day(
    summary: IndexedSummary, zone: ZoneInfo, dates: Mapping[str, str]
) -> date | None:
    """The day that its source, or another one of the same address, gives it; None: none does."""
    elsewhere = (dates[one] for one in summary.identities if one in dates)
    published = summary.published or next(elsewhere, None)
    # Of what is no date, reading it says what is wrong.
    with suppress(BadValueError):
        return PartialDate.parse(published).day(zone) if published else None
    return None


def day_of(
    summary: IndexedSummary, memory: SourceMemory, zone: ZoneInfo, dates: Mapping[str, str]
) -> date:
    """The day that decides whether a summary is taken.

    One without a date has that of another source with the same address: pages have none, and the
    feed that leads to them does. Without any it counts from when it was first seen; but what was
    there at the first look may be of any age. `dates` is what sources say, by identity.
    """
    if published := _published_day(summary, zone, dates):
        return published
    if summary.first_look:
        return memory.health.added.astimezone(zone).date() - timedelta(days=1)
    return summary.first_seen.astimezone(zone).date()
