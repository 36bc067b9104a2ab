"""Turns entries into RSS 2.0, Atom and JSON Feed: main, full, of tags, of issues, archives.

Owns how feedgen is driven. Opens no file and no socket, asks no clock and no locale: the same
entries give the same bytes. What the feeds say is decided in view.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedgen.feed import FeedGenerator

from msnewsletter import urls
from msnewsletter.render.feeds.feedgen_extensions import EntryParts, FeedParts, UnseenDate
from msnewsletter.render.feeds.items import NO_LINKS, FeedItem, FeedLinks
from msnewsletter.render.feeds.json_feed import json_feed
from msnewsletter.render.feeds.stylesheet import FEED_STYLE
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from msnewsletter.model import Issue, Masthead
    from msnewsletter.render.feeds.view import FeedEntry, FeedView


def render_feeds(
    masthead: Masthead,
    items: Iterable[FeedItem],
    *,
    updated: datetime,
    linked: FeedLinks = NO_LINKS,
) -> dict[str, bytes]:
    """The main feeds by their file name below the site, and their stylesheet `feed.css`.

    Args:
        masthead: the newest issue's.
        items: in any order; the caller bounds their number (readers like feeds well under 5 MB).
        updated: the newest issue's cutoff, aware UTC: the feeds' own date.
        linked: what came before them, and their hub.
    """
    feeds = {"feed.css": FEED_STYLE.encode()}
    for view in feed_views(masthead, items, updated, linked):
        feeds |= _formats(view)
    return feeds


def render_archive(
    masthead: Masthead, items: Iterable[FeedItem], *, updated: datetime, linked: FeedLinks
) -> dict[str, bytes]:
    """The archive documents of (a part of) an issue, of the feed of teasers and of the full one.

    They never change once they are out, so they name only what is older than they are
    (`prev-archive`); the `next-archive` of RFC 5005, section 4 would have to be added later.
    """
    return {
        name: data
        for view in feed_views(masthead, items, updated, linked)
        for name, data in _formats(view).items()
    }


def render_tag_feeds(
    masthead: Masthead,
    tag: str,
    items: Iterable[FeedItem],
    *,
    updated: datetime,
    linked: FeedLinks = NO_LINKS,
) -> dict[str, bytes]:
    """The feeds of one tag's teasers, by file name below the site."""
    return _formats(tag_view(masthead, tag, items, updated, linked))


def render_issue_feeds(
    masthead: Masthead,
    issues: Sequence[Issue],
    *,
    updated: datetime,
    linked: FeedLinks = NO_LINKS,
) -> dict[str, bytes]:
    """The feeds with one entry an issue, by file name below the site."""
    return _formats(issues_view(masthead, issues, updated, linked))


def _formats(view: FeedView) -> dict[str, bytes]:
    writers = (_rss, _atom, json_feed)
    names = urls.FEED_NAMES
    return {view.place + name: write(view) for name, write in zip(names, writers, strict=True)}


def _rss(view: FeedView) -> bytes:
    generator = _generator(view, "rss.xml", "application/rss+xml")
    generator.updated(UnseenDate.fromisoformat(view.updated.isoformat()))
    for entry, element in _added(generator, view):
        element.link(href=entry.link)
        element.description(entry.short_html)
        if entry.full_html:
            element.content(entry.full_html)
    document: bytes = generator.rss_str(pretty=True)
    return document


def _atom(view: FeedView) -> bytes:
    generator = _generator(view, "atom.xml", "application/atom+xml")
    generator.updated(view.updated)
    for entry, element in _added(generator, view):
        element.published(entry.published)
        element.updated(entry.updated)
        element.summary(entry.short_html, type="html")
        # Content in the feed of teasers too: NetNewsWire shows no summaries (its issue 4826).
        element.content(entry.full_html or entry.short_html, type="html")
    document: bytes = generator.atom_str(pretty=True)
    return document


def _generator(view: FeedView, name: str, kind: str) -> Any:  # noqa: ANN401  (feedgen has no types)
    generator = FeedGenerator()
    generator.register_extension("parts", FeedParts, EntryParts)
    generator.parts.view = view
    generator.id(view.id)
    generator.title(view.title)
    generator.description(view.description)
    generator.language(view.language)
    generator.author(name=view.creator, uri=view.site)
    # No version: an upgrade alone must not change a feed's bytes.
    generator.generator("msnewsletter")
    generator.link(href=view.self_link(name), rel="self", type=kind)
    # The last link becomes the RSS channel's own: a page for people.
    generator.link(href=view.page, rel="alternate", type="text/html")
    return generator


def _added(generator: Any, view: FeedView) -> Iterator[tuple[FeedEntry, Any]]:  # noqa: ANN401
    """Each entry's element with what both formats share; feedgen would put the last one first."""
    for entry in view.entries:
        element = generator.add_entry(order="append")
        element.parts.view = entry
        element.id(entry.id)
        element.title(entry.title)
        for tag in entry.tags:
            element.category(term=tag)
        yield entry, element
