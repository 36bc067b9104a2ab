"""Writes JSON Feed 1.1 (jsonfeed.org/version/1.1). Pure; decides nothing that a feed says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msnewsletter import urls
from msnewsletter.serialize import pretty

if TYPE_CHECKING:
    from msnewsletter.render.feeds.view import FeedEntry, FeedView


def json_feed(view: FeedView) -> bytes:
    """The feed as UTF-8 JSON."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": view.title,
        "home_page_url": view.page,
        "feed_url": view.self_link("feed.json"),
        "description": view.masthead.description,
        # JSON Feed 1.1: "512 x 512", "64 x 64".
        "icon": view.masthead.site + urls.icon_name(512),
        "favicon": view.masthead.site + urls.icon_name(64),
        "language": view.masthead.language,
        "authors": [{"name": view.masthead.title, "url": view.masthead.site}],
        "items": [_item(entry) for entry in view.entries],
    }
    if previous := view.previous_link("feed.json"):
        feed["next_url"] = previous
    if view.linked.hub:
        feed["hubs"] = [{"type": "WebSub", "url": view.linked.hub}]
    return pretty(feed)


def _item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        **({"summary": entry.teaser} if entry.teaser else {}),
        "content_html": entry.full_html or entry.short_html,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": entry.creator}],
    }
    if entry.language:
        item["language"] = entry.language
    if entry.tags:
        item["tags"] = list(entry.tags)
    if entry.studies:
        # The thing that the summary talks about, in the words of the specification.
        item["external_url"] = entry.studies[0].link
        # "Custom objects": a key that begins with an underscore.
        item["_study"] = {"identifiers": [study.identifier for study in entry.studies]}
    return item
