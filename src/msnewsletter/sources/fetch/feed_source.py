"""The kind `feed`: RSS, Atom or JSON Feed, and, with `follow`, the pages that entries link to.

One document is read: the pages of an older archive (RFC 5005, `next_url`) are not asked for, since
what is new stands in the first one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.build_dates import of_one_build
from msnewsletter.sources.feed.feed_dates import feed_date
from msnewsletter.sources.feed.feed_document import SIZE_LIMIT, read_feed
from msnewsletter.sources.feed.feed_fields import entry_fields
from msnewsletter.sources.fetch.cache_rules import still_fresh
from msnewsletter.sources.fetch.client import Document, FetchError
from msnewsletter.sources.fetch.entry_identities import EntrySays, identified, without_others
from msnewsletter.sources.fetch.finds import (
    Empty,
    Forgotten,
    NotAsked,
    Read,
    Remark,
    Remembered,
    Unchanged,
    Unread,
)
from msnewsletter.sources.fetch.known_source import HEADLINE_BEGINS, way_of
from msnewsletter.sources.fetch.page_reading import read_page
from msnewsletter.sources.fetch.shown_address import shown_address
from msnewsletter.sources.fetch.unanswered import Unanswered, failing, rests
from msnewsletter.sources.fetched_file import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from msnewsletter.source_settings import FeedSource
    from msnewsletter.sources.feed.feed_entries import SourceEntry
    from msnewsletter.sources.feed.feed_fields import EntryFields
    from msnewsletter.sources.fetch.client import Fetcher, Unmodified
    from msnewsletter.sources.fetch.entry_identities import IdentifiedEntry
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource, KnownSummary

# Raised when entries are read otherwise than before, so that all are read again.
_READER: Final = "1"
_ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
_PAGE_ACCEPT: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_PAGE_LIMIT: Final = 2_000_000
# How often a page is asked whether it changed although its entry did not.
_AGAIN: Final = timedelta(days=1)
# Of the entry also where the page is read.
_OF_ENTRY: Final = frozenset(("published", "url"))


def look(source: FeedSource, *, fetcher: Fetcher, known: KnownSource, root: Path) -> Iterator[Find]:
    """Ask the source, and yield what it brings; raises SourceError where it fails as a whole."""
    del root
    return _FeedLook(source, fetcher, known).finds()


def _remarks(texts: Iterable[str]) -> Iterator[Remark]:
    return (Remark(says=text) for text in texts)


class _FeedLook:
    """One look at one feed."""

    def __init__(self, source: FeedSource, fetcher: Fetcher, known: KnownSource) -> None:
        self._source, self._fetcher, self._known = source, fetcher, known
        self._way = way_of(
            *(_READER, source.fields, source.select, source.follow, known.since),
            *filter(None, [source.headings]),
        )
        self._left = source.most  # new summaries, or pages, that may still be asked for
        self._unanswered = Unanswered()
        self._complete = True
        self._not_asked: list[datetime] = []  # when each page that is not asked for is due

    def finds(self) -> Iterator[Find]:
        """All that the feed says now."""
        document = self._document()
        remembered = replace(document.remembered, url=self._source.url, way=self._way)
        if not isinstance(document, Document):
            yield remembered
            return
        if document.moved_to:
            moved = shown_address(document.moved_to)
            yield Remark(says=f"the feed has moved for good: set url = {moved!r}")
        feed = read_feed(
            document.data, url=document.url, charset=document.charset, place=self._source.name
        )
        yield from _remarks(feed.remarks)
        if not feed.entries:
            stays = "; what it brought before stays" if self._known.summaries else ""
            yield Remark(says=f"the feed has no entries{stays}")
            yield Empty()
        feed = replace(feed, entries=self._without_build_dates(feed.entries))
        entries, remarks = identified(feed, self._source.url)
        yield from _remarks(remarks)
        entries = without_others(entries, self._known.summaries, self._says)
        for one in sorted(entries, key=lambda one: (self._fails(one), self._age(one))):
            yield from self._entry(one)
        yield from self._unanswered.remarks()
        if self._not_asked:
            yield NotAsked(pages=len(self._not_asked), next_due=min(self._not_asked))
        yield from self._forgotten({one.entry.link for one in entries})
        if self._complete and entries:
            yield remembered

    def _document(self) -> Document | Unmodified:
        """The feed, or that it has not changed; raises SourceError."""
        url = self._source.url
        before = None if self._any_page_due() else self._known.document(url, self._way)
        return self._fetcher.get(url, limit=SIZE_LIMIT, accept=_ACCEPT, known=before)

    def _any_page_due(self) -> bool:
        return self._source.follow and any(
            one.fresh_until is not None
            and (self._known.again or not still_fresh(one.fresh_until, self._known.at))
            for url, one in self._known.documents.items()
            if url != self._source.url
        )

    def _says(self, entry: SourceEntry) -> EntrySays:
        try:
            day = feed_date(entry.published, at=self._known.at) if entry.published else ""
        except BadValueError:
            day = ""
        return EntrySays(published=day, headline=entry.title[:HEADLINE_BEGINS])

    def _without_build_dates(self, entries: Sequence[SourceEntry]) -> tuple[SourceEntry, ...]:
        """The entries, and no `updated` where it is no more than that of the site's last build."""
        built = of_one_build([self._updated(entry) for entry in entries])
        return tuple(
            replace(entry, updated="") if is_built and not entry.published else entry
            for entry, is_built in zip(entries, built, strict=True)
        )

    def _updated(self, entry: SourceEntry) -> str:
        try:
            return feed_date(entry.updated, at=self._known.at) if entry.updated else ""
        except BadValueError:
            return ""

    def _fails(self, one: IdentifiedEntry) -> bool:
        """Whether the page of an entry did not come the last time: it waits behind the others."""
        page = self._known.document(one.entry.link, self._way)
        return page is not None and page.failing_since is not None

    def _age(self, one: IdentifiedEntry) -> float:
        """Seconds from its date until now; what has no date comes last, in the feed's order."""
        text = one.entry.published or one.entry.updated
        try:
            day = datetime.fromisoformat(feed_date(text, at=self._known.at))
        except BadValueError:
            return float("inf")
        aware = day if day.tzinfo else day.replace(tzinfo=UTC)
        return (self._known.at - aware).total_seconds()

    def _entry(self, one: IdentifiedEntry) -> Iterator[Find]:
        before = next(
            (
                self._known.summaries[name]
                for name in one.identities
                if name in self._known.summaries
            ),
            None,
        )
        stamp = self._stamp(one)
        if self._source.follow:
            yield from self._followed(one, before, stamp)
        elif before and before.stamp == stamp:
            yield Unchanged(identity=one.identities[0])
        elif before or self._may_take():
            yield self._read(one, before, stamp, self._fields(one))

    def _may_take(self) -> bool:
        """Whether one more is taken; else the feed comes again the next time."""
        self._left -= 1
        if self._left < 0:
            self._complete = False
        return self._left >= 0

    def _stamp(self, one: IdentifiedEntry) -> str:
        """Names all that the entry says, and how it is read."""
        entry = one.entry
        mapped = tuple(entry.element(name) for name in self._source.fields.values())
        said = replace(entry, raw={}), one.identities, mapped, self._way
        return sha256(repr(said).encode(errors="replace")).hexdigest()[:16]

    def _fields(self, one: IdentifiedEntry, *, texts: bool = True) -> EntryFields:
        return entry_fields(one.entry, mapped=self._source.fields, at=self._known.at, texts=texts)

    def _read(
        self, one: IdentifiedEntry, before: KnownSummary | None, stamp: str, found: EntryFields
    ) -> Read:
        problem = found.problem
        if found.taken_back and not (before and before.read):
            problem = Problem(
                says="its entry is a notice in the place of a text that was not read before",
                remedy="nothing is to be done: it is not published",
            )
        elif "headline" not in found.fields and not found.taken_back:
            problem = Problem(says="its entry has no title", remedy="give it one on the site")
        return Read(
            identities=one.identities,
            address=one.entry.link or self._source.url,
            fields=found.fields,
            origins=found.origins,
            weak=found.weak,
            notes=tuple(found.notes),
            problem=problem,
            partial=found.taken_back,
            stamp=stamp,
        )

    # With `follow`:

    def _followed(
        self, one: IdentifiedEntry, before: KnownSummary | None, stamp: str
    ) -> Iterator[Find]:
        """What the page of an entry says, where it has to be asked at all."""
        same = before is not None and before.stamp == stamp
        failed = before is not None and before.stamp is None
        page = self._known.document(one.entry.link, self._way)
        due = page.fresh_until if page and not self._known.again else None
        if before and (same or failed) and due and still_fresh(due, self._known.at):
            self._not_asked.append(due)
            yield Unchanged(identity=one.identities[0])
            return
        if not before and self._is_older(one):
            return
        found = self._fields(one, texts=False)
        if found.taken_back or not one.entry.link:
            if not found.taken_back:
                found.problem = Problem(
                    says="its entry links to no page", remedy="set follow = false, or link it"
                )
            yield self._read(one, before, stamp, found)
            return
        if rests(page, self._known.at) or self._unanswered.leaves_out(
            one.entry.link, new=before is None
        ):
            self._complete = False
        elif (before and self._known.again) or self._may_take():
            yield from self._page(one, before, stamp, found, page if same else None)

    def _is_older(self, one: IdentifiedEntry) -> bool:
        """Whether an entry is from before `since`, in any zone: its page is not asked for."""
        since = self._source.since or self._known.since
        if since is None or self._age(one) == float("inf"):
            return False
        dated = self._known.at - timedelta(seconds=self._age(one))
        return dated.date() < since - timedelta(days=1)

    def _page(
        self,
        one: IdentifiedEntry,
        before: KnownSummary | None,
        stamp: str,
        found: EntryFields,
        page: Remembered | None,
    ) -> Iterator[Find]:
        """Ask for a page; `page`: what was remembered, where only another text matters."""
        link = one.entry.link
        try:
            # Somebody publishes a feed to be read by programs; of pages robots.txt decides.
            document = self._fetcher.get(
                link, limit=_PAGE_LIMIT, accept=_PAGE_ACCEPT, known=page, robots=True
            )
            self._unanswered.has_come(link)
            if not isinstance(document, Document):
                yield Unchanged(identity=one.identities[0])
                yield self._as_page(link, document.remembered)
                return
            reading = read_page(document, at=self._known.at, source=self._source)
            _refuse(link, reading.problem)
        except FetchError as error:
            if error.passing and not error.gone:
                yield from self._did_not_come(one, before, error)
                return
            if error.status is not None:
                self._unanswered.has_come(link)
            yield from self._not_read(one, error)
            return
        except SourceError as error:
            yield from self._not_read(one, error)
            return
        self._take_page(found, reading.fields, reading.origins)
        found.notes += reading.notes
        if document.moved_to:
            moved = identity_of(document.moved_to)
            one = one._replace(identities=tuple(dict.fromkeys((*one.identities, moved))))
        read = self._read(one, before, stamp, found)
        yield replace(read, author=reading.author)
        yield self._as_page(link, document.remembered)

    def _as_page(self, link: str, found: Remembered) -> Remembered:
        """What to remember of a page, which is asked no more than once a day."""
        again = self._known.at + _AGAIN
        fresh = max(found.fresh_until or again, again)
        return replace(found, url=link, way=self._way, fresh_until=fresh)

    def _take_page(
        self,
        found: EntryFields,
        fields: Mapping[str, str | tuple[str, ...]],
        origins: Mapping[str, str],
    ) -> None:
        """The page's fields, but for those that the map names, and what is the entry's."""
        for name, value in fields.items():
            of_entry = name in _OF_ENTRY and name in found.fields and name not in found.weak
            if name not in self._source.fields and not of_entry:
                found.fields[name] = value
                found.origins[name] = f"page, {origins.get(name, 'text')}"
                found.weak = tuple(hint for hint in found.weak if hint != name)

    def _did_not_come(
        self, one: IdentifiedEntry, before: KnownSummary | None, error: FetchError
    ) -> Iterator[Find]:
        """The page of an entry may come at another time; nothing is known of it until then."""
        link = one.entry.link
        self._unanswered.fail(link, error, before)
        self._complete = False
        if error.site and before is None:
            return
        yield self._unread(one, error, passing=True)
        page = self._known.document(link, self._way) or Remembered(url=link, way=self._way)
        yield failing(page, error, self._known.at)

    def _not_read(self, one: IdentifiedEntry, error: SourceError) -> Iterator[Find]:
        yield self._unread(one, error, passing=False)
        yield self._as_page(one.entry.link, Remembered(url=one.entry.link))

    def _unread(self, one: IdentifiedEntry, error: SourceError, *, passing: bool) -> Unread:
        return Unread(
            identities=one.identities,
            address=one.entry.link,
            problem=Problem(says=f"its page {error.problem}", remedy=error.remedy),
            passing=passing,
        )

    def _forgotten(self, links: set[str]) -> Iterator[Forgotten]:
        """Pages whose entries are no longer in the feed: nothing makes them due."""
        links = {*(links if self._source.follow else ()), self._source.url}
        yield from (Forgotten(url=url) for url in self._known.documents if url not in links)


def _refuse(link: str, problem: Problem | None) -> None:
    """Raise SourceError for what was read of a page and is no summary."""
    if problem:
        raise SourceError(link, f"was read, and {problem.says}", problem.remedy)
