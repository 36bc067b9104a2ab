"""Reads feeds back, exactly and as a feed reader would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
from lxml import etree

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
}


@dataclass(frozen=True, kw_only=True)
class Read:
    """One entry as a format says it."""

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime
    creator: str
    tags: tuple[str, ...]
    body: str


def read_rss(data: bytes) -> list[Read]:
    return [
        Read(
            id=_text(item, "guid"),
            title=_text(item, "title"),
            link=_text(item, "link"),
            published=parsedate_to_datetime(_text(item, "pubDate")),
            updated=datetime.fromisoformat(_text(item, "a:updated")),
            creator=_text(item, "dc:creator"),
            tags=tuple(item.xpath("category/text()")),
            body=_text(item, "content:encoded" if _has_content(item) else "description"),
        )
        for item in etree.fromstring(data).xpath("channel/item")
    ]


def read_atom(data: bytes) -> list[Read]:
    return [
        Read(
            id=_text(entry, "a:id"),
            title=_text(entry, "a:title"),
            link=entry.xpath("string(a:link[@rel='alternate']/@href)", namespaces=NAMES),
            published=datetime.fromisoformat(_text(entry, "a:published")),
            updated=datetime.fromisoformat(_text(entry, "a:updated")),
            creator=_text(entry, "dc:creator"),
            tags=tuple(entry.xpath("a:category/@term", namespaces=NAMES)),
            body=_text(entry, "a:content"),
        )
        for entry in etree.fromstring(data).xpath("a:entry", namespaces=NAMES)
    ]


def read_json(data: bytes) -> list[Read]:
    return [
        Read(
            id=item["id"],
            title=item["title"],
            link=item["url"],
            published=datetime.fromisoformat(item["date_published"]),
            updated=datetime.fromisoformat(item["date_modified"]),
            creator=item["authors"][0]["name"],
            tags=tuple(item.get("tags", ())),
            body=item["content_html"],
        )
        for item in json.loads(data)["items"]
    ]


def as_a_reader(data: bytes) -> Any:
    """What feedparser makes of it, with nothing sanitised away."""
    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def _text(element: Any, path: str) -> str:
    found = element.xpath(path, namespaces=NAMES)
    assert len(found) == 1, path
    return found[0].text or ""


def _has_content(item: Any) -> bool:
    return bool(item.xpath("content:encoded", namespaces=NAMES))
