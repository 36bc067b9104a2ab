"""The files that crawlers and feed readers ask for: sitemaps, robots.txt, OPML. Pure."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.render.xml_text import cleaned, uri

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.model import Masthead

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap_index(masthead: Masthead, *, last: int) -> bytes:
    """`sitemap.xml`: a sitemap for every piece of the archive up to issue `last`, and one more."""
    chunks = range(1, urls.chunk_of(last) + 1) if last else range(0)
    names = [urls.PAGES_SITEMAP, *map(urls.sitemap_name, chunks)]
    return _document("sitemapindex", "sitemap", masthead, dict.fromkeys(names))


def sitemap(masthead: Masthead, pages: Mapping[str, datetime | None]) -> bytes:
    """One sitemap: when each page changed (aware UTC), where that is known, by its path."""
    return _document("urlset", "url", masthead, pages)


def robots(masthead: Masthead) -> bytes:
    """`robots.txt`: everyone may read everything but tokens, and where the sitemap is."""
    hidden = "".join(f"Disallow: {path}\n" for path in _token_paths(masthead))
    return (
        f"User-agent: *\nAllow: /\n{hidden}\nSitemap: {uri(masthead.site)}{urls.SITEMAP}\n".encode()
    )


def _token_paths(masthead: Masthead) -> list[str]:
    """Where the door's pages with tokens are, if that is on the site's host (RFC 9309, 2.3)."""
    door, site = urlsplit(masthead.door), urlsplit(masthead.site)
    if not masthead.door or door.netloc.lower() != site.netloc.lower():
        return []
    return [f"{uri(door.path)}{page}/" for page in urls.TOKEN_PAGES]


def opml(masthead: Masthead, tags: Mapping[str, str]) -> bytes:
    """`feeds.opml`: every feed, to be taken over by a feed reader at once (OPML 2.0)."""
    clean = cleaned(masthead)
    words = words_in(clean.words)
    # The titles that the feeds themselves have: render/feeds/view.py.
    feeds = [
        (clean.title, urls.MAIN, ""),
        (words.say("%(title)s (full texts)", title=clean.title), urls.FULL, ""),
        (words.say("%(title)s (issues)", title=clean.title), urls.ISSUES, urls.ARCHIVE),
    ]
    feeds += [
        (f"{clean.title}: {cleaned(name)}", urls.tag_feed_folder(slug), urls.tag_page_name(slug))
        for slug, name in tags.items()
    ]
    lines = [_outline(clean.site, *feed) for feed in feeds]
    title = html.escape(clean.title)
    return (
        f'{_DECLARATION}<opml version="2.0">\n<head><title>{title}</title></head>\n<body>\n'
        + "".join(lines)
        + "</body>\n</opml>\n"
    ).encode()


def _outline(site: str, title: str, folder: str, page: str) -> str:
    """A feed, and the page for people that shows the same: OPML 2.0, "Subscription lists"."""
    shown = html.escape(title)
    feed, about = (html.escape(uri(site + path)) for path in (f"{folder}rss.xml", page))
    return (
        f'<outline type="rss" text="{shown}" title="{shown}" xmlUrl="{feed}" htmlUrl="{about}"/>\n'
    )


def _document(
    root: str, each: str, masthead: Masthead, pages: Mapping[str, datetime | None]
) -> bytes:
    lines = [
        f"<{each}><loc>{html.escape(uri(masthead.site + name))}</loc>{_last(changed)}</{each}>\n"
        for name, changed in pages.items()
    ]
    return (f"{_DECLARATION}<{root} {_NAMESPACE}>\n" + "".join(lines) + f"</{root}>\n").encode()


def _last(changed: datetime | None) -> str:
    """W3C, Date and Time Formats: a complete date with hours, minutes and seconds, in UTC."""
    return f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
