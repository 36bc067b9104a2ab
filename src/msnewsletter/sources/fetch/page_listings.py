"""The lists of a source of pages: what its settings, its index and its sitemaps name.

Owns which lists one look asks for. Which of the pages it asks for then is for page_source.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import SourceError
from msnewsletter.sources.fetch.client import Document
from msnewsletter.sources.fetch.finds import Remark
from msnewsletter.sources.fetch.known_source import way_of
from msnewsletter.sources.fetch.shown_address import shown_address
from msnewsletter.sources.html.html_document import PAGE_LIMIT, parse_html
from msnewsletter.sources.html.index_links import links_in
from msnewsletter.sources.html.named_pages import NamedPage, without_build_dates
from msnewsletter.sources.html.sitemap import ADDRESSES_LIMIT, SITEMAP_LIMIT, read_sitemap

if TYPE_CHECKING:
    from msnewsletter.source_settings import PageSource
    from msnewsletter.sources.fetch.client import Fetcher, Unmodified
    from msnewsletter.sources.fetch.finds import Find, Remembered
    from msnewsletter.sources.fetch.known_source import KnownSource

# What is asked for where a page is wanted.
HTML: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
# Sitemaps of one look; and how many indexes of them may stand in one another.
_SITEMAPS: Final = 100
_DEEPEST: Final = 3


@dataclass(slots=True)
class NamedPages:
    """The pages that were named, and what was said on the way."""

    pages: list[NamedPage] = field(default_factory=list)
    finds: list[Find] = field(default_factory=list)
    # To be kept only if all that they name is taken.
    documents: list[Remembered] = field(default_factory=list)
    # What names pages has not changed since it named some.
    unchanged: bool = False
    # Everything that names pages came.
    whole: bool = True


class PageListings:
    """The lists that one look asks for.

    Attributes:
        way: how they are read: what they name is taken or not by it.
        asked: the addresses of those that were asked for.
    """

    def __init__(self, source: PageSource, fetcher: Fetcher, known: KnownSource) -> None:
        self._source, self._fetcher, self._known = source, fetcher, known
        self.way = way_of("list", source.named_by, source.include, source.exclude)
        self.asked: set[str] = set()

    def named(self) -> NamedPages:
        """The pages that the source names; raises SourceError."""
        source, named = self._source, NamedPages()
        named.pages += [NamedPage(address=url) for url in source.urls]
        if source.index:
            self._name_by_index(source.index, named)
        if source.sitemap:
            self._name_by_sitemaps(source.sitemap, named)
        return named

    def _name_by_index(self, index: str, named: NamedPages) -> None:
        document = self._fetcher.get(
            index, limit=PAGE_LIMIT, accept=HTML, known=self._remembered(index)
        )
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
            others = len(links_in(tree, document.url, None))
            named.finds.append(Remark(says=_no_link(index, self._source.links or "", others)))
            named.documents.clear()
            return
        named.pages += found

    def _name_by_sitemaps(self, first: str, named: NamedPages) -> None:
        waiting, seen = [(first, 0)], {first}
        pages: list[NamedPage] = []
        while waiting and len(pages) < ADDRESSES_LIMIT:
            address, depth = waiting.pop(0)
            try:
                document = self._fetcher.get(
                    address, limit=SITEMAP_LIMIT, known=self._remembered(address)
                )
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
                named.whole = False
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

    def _remembered(self, address: str) -> Remembered | None:
        """What was remembered of a sitemap or an index that named nothing that waits."""
        self.asked.add(address)
        return self._known.document(address, self.way)

    def _as_listing(self, address: str, answer: Document | Unmodified) -> Remembered:
        return replace(answer.remembered, url=address, way=self.way)


def _no_link(index: str, selector: str, others: int) -> str:
    """Why an index names no page; `others`: its links that the selector does not take."""
    if others:
        links = "its one link is not" if others == 1 else f"none of its {others:,} links is"
        return (
            f"{shown_address(index)}: {links} {selector!r}; correct 'links' of this source in "
            "newsletter.toml, or look whether the page has changed"
        )
    return f"{shown_address(index)} has no link to a summary: has it changed?"
