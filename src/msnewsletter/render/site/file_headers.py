"""What every copy of the site says of a file by its name: its type, and how long it may be kept.

`serve` answers with it, and objects in a store carry it. Pure.
"""

from __future__ import annotations

import os

from msnewsletter import urls

# What links to something newer, or may be corrected: pages with their stylesheet, lists, sitemaps.
_MINUTES = "public, max-age=300"
# What changes only when a text of the past does, or the newsletter's title. No longer than a day: a
# takedown must reach every copy.
_DAY = "public, max-age=86400"
_LASTING = (".png", ".ico", ".svg")

# Feeds as XML that browsers show; as application/rss+xml they would be downloaded (contao#8589).
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/feed+json",
    ".opml": "text/x-opml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
}


def content_type(name: str) -> str:
    """The Content-Type of a file by its name."""
    return _TYPES.get(os.path.splitext(name)[1], "application/octet-stream")  # noqa: PTH122  (speed)


def cache_control(name: str) -> str:
    """The Cache-Control of a file by its path below the site."""
    lasting = name.endswith(_LASTING) or (is_feed(name) and is_archived(name))
    return _DAY if lasting else _MINUTES


def is_feed(name: str) -> bool:
    """Whether the file at this path is a feed, archive documents included."""
    return name.endswith(urls.FEED_NAMES)


def is_archived(name: str) -> bool:
    """Whether the file at this path belongs to a past issue alone."""
    return "archive/" in name
