"""Turns entries into RSS 2.0, Atom and JSON Feed: main, full, of tags, of issues, archives.

Owns how feedgen is driven. Opens no file and no socket, asks no clock and no locale: the same
entries give the same bytes. What the feeds say is decided in view.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedgen.feed import FeedGenerator

from msnewsletter import urls
from msnewsletter.render.feeds.feedgen_extensions import EntryParts, FeedParts, UnseenDate
from msnewsletter.render.feeds.json_feed import json_feed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.render.feeds.view import FeedEntry, FeedView


def render_feeds(*views: FeedView) -> dict[str, bytes]:
    """Each feed in every format, by file name below the site."""
    return {view.path + name: write(view) for view in views for name, write in _WRITERS.items()}


def _rss(view: FeedView) -> bytes:
    generator = _generator(view, "rss.xml", "application/rss+xml")
    # RSS 2.0, `image`: 144 pixels at most; its title and link are the channel's.
    picture = view.masthead.site + urls.icon_name(144)
    generator.image(picture, title=view.title, link=view.page, width="144", height="144")
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
    # RFC 4287, sections 4.2.5 and 4.2.8: a square, and a picture about twice as wide as high.
    generator.icon(view.masthead.site + urls.icon_name(512))
    generator.logo(view.masthead.site + urls.SHARED_PICTURE)
    for entry, element in _added(generator, view):
        element.published(entry.published)
        element.updated(entry.updated)
        # Readers show who wrote an entry by its own author, not by its feed's.
        element.author(name=entry.creator)
        # Content in the feed of teasers too: NetNewsWire shows no summaries (its issue 4826). Of
        # two that say the same, some readers show both.
        content = entry.full_html or entry.short_html
        if content != entry.short_html:
            element.summary(entry.short_html, type="html")
        element.content(content, type="html")
    document: bytes = generator.atom_str(pretty=True)
    return document


def _generator(view: FeedView, name: str, kind: str) -> Any:  # noqa: ANN401  (feedgen has no types)
    generator = FeedGenerator()
    generator.register_extension("parts", FeedParts, EntryParts)
    generator.parts.view = view
    generator.id(view.id)
    generator.title(view.title)
    generator.description(view.masthead.description)
    generator.language(view.masthead.language)
    generator.author(name=view.masthead.title, uri=view.masthead.site)
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


_WRITERS = dict(zip(urls.FEED_NAMES, (_rss, _atom, json_feed), strict=True))
