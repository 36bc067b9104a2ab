"""The kind `page`: HTML pages that settings, a sitemap or an index name.

Owns which pages one look asks for, and what an answer means for the summary that a page is. What a
page says is read by sources/html/html_page.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.sources.addresses import ADDRESS_LIMIT, identity_of
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
from msnewsletter.sources.fetch.unanswered import Unanswered, failing, rests
from msnewsletter.sources.fetched_file import Problem
from msnewsletter.sources.html.html_document import PAGE_LIMIT, parse_html
from msnewsletter.sources.html.index_links import links_in
from msnewsletter.sources.html.named_pages import (
    NamedPage,
    pages_to_look_at,
    unique,
    wanted,
    without_build_dates,
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
# Sitemaps of one look; and how many indexes of them may stand in one another.
_SITEMAPS: Final = 100
_DEEPEST: Final = 3
_PARTS: Final = ("found", "why_it_matters", "cautions")
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
        self._unanswered = Unanswered()
        self._whole = True
        self._new_wait = False  # for what may be the same page at its old address

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
        short = [page for page in named.pages if len(page.address) <= ADDRESS_LIMIT]
        if long := len(named.pages) - len(short):
            says = f"{long:,} addresses of more than {ADDRESS_LIMIT:,} characters are left out"
            yield Remark(says=says)
        pages = unique(wanted(short, self._source.include, self._source.exclude))
        if not pages and not named.unchanged and self._whole:
            yield Empty()
        self._named = frozenset(identity_of(page.address) for page in pages)
        others = self._no_longer_named()
        if not named.unchanged and self._whole and any(map(self._is_new, pages)):
            moving = self._perhaps_moved(others)
            yield from self._first(moving)
            others = [page for page in others if page not in moving]
            pages = [page for page in pages if not self._has_moved_here(page)]
        all_pages = [*pages, *others]
        ill = [one for one in self._known.documents.values() if one.failing_since]
        chosen = pages_to_look_at(
            all_pages,
            self._known.summaries,
            at=self._known.at,
            most=self._source.most,
            stale=self._stale(),
            failing={identity_of(one.url) for one in ill},
            resting={identity_of(one.url) for one in ill if rests(one, self._known.at)},
        )
        new = () if self._new_wait else chosen.new
        for page in (*new, *chosen.known):
            yield from self._page(page)
        yield from self._unanswered_by([page.address for page in all_pages])
        yield from self._named_anew()
        # What names nothing has to come whole: it may be another page by now.
        if self._whole and not chosen.left and not self._new_wait and pages:
            yield from named.documents
        yield from self._forgotten()

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

    def _has_moved_here(self, page: NamedPage) -> bool:
        """Whether a page was read in this look at its old address, which led to this one."""
        identity = identity_of(page.address)
        return self._owners.get(identity, identity) != identity

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
        dated = without_build_dates(pages, self._known.at)
        if dated != pages:
            says = "gives pages the date of the site's last build, which is none of theirs"
            named.finds.append(Remark(says=f"{shown_address(first)} {says}"))
            named.documents.clear()  # it comes whole the next time, so that this is said again
        named.pages += dated[:ADDRESSES_LIMIT]

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
            document = self._get(page.address, PAGE_LIMIT, accept=_HTML, known=self._before(page))
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
        address = page.address
        if document.moved_to and identity_of(document.moved_to) in self._named & {*identities}:
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

    def _identities(
        self, page: NamedPage, document: Document, reading: PageReading
    ) -> tuple[tuple[str, ...], list[str]]:
        """By what a page is known, the best first; and remarks on names that are another page's."""
        asked = identity_of(page.address)
        hosts = {urlsplit(one).hostname for one in (page.address, document.url)}
        found: list[str] = []
        remarks: list[str] = []
        moved = identity_of(document.moved_to) if document.moved_to else asked
        says_what = any(name in reading.fields for name in _PARTS)
        # What is no summary says nothing of what it is: all pages may lead to one to log in.
        for address in (reading.canonical, reading.og_url) if says_what else ():
            if not address or urlsplit(address).hostname not in hosts:
                continue
            identity = identity_of(address)
            if identity in {asked, moved, *found}:
                continue
            if self._is_another_page(identity, asked, page, address):
                itself = shown_address(address)
                remarks.append(
                    f"{shown_address(page.address)} calls itself {itself}, which is another page"
                )
            else:
                found.append(identity)
        if says_what and self._owner(moved, asked) == asked:
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
