"""The kind `page`: HTML pages that settings, a sitemap or an index name.

Owns which pages one look asks for, and what an answer means for the summary that a page is. What a
page says is read by sources/html/html_page.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.fetch.client import Document, FetchError
from msnewsletter.sources.fetch.finds import (
    Empty,
    Forgotten,
    NamedNow,
    Read,
    Remark,
    Remembered,
    Unchanged,
    Unread,
)
from msnewsletter.sources.fetch.known_source import way_of
from msnewsletter.sources.fetch.page_reading import read_page
from msnewsletter.sources.fetch.shown_address import holds_secret, shown_address
from msnewsletter.sources.fetched_file import Problem
from msnewsletter.sources.html.html_document import PAGE_LIMIT, parse_html
from msnewsletter.sources.html.index_links import links_in
from msnewsletter.sources.html.named_pages import (
    NamedPage,
    of_one_build,
    pages_to_look_at,
    unique,
    wanted,
)
from msnewsletter.sources.html.page_dates import published_of
from msnewsletter.sources.html.sitemap import ADDRESSES_LIMIT, SITEMAP_LIMIT, read_sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.source_settings import PageSource
    from msnewsletter.sources.fetch.client import Fetcher, Unmodified
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource
    from msnewsletter.sources.html.html_page import PageReading

_HTML: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
# When so many pages in a row do not answer, the others will not either.
_FAILURES: Final = 5
# Sitemaps of one look; and how many indexes of them may stand in one another.
_SITEMAPS: Final = 100
_DEEPEST: Final = 3
# Raised when pages are read otherwise than before, so that all are read again.
_READER: Final = "2"


def look(source: PageSource, *, fetcher: Fetcher, known: KnownSource, root: Path) -> Iterator[Find]:
    """Ask for the pages that are new or due, and yield what they say.

    Raises SourceError where a sitemap or index fails, or the server does not
    answer.
    """
    del root
    return _PageLook(source, fetcher, known).finds()


@dataclass(slots=True)
class _Named:
    """The pages that were named, and what was said on the way."""

    pages: list[NamedPage] = field(default_factory=list)
    finds: list[Find] = field(default_factory=list)
    # To be kept only if all that they name is taken.
    documents: list[Remembered] = field(default_factory=list)
    # What names pages has not changed since it named some.
    unchanged: bool = False


class _PageLook:
    """One look at a source."""

    def __init__(self, source: PageSource, fetcher: Fetcher, known: KnownSource) -> None:
        self._source, self._fetcher, self._known = source, fetcher, known
        self._way = way_of("pages", _READER, sorted(source.select.items()))
        # Of an index or sitemap: what they name is taken or not by these.
        self._listing_way = way_of("list", source.named_by, source.include, source.exclude)
        self._listings: set[str] = set()  # the addresses of those that this look asked for
        self._owners: dict[str, str] = {}  # identities of this look: the page that each is
        self._named: frozenset[str] = frozenset()
        self._failures = 0
        self._whole = True

    def finds(self) -> Iterator[Find]:
        named = _Named()
        try:
            self._name(named)
        except FetchError:
            raise
        except SourceError as error:
            # Its address may hold a secret, and it is the whole source that fails.
            raise SourceError(self._source.name, error.problem, error.remedy) from None
        yield from named.finds
        pages = unique(wanted(named.pages, self._source.include, self._source.exclude))
        if not pages and not named.unchanged and self._whole:
            yield Empty()
        self._named = frozenset(identity_of(page.address) for page in pages)
        chosen = pages_to_look_at(
            [*pages, *self._no_longer_named()],
            self._known.summaries,
            at=self._known.at,
            most=self._source.most,
            stale=self._stale(),
        )
        for page in (*chosen.new, *chosen.known):
            yield from self._page(page)
        yield from self._named_anew()
        # What names nothing has to come whole: it may be another page by now.
        if self._whole and not chosen.left and pages:
            yield from named.documents
        yield from self._forgotten()

    def _named_anew(self) -> Iterator[NamedNow]:
        """Those of the pages that were not known, or not known to be named by this."""
        by, known = self._source.named_by, self._known.summaries
        found = (one for one in self._named if one not in known or known[one].named_by != by)
        if identities := tuple(sorted(found)):
            yield NamedNow(by=by, identities=identities)

    def _name(self, named: _Named) -> None:
        """Gather the pages that the source names; raises SourceError."""
        source = self._source
        named.pages += [NamedPage(address=url) for url in source.urls]
        if source.index:
            self._name_by_index(source.index, named)
        if source.sitemap:
            self._name_by_sitemaps(source.sitemap, named)

    def _name_by_index(self, index: str, named: _Named) -> None:
        document = self._get(index, PAGE_LIMIT, accept=_HTML, known=self._listing(index))
        named.documents.append(self._as_listing(index, document))
        if not isinstance(document, Document):
            named.unchanged = True
            return
        tree = parse_html(
            document.data,
            self._source.name,
            charset=document.charset,
            media_type=document.media_type,
        )
        found = links_in(tree, document.url, self._source.links)
        if not found:
            named.finds.append(
                Remark(says=f"{shown_address(index)} has no link to a summary: has it changed?")
            )
            named.documents.clear()
            return
        named.pages += found

    def _name_by_sitemaps(self, first: str, named: _Named) -> None:
        waiting, seen = [(first, 0)], {first}
        pages: list[NamedPage] = []
        while waiting and len(pages) < ADDRESSES_LIMIT:
            address, depth = waiting.pop(0)
            try:
                document = self._get(address, SITEMAP_LIMIT, known=self._listing(address))
                if not isinstance(document, Document):
                    named.unchanged = True
                    named.documents.append(self._as_listing(address, document))
                    continue
                sitemap = read_sitemap(document.data, document.url)
            except SourceError as error:
                if address == first:
                    raise
                says = f"{shown_address(address)}: {error.problem}; the other sitemaps were read"
                named.finds.append(Remark(says=says, partial=True))
                self._whole = False
                continue
            pages += sitemap.pages
            further = [one for one in dict.fromkeys(sitemap.sitemaps) if one not in seen]
            if sitemap.cut or (further and depth >= _DEEPEST) or len(seen) > _SITEMAPS:
                named.finds.append(Remark(says=f"{shown_address(address)} names more than is read"))
                further = [] if depth >= _DEEPEST else further[:_SITEMAPS]
            seen.update(further)
            waiting += [(one, depth + 1) for one in further]
            if not sitemap.sitemaps:
                named.documents.append(self._as_listing(address, document))
        if of_one_build(pages):
            says = "gives all pages one date, that of its last build: it dates none"
            named.finds.append(Remark(says=f"{shown_address(first)} {says}"))
            pages = [replace(page, hint="", modified="") for page in pages]
            named.documents.clear()  # it comes whole the next time, so that this is said again
        named.pages += pages[:ADDRESSES_LIMIT]

    def _listing(self, address: str) -> Remembered | None:
        """What was remembered of a sitemap or an index that named nothing that waits."""
        self._listings.add(address)
        return self._known.document(address, self._listing_way)

    def _as_listing(self, address: str, answer: Document | Unmodified) -> Remembered:
        return replace(answer.remembered, url=address, way=self._listing_way)

    def _forgotten(self) -> Iterator[Forgotten]:
        """What is neither a list that was asked for now, nor a page that may be asked for again."""
        listed = bool(self._source.index or self._source.sitemap)
        for url in self._known.documents:
            page = identity_of(url)
            known = listed and page in self._known.summaries
            if url not in self._listings and page not in self._named and not known:
                yield Forgotten(url=url)

    def _no_longer_named(self) -> list[NamedPage]:
        """Known pages that an index or a sitemap names no longer; they may change all the same."""
        if not (self._source.index or self._source.sitemap):
            return []
        pages = [
            NamedPage(address=url)
            for url in self._known.documents
            if url not in self._listings
            and (found := identity_of(url)) not in self._named
            and (one_known := self._known.summaries.get(found)) is not None
            and one_known.named_by in {"", self._source.named_by}
        ]
        return wanted(pages, self._source.include, self._source.exclude)

    def _stale(self) -> set[str]:
        """Identities of pages that were read with other selectors, or by an older program."""
        return {
            identity_of(url)
            for url, one in self._known.documents.items()
            if one.way not in {self._way, self._listing_way}
        }

    def _page(self, page: NamedPage) -> Iterator[Find]:
        """Ask for one page; raises FetchError where the server is to be left alone."""
        try:
            document = self._get(page.address, PAGE_LIMIT, accept=_HTML, known=self._before(page))
        except FetchError as error:
            self._failures += error.passing
            if error.passing and (error.retry_after or self._failures >= _FAILURES):
                raise
            yield from self._unread(page, f"its page {error.problem}", error)
            return
        self._failures = 0
        if not isinstance(document, Document):
            yield Unchanged(identity=identity_of(page.address))
            yield replace(document.remembered, url=page.address, way=self._way)
            return
        try:
            yield from self._read(page, document)
        except SourceError as error:
            yield from self._unread(page, f"its page {error.problem}", error)

    def _read(self, page: NamedPage, document: Document) -> Iterator[Find]:
        if _is_home(document.url) and not _is_home(page.address):
            remedy = "correct its address, or wait until it is back"
            raise SourceError(page.address, "leads to the home page", remedy)
        reading = read_page(document, at=self._known.at, select=self._source.select)
        identities, remarks = self._identities(page, document, reading)
        yield from (Remark(says=says) for says in remarks)
        before = self._known.summaries.get(identities[0])
        if reading.problem and before and before.read:
            # What was read well before stays: never half of a page whose layout changed.
            yield Unread(
                identities=identities,
                address=page.address,
                problem=reading.problem,
                passing=False,
            )
            yield Remembered(url=page.address, way=self._way)
            return
        fields, origins = reading.fields, reading.origins
        weak = self._add_date(page, fields, origins, notes := list(reading.notes))
        own = document.moved_to or page.address
        if "url" not in fields and not holds_secret(own):
            fields["url"], origins["url"] = own, "its address"
        yield Read(
            identities=identities,
            address=page.address,
            fields=fields,
            origins=origins,
            weak=weak,
            notes=tuple(notes),
            problem=reading.problem,
            author=reading.author,
        )
        remembered = replace(document.remembered, url=page.address, way=self._way)
        yield Remembered(url=page.address, way=self._way) if reading.problem else remembered

    def _add_date(
        self,
        page: NamedPage,
        fields: dict[str, str | tuple[str, ...]],
        origins: dict[str, str],
        notes: list[str],
    ) -> tuple[str, ...]:
        """Add the date that the source gives a page without one; the fields that are hints.

        What was said of it before stays, also where an unchanged sitemap says nothing now.
        """
        if "published" in fields:
            return ()
        for text, origin, sure in (
            (page.published, "the sitemap's publication date", True),
            (page.hint, page.hint_origin, False),
        ):
            if not text:
                continue
            try:
                fields["published"] = published_of(text, self._known.at)
            except BadValueError as error:
                notes.append(f"published: {error.problem} ({origin})")
                continue
            origins["published"] = origin
            return () if sure else ("published",)
        return ("published",)

    def _identities(
        self, page: NamedPage, document: Document, reading: PageReading
    ) -> tuple[tuple[str, ...], list[str]]:
        """By what a page is known, the best first; and remarks on names that are another page's."""
        asked = identity_of(page.address)
        hosts = {urlsplit(one).hostname for one in (page.address, document.url)}
        found, remarks = [], []
        for address in (reading.canonical, reading.og_url):
            if not address or urlsplit(address).hostname not in hosts:
                continue
            identity = identity_of(address)
            if identity == asked or identity in found:
                continue
            if self._is_another_page(identity, asked, page, address):
                itself = shown_address(address)
                remarks.append(
                    f"{shown_address(page.address)} calls itself {itself}, which is another page"
                )
            else:
                found.append(identity)
        moved = identity_of(document.moved_to) if document.moved_to else asked
        if self._owner(moved, asked) == asked:
            found.append(moved)
        # A key is for ever: a known page keeps the identity that it has.
        first = [asked] if asked in self._known.summaries else []
        identities = tuple(dict.fromkeys((*first, *found, asked)))
        self._owners |= dict.fromkeys(identities, asked)
        return identities, remarks[:1]

    def _is_another_page(self, identity: str, asked: str, page: NamedPage, address: str) -> bool:
        if _is_home(address) and not _is_home(page.address):
            return True
        if identity in self._named or address == self._source.index:
            return True
        return self._owner(identity, asked) != asked

    def _owner(self, identity: str, asked: str) -> str:
        """The page that an identity is of, as far as is known: the one asked for, or another."""
        ours, theirs = (self._known.summaries.get(one) for one in (asked, identity))
        if theirs and (ours is None or ours.key != theirs.key) and identity != asked:
            return theirs.key
        return self._owners.get(identity, asked)

    def _unread(self, page: NamedPage, says: str, error: SourceError) -> Iterator[Find]:
        passing = isinstance(error, FetchError) and error.passing and not error.gone
        self._whole = False
        yield Unread(
            identities=(identity_of(page.address),),
            address=page.address,
            problem=Problem(says=says, remedy=error.remedy),
            passing=passing,
        )
        if not passing:
            # When it is back, it has to come whole.
            yield Remembered(url=page.address, way=self._way)

    def _before(self, page: NamedPage) -> Remembered | None:
        """What to send so that a page comes only if it changed; None: it has to come."""
        one = self._known.summaries.get(identity_of(page.address))
        return self._known.document(page.address, self._way) if one and one.read else None

    def _get(
        self, address: str, limit: int, *, accept: str = "*/*", known: Remembered | None = None
    ) -> Document | Unmodified:
        return self._fetcher.get(address, limit=limit, accept=accept, known=known)


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in {"", "/"} and not parts.query
