"""Sitemaps (sitemaps.org 0.9): the pages of a site, with dates; indexes of them, gzip too. Pure.

Owns how many addresses one may name, and that its XML names nothing outside of it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from msnewsletter.errors import SourceError
from msnewsletter.sources.html.html_meta import absolute
from msnewsletter.sources.html.named_pages import NamedPage

# The protocol's own bounds: 50,000 addresses, 50 MB unpacked.
ADDRESSES_LIMIT: Final = 50_000
SITEMAP_LIMIT: Final = 52_428_800
_GZIP: Final = b"\x1f\x8b"
_REMEDY: Final = "open it in a browser, and correct the address of the sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap names: pages, or further sitemaps.

    Attributes:
        pages, sitemaps: in its order.
        cut: it names more than it may, and the rest was left.
    """

    pages: tuple[NamedPage, ...] = ()
    sitemaps: tuple[str, ...] = ()
    cut: bool = False


def read_sitemap(data: bytes, address: str) -> Sitemap:
    """The sitemap that was read at an address; raises SourceError.

    A sitemap that is plain text has one address a line.
    """
    data = _unpacked(data, address)
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:8].lower().startswith((b"http://", b"https://")):
        return _of_text(data, address)
    root = _root(data, address)
    name = _local(root)
    if name not in {"urlset", "sitemapindex"}:
        raise SourceError(address, f"is no sitemap (its XML is a {name!r})", _REMEDY)
    pages: list[NamedPage] = []
    sitemaps: list[str] = []
    count = 0
    for element in root:
        if _local(element) not in {"url", "sitemap"}:
            continue
        count += 1
        if count > ADDRESSES_LIMIT:
            return Sitemap(pages=tuple(pages), sitemaps=tuple(sitemaps), cut=True)
        if link := absolute(address, _text(element, "loc")):
            if _local(element) == "url":
                pages.append(_page(element, link))
            else:
                sitemaps.append(link)
    return Sitemap(pages=tuple(pages), sitemaps=tuple(sitemaps))


def _unpacked(data: bytes, address: str) -> bytes:
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, SITEMAP_LIMIT)
    except zlib.error:
        raise SourceError(address, "is not whole gzip", _REMEDY) from None
    if unpacker.unconsumed_tail:
        problem = f"is larger than {SITEMAP_LIMIT / 1e6:.0f} MB unpacked"
        raise SourceError(address, problem, "split it in several, as sitemaps.org says")
    return found


def _root(data: bytes, address: str) -> Any:  # noqa: ANN401  (lxml has no public name for it)
    """The root of XML in which no entity is replaced, and nothing is fetched."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        problem = f"is no sitemap: its XML is broken ({str(error)[:100]})"
        raise SourceError(address, problem, _REMEDY) from None
    if root is None:
        raise SourceError(address, "is no sitemap: it is empty", _REMEDY)
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceError(address, "is no sitemap: it declares entities of its own", _REMEDY)
    return root


def _page(element: Any, link: str) -> NamedPage:  # noqa: ANN401  (as above)
    modified, news = _text(element, "lastmod"), element.find("{*}news")
    return NamedPage(
        address=link,
        published=_text(news, "publication_date") if news is not None else "",
        hint=modified,
        hint_origin="the sitemap's lastmod" if modified else "",
        modified=modified,
    )


def _text(element: Any, name: str) -> str:  # noqa: ANN401  (as above)
    found = element.find("{*}" + name)
    return (found.text or "").strip() if found is not None else ""


def _local(element: Any) -> str:  # noqa: ANN401  (as above)
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _of_text(data: bytes, address: str) -> Sitemap:
    lines = data.decode("utf-8", "replace").splitlines()
    links = (absolute(address, line) for line in lines[:ADDRESSES_LIMIT])
    pages = tuple(NamedPage(address=link) for link in links if link)
    return Sitemap(pages=pages, cut=len(lines) > ADDRESSES_LIMIT)
