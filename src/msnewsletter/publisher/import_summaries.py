"""Imports summaries: from files and addresses, as Markdown into the summaries folder.

Each is decided and written by itself: one that is bad stops no other. Nothing that an editor has
changed is overwritten, nothing is overwritten unless a person says so, and nothing is written
outside of the folder.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.catalogue_files import languages
from msnewsletter.disk.save import save, version_of
from msnewsletter.errors import NewsletterError, SourceError
from msnewsletter.issue.same_study import Mark, marks_of
from msnewsletter.model import Note
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.draft import pending_with
from msnewsletter.publisher.file_diff import file_diff
from msnewsletter.publisher.import_decision import (
    ExistingFile,
    ImportDecision,
    ImportOutcome,
    decide,
)
from msnewsletter.publisher.import_names import file_name
from msnewsletter.publisher.imported_digests import ImportedText, read_imported, write_imported
from msnewsletter.publisher.key_ownership import refuse_taken
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_files import file_bytes, list_sources, path_inside
from msnewsletter.publisher.summaries_folder import names_in, summaries_folder
from msnewsletter.source_settings import FeedSource, JsonSource
from msnewsletter.sources import parse_file
from msnewsletter.sources.fetch.client import Fetcher, FetchLimits
from msnewsletter.sources.fetched_file import FORMAT
from msnewsletter.sources.importing.content_kind import kind_of
from msnewsletter.sources.importing.import_documents import documents_at
from msnewsletter.sources.importing.import_reader import read_document
from msnewsletter.sources.importing.imported_document import ImportedDocument
from msnewsletter.sources.importing.opml import feeds_in, source_sections
from msnewsletter.sources.markdown_writer import markdown_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.publisher.session import Session
    from msnewsletter.sources import SourceFile
    from msnewsletter.sources.parsed import Reading
    from msnewsletter.store import KnownKey

# What is never by chance that of another summary.
_SAME: Final = (Mark.DOI, Mark.PMID, Mark.TEXT)
# Summaries that are looked up together.
_TOGETHER: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What is asked for.

    Attributes:
        places: files, folders and web addresses.
        kind: what they are, one of KINDS; None: what their content says.
        into: the folder to write into; None: the first source that is a folder.
        dry_run: nothing is written.
        confirm: asks a person whether a file is overwritten, or a duplicate is written.
        private: addresses may be of this machine or network.
    """

    places: Sequence[str]
    kind: str | None = None
    into: Path | None = None
    dry_run: bool = False
    confirm: Callable[[ImportResult], bool]
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What became of one summary.

    Attributes:
        key, headline, location: of the summary, and where it was read.
        decision: what becomes of it, and why.
        path: its file, as the editor knows it.
        diff: the lines of a unified diff of the file that is there and the one that would be.
        written: it is written; in a dry run: it would be.
    """

    key: str
    headline: str
    location: str
    decision: ImportDecision
    path: str = ""
    diff: tuple[str, ...] = ()
    written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSections:
    """A list of feeds as sections of newsletter.toml, to be pasted there; `count` of them."""

    text: str
    count: int


ImportEvent = ImportResult | SourceError | Note | ImportedSections


def import_summaries(
    home: Home, order: ImportOrder, *, now: Callable[[], datetime]
) -> Generator[ImportEvent, None, None]:
    """Import, and yield what becomes of each summary and what is wrong with others.

    Raises RefusedError where there is no folder to write into, SettingsError, StoreError,
    OutboxError. `now` returns the time, aware.
    """
    with looking(home, at=now()) as session:
        agent = f"msnewsletter (+{session.settings.newsletter.site})"
        limits = FetchLimits(private=order.private, once=True)
        with Fetcher(agent=agent, limits=limits, now=now) as fetcher, ExitStack() as ended:
            importing: _Import | None = None
            for document in _documents(order, fetcher):
                if not isinstance(document, ImportedDocument):
                    yield document
                elif _is_list(document, order.kind):
                    yield from _sections(session, document)
                else:
                    if importing is None:
                        importing = _Import(session, order)
                        # However it ends, what was written is remembered.
                        ended.callback(importing.remember)
                    readings = read_document(document, kind=order.kind, at=session.now)
                    yield from importing.take(readings)


def _documents(
    order: ImportOrder, fetcher: Fetcher
) -> Iterator[ImportedDocument | SourceError | Note]:
    for place in order.places:
        yield from documents_at(place, kind=order.kind, fetcher=fetcher)


def _is_list(document: ImportedDocument, kind: str | None) -> bool:
    with suppress(SourceError):
        return (kind or kind_of(document.data, document.place)) == "opml"
    return False  # who reads it says what is wrong


def _sections(session: Session, document: ImportedDocument) -> Iterator[ImportEvent]:
    try:
        found = feeds_in(document.data, document.place)
    except SourceError as error:
        yield error
        return
    settings = session.settings
    here = {one.url for one in settings.fetched if isinstance(one, FeedSource | JsonSource)}
    new = [feed for feed in found.feeds if feed.url not in here]
    today = session.now.astimezone(settings.zone).date()
    taken = {source.name for source in settings.fetched}
    yield ImportedSections(text=source_sections(new, since=today, taken=taken), count=len(new))
    if known := len(found.feeds) - len(new):
        text = f"{known} of its feeds are sources already, and are left out"
        yield Note(place=document.place, text=text)
    yield from found.refused


class _Import:
    """One import into one folder."""

    def __init__(self, session: Session, order: ImportOrder) -> None:
        self._session, self._order, self._home = session, order, session.home
        self._language = session.settings.newsletter.effective_words
        self._folder = summaries_folder(self._home, session.settings, order.into)
        collected = plan_collect(session)
        self._listed = collected.listed
        self._read = {summary.key: path for summary, path in collected.read}
        self._files = {
            one.location: one for one in list_sources(self._home, session.settings).files
        }
        self._names = names_in(self._folder)
        self._imported = read_imported(self._home)
        self._remembered = dict(self._imported)
        self._marks: dict[tuple[Mark, str], str] = {}
        # The text that this import has met under each key, and which that is.
        self._met: dict[str, tuple[str, str]] = {}
        for one in pending_with(session.store, collected, now=session.now):
            if one.path in self._listed:
                self._mark(one.summary)

    def take(self, readings: Iterable[Reading]) -> Iterator[ImportEvent]:
        """Import what was read; a few hundred summaries at a time are in memory."""
        left = iter(readings)
        while some := list(islice(left, _TOGETHER)):
            summaries = [summary for reading in some for summary in reading.summaries]
            known = self._session.store.known(one.key for one in summaries)
            for reading in some:
                yield from reading.refused
                yield from reading.warned
                for summary in reading.summaries:
                    yield self._import(summary, known)

    def remember(self) -> None:
        """Keep what was written, for the next import."""
        if self._imported != self._remembered and not self._order.dry_run:
            write_imported(self._home, self._imported)
            self._remembered = dict(self._imported)

    def _import(self, summary: Summary, known: dict[str, KnownKey]) -> ImportResult:
        try:
            return self._decided(summary, known)
        except NewsletterError as error:
            refused = ImportDecision(
                outcome=ImportOutcome.REFUSED, why=error.problem, remedy=error.remedy
            )
            return _result(summary, refused)

    def _decided(self, summary: Summary, known: dict[str, KnownKey]) -> ImportResult:
        data = markdown_of(summary, language=self._language).encode()
        digest = version_of(data)
        # What was imported before the newsletter's own words were others is the same all the same.
        written = (markdown_of(summary, language=tag).encode() for tag in languages())
        digests = frozenset({digest, *map(version_of, written)})
        name = f"{summary.headline!r} ({summary.location})"
        met, other = self._met.setdefault(summary.key, (digest, name))
        if met != digest:
            problem = f"its key {summary.key!r} is that of {other}, which is another text"
            remedy = "give one of them an address of its own, or write a file with another key"
            raise SourceError(summary.location, problem, remedy)
        file = self._file_of(summary.key, known)
        before = file_bytes(file) if file else b""
        existing = _existing(file, before, summary) if file else None
        before_import = self._imported.get(summary.key)
        decision = decide(
            digests,
            existing=existing,
            imported=before_import.digest if before_import else None,
            same=() if existing else self._same(summary),
        )
        outcome = decision.outcome
        if outcome is ImportOutcome.SAME:
            if existing and existing.digest in digests:
                self._imported[summary.key] = ImportedText(
                    path=existing.path, digest=existing.digest
                )
            return _result(summary, decision, path=existing.path if existing else "")
        path = self._path(summary, file)
        result = replace(
            _result(summary, decision, path=self._home.display_path(path)),
            diff=file_diff(before, data, existing.path, change="imported")
            if existing and existing.digest
            else (),
        )
        if outcome is ImportOutcome.REFUSED:
            return result
        refuse_taken(self._home, self._session.settings, summary, result.path, self._session.store)
        asked = outcome in {ImportOutcome.CHANGED, ImportOutcome.DUPLICATE}
        if asked and not self._order.confirm(result):
            return result
        if not self._order.dry_run:
            version = version_of(before) if existing else ""
            save(self._home, path, data, version=version, display=result.path)
            self._imported[summary.key] = ImportedText(path=result.path, digest=digest)
        self._names.add(path.name.lower())
        self._read[summary.key] = result.path
        self._mark(summary)
        return replace(result, written=True)

    def _file_of(self, key: str, known: dict[str, KnownKey]) -> SourceFile | None:
        """The file that has the key now; None: none has."""
        path = self._read.get(key) or (known[key].path if key in known else None)
        return self._files.get(path) if path else None

    def _path(self, summary: Summary, file: SourceFile | None) -> Path:
        """Where it is written; raises RefusedError where that is outside of the sources."""
        if file is None:
            return self._folder / file_name(summary, self._names)
        if file.format != "markdown":
            return Path(file.location)
        return path_inside(self._home, self._session.settings, file)

    def _same(self, summary: Summary) -> list[str]:
        """Other summaries about the same study."""
        settled = self._session.store.same_study(summary, marks=_SAME)
        found = {
            key: f"{key!r} ({one.settled.where if one.settled else one.path})"
            for key, one in settled.items()
        }
        for mark, value in marks_of(summary).items():
            other = self._marks.get((mark, value))
            if mark in _SAME and other and other != summary.key:
                found.setdefault(other, f"{other!r} (it waits)")
        return list(found.values())

    def _mark(self, summary: Summary) -> None:
        for mark, value in marks_of(summary).items():
            if mark in _SAME:
                self._marks.setdefault((mark, value), summary.key)


def _result(summary: Summary, decision: ImportDecision, *, path: str = "") -> ImportResult:
    return ImportResult(
        key=summary.key,
        headline=summary.headline,
        location=summary.location,
        decision=decision,
        path=path,
    )


def _existing(file: SourceFile, data: bytes, summary: Summary) -> ExistingFile:
    """What is in the file that has the summary's key."""
    here = [one for one in parse_file(file, data).summaries if one.key == summary.key]
    same = any(replace(one, location=summary.location) == summary for one in here)
    digest = version_of(data) if file.format == "markdown" else None
    fetched = file.format == FORMAT
    return ExistingFile(path=file.location, digest=digest, same=same, fetched=fetched)
