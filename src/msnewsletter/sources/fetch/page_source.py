"""The kind `page`: HTML pages that settings, a sitemap or an index name.

Owns which pages one look asks for, and what an answer means for the summary that a page is. What a
page says is read by sources/html/html_page.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources.addresses import ADDRESS_LIMIT, identity_of
from msnewsletter.sources.fetch.client import Document, FetchError
from msnewsletter.sources.fetch.finds import (
    Empty,
    Forgotten,
    NamedNow,
    NotAsked,
    Read,
    Remark,
    Remembered,
    Unchanged,
    Unread,
)
from msnewsletter.sources.fetch.known_source import way_of
from msnewsletter.sources.fetch.page_identities import PageIdentities, is_home
from msnewsletter.sources.fetch.page_listings import HTML, PageListings
from msnewsletter.sources.fetch.page_reading import read_page
from msnewsletter.sources.fetch.shown_address import holds_secret
from msnewsletter.sources.fetch.unanswered import Unanswered, failing, rests
from msnewsletter.sources.fetched_file import Problem
from msnewsletter.sources.html.html_document import PAGE_LIMIT
from msnewsletter.sources.html.named_pages import (
    NamedPage,
    pages_to_look_at,
    unique,
    wanted,
)
from msnewsletter.sources.html.page_dates import published_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.source_settings import PageSource
    from msnewsletter.sources.fetch.client import Fetcher
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource
    from msnewsletter.sources.html.named_pages import PagesToLookAt

# Raised when pages are read otherwise than before, so that all are read again.
_READER: Final = "2"


def look(source: PageSource, *, fetcher: Fetcher, known: KnownSource, root: Path) -> Iterator[Find]:
    """Ask for the pages that are new or due, and yield what they say.

    Raises SourceError where a sitemap or index fails, or the server does not
    answer.
    """
    del root
    return _PageLook(source, fetcher, known).finds()


class _PageLook:
    """One look at a source."""

    def __init__(self, source: PageSource, fetcher: Fetcher, known: KnownSource) -> None:
        self._source, self._fetcher, self._known = source, fetcher, known
        # Without headings of its own as before there were any: nothing is to be read again.
        headings = filter(None, [sorted(source.headings.items())])
        self._way = way_of("pages", _READER, sorted(source.select.items()), *headings)
        self._listings = PageListings(source, fetcher, known)
        self._identities = PageIdentities(known, index=source.index)
        self._unanswered = Unanswered()
        self._whole = True
        self._new_wait = False  # for what may be the same page at its old address

    def finds(self) -> Iterator[Find]:
        try:
            named = self._listings.named()
        except FetchError:
            raise
        except SourceError as error:
            # Its address may hold a secret, and it is the whole source that fails.
            raise SourceError(self._source.name, error.problem, error.remedy) from None
        self._whole = named.whole
        yield from named.finds
        short = [page for page in named.pages if len(page.address) <= ADDRESS_LIMIT]
        if long := len(named.pages) - len(short):
            says = f"{long:,} addresses of more than {ADDRESS_LIMIT:,} characters are left out"
            yield Remark(says=says)
        pages = unique(wanted(short, self._source.include, self._source.exclude))
        if not pages and not named.unchanged and self._whole:
            yield Empty()
        self._identities.named = frozenset(identity_of(page.address) for page in pages)
        others = self._no_longer_named()
        if not named.unchanged and self._whole and any(map(self._is_new, pages)):
            moving = self._perhaps_moved(others)
            yield from self._first(moving)
            others = [page for page in others if page not in moving]
            pages = [page for page in pages if not self._identities.has_moved_here(page)]
        all_pages = [*pages, *others]
        chosen = self._chosen(all_pages)
        new = () if self._new_wait else chosen.new
        for page in (*new, *chosen.known):
            yield from self._page(page)
        if chosen.not_asked:
            yield NotAsked(pages=len(chosen.not_asked), next_due=min(chosen.not_asked))
        yield from self._unanswered_by([page.address for page in all_pages])
        yield from self._named_anew()
        # What names nothing has to come whole: it may be another page by now.
        if self._whole and not chosen.left and not self._new_wait and pages:
            yield from named.documents
        yield from self._forgotten()

    def _chosen(self, pages: list[NamedPage]) -> PagesToLookAt:
        ill = [one for one in self._known.documents.values() if one.failing_since]
        return pages_to_look_at(
            pages,
            self._known.summaries,
            at=self._known.at,
            most=self._source.most,
            stale=self._stale(),
            failing={identity_of(one.url) for one in ill},
            resting={identity_of(one.url) for one in ill if rests(one, self._known.at)},
            again=self._known.again,
        )

    def _is_new(self, page: NamedPage) -> bool:
        return identity_of(page.address) not in self._known.summaries

    def _perhaps_moved(self, pages: list[NamedPage]) -> list[NamedPage]:
        """Those that a list has ceased to name since they were last asked for."""
        documents = self._known.documents
        return [page for page in pages if not documents[page.address].unnamed]

    def _first(self, moving: list[NamedPage]) -> Iterator[Find]:
        """Ask for pages that may have moved, before the new ones: one of those may be the same.

        A page that leads to its new address for good keeps its key there.
        """
        most = self._source.most
        for page in moving[:most]:
            for find in self._page(page):
                if isinstance(find, Remembered) and find.url == page.address:
                    yield replace(find, unnamed=True)
                else:
                    yield find
        if len(moving) > most:
            self._new_wait = True
            says = "many pages have other addresses now: the new ones wait until all old are asked"
            yield Remark(says=says, partial=True)

    def _named_anew(self) -> Iterator[NamedNow]:
        """Those of the pages that were not known, or not known to be named by this."""
        by, known = self._source.named_by, self._known.summaries
        found = (
            one for one in self._identities.named if one not in known or known[one].named_by != by
        )
        if identities := tuple(sorted(found)):
            yield NamedNow(by=by, identities=identities)

    def _forgotten(self) -> Iterator[Forgotten]:
        """What is neither a list that was asked for now, nor a page that may be asked for again."""
        listed = bool(self._source.index or self._source.sitemap)
        for url in self._known.documents:
            page = identity_of(url)
            known = listed and page in self._known.summaries
            if url not in self._listings.asked and page not in self._identities.named and not known:
                yield Forgotten(url=url)

    def _no_longer_named(self) -> list[NamedPage]:
        """Known pages that an index or a sitemap names no longer; they may change all the same."""
        if not (self._source.index or self._source.sitemap):
            return []
        pages = [
            NamedPage(address=url)
            for url in self._known.documents
            if url not in self._listings.asked
            and (found := identity_of(url)) not in self._identities.named
            and (one_known := self._known.summaries.get(found)) is not None
            and one_known.named_by in {"", self._source.named_by}
        ]
        return wanted(pages, self._source.include, self._source.exclude)

    def _stale(self) -> set[str]:
        """Identities of pages that were read with other selectors, or by an older program."""
        return {
            identity_of(url)
            for url, one in self._known.documents.items()
            if one.way not in {self._way, self._listings.way}
        }

    def _unanswered_by(self, addresses: list[str]) -> Iterator[Find]:
        """What is said of pages that did not come; raises FetchError where the source fails."""
        any_read = any(one.read for one in self._known.summaries.values())
        error = self._unanswered.fails_wholly(addresses, any_read=any_read)
        if error:
            raise error
        yield from self._unanswered.remarks()
        yield from self._unanswered.resting(addresses)

    def _page(self, page: NamedPage) -> Iterator[Find]:
        """Ask for one page, unless its server does not answer."""
        one = self._known.summaries.get(identity_of(page.address))
        if self._unanswered.leaves_out(page.address, new=one is None):
            self._whole = False
            return
        try:
            document = self._fetcher.get(
                page.address, limit=PAGE_LIMIT, accept=HTML, known=self._before(page)
            )
        except FetchError as error:
            if error.passing and not error.gone:
                yield from self._did_not_come(page, error)
                return
            if error.status is not None:
                self._unanswered.has_come(page.address)
            yield from self._unread(page, f"its page {error.problem}", error)
            return
        self._unanswered.has_come(page.address)
        if not isinstance(document, Document):
            yield Unchanged(identity=identity_of(page.address))
            yield replace(document.remembered, url=page.address, way=self._way)
            return
        try:
            yield from self._read(page, document)
        except SourceError as error:
            yield from self._unread(page, f"its page {error.problem}", error)

    def _did_not_come(self, page: NamedPage, error: FetchError) -> Iterator[Find]:
        """A page that may come at another time: it waits behind those that do."""
        one = self._known.summaries.get(identity_of(page.address))
        self._unanswered.fail(page.address, error, one)
        self._whole = False
        if error.site and one is None:
            return  # nothing is known of the page itself: it stays new
        yield from self._unread(page, f"its page {error.problem}", error)
        before = self._known.document(page.address, self._way)
        before = before or Remembered(url=page.address, way=self._way)
        yield failing(before, error, self._known.at)

    def _read(self, page: NamedPage, document: Document) -> Iterator[Find]:
        if is_home(document.url) and not is_home(page.address):
            remedy = "correct its address, or wait until it is back"
            raise SourceError(page.address, "leads to the home page", remedy)
        reading = read_page(document, at=self._known.at, source=self._source)
        identities, remarks = self._identities.of(page, document, reading)
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
        address = page.address
        if document.moved_to and identity_of(document.moved_to) in self._identities.named & {
            *identities
        }:
            # From now on the list names its new address.
            yield Forgotten(url=address)
            address = document.moved_to
        remembered = replace(document.remembered, url=address, answered=None, way=self._way)
        if address == page.address:
            remembered = replace(remembered, answered=document.remembered.answered)
        yield Remembered(url=address, way=self._way) if reading.problem else remembered

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
