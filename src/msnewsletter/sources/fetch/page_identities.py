"""By what the pages of one look are known, and which names of theirs are those of other pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.fetch.shown_address import shown_address

if TYPE_CHECKING:
    from msnewsletter.sources.fetch.client import Document
    from msnewsletter.sources.fetch.known_source import KnownSource
    from msnewsletter.sources.html.html_page import PageReading
    from msnewsletter.sources.html.named_pages import NamedPage

_PARTS: Final = ("found", "why_it_matters", "cautions")


class PageIdentities:
    """The identities of the pages that one look has read.

    Args:
        known: what is known of the source.
        index: the address of its index, if any.

    Attributes:
        named: identities of the pages that the source names now.
    """

    def __init__(self, known: KnownSource, *, index: str | None) -> None:
        self._known, self._index = known, index
        self._owners: dict[str, str] = {}  # identities of this look: the page that each is
        self.named: frozenset[str] = frozenset()

    def has_moved_here(self, page: NamedPage) -> bool:
        """Whether a page was read in this look at its old address, which led to this one."""
        identity = identity_of(page.address)
        return self._owners.get(identity, identity) != identity

    def of(
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
        if is_home(address) and not is_home(page.address):
            return True
        if identity in self.named or address == self._index:
            return True
        return self._owner(identity, asked) != asked

    def _owner(self, identity: str, asked: str) -> str:
        """The page that an identity is of, as far as is known: the one asked for, or another."""
        ours, theirs = (self._known.summaries.get(one) for one in (asked, identity))
        if theirs and (ours is None or ours.key != theirs.key) and identity != asked:
            return theirs.key
        return self._owners.get(identity, asked)


def is_home(address: str) -> bool:
    """Whether it is that of a site's first page."""
    parts = urlsplit(address)
    return parts.path in {"", "/"} and not parts.query
