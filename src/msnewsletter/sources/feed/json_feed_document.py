"""JSON Feed 1.0 and 1.1 (jsonfeed.org) → its entries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msnewsletter.errors import SourceError
from msnewsletter.sources.feed.feed_entries import FeedDocument, SourceEntry, absolute, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = "https://jsonfeed.org/version/1"
_ITEMS = 10_000


def read_json_feed(text: str, url: str, *, place: str) -> FeedDocument:
    """The entries of a JSON Feed; raises SourceError, of `place`, where it is none."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise SourceError(place, "is nested too deeply", "check the address in 'url'") from None
    except ValueError as error:  # JSONDecodeError is one, and so are numbers of 5,000 digits
        problem = f"is not JSON ({getattr(error, 'msg', error)})"
        raise SourceError(place, problem, "check the address in 'url'") from None
    version = found.get("version") if isinstance(found, dict) else None
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or not str(version).replace("http:", "https:").startswith(
        _VERSION
    ):
        raise SourceError(place, "is JSON, but no JSON Feed", "use a source of the kind 'json'")
    remarks = []
    if len(items) > _ITEMS:
        remarks.append(f"the feed has {len(items):,} entries; the first {_ITEMS:,} are read")
    objects = [item for item in items[:_ITEMS] if isinstance(item, dict)]
    if other := min(len(items), _ITEMS) - len(objects):
        remarks.append(f"{other:,} of the feed's items are no objects, and were not read")
    return FeedDocument(
        entries=tuple(_entry(item, url) for item in objects),
        home=absolute(url, _text(found, "home_page_url")),
        remarks=tuple(remarks),
    )


def _entry(item: Mapping[str, Any], url: str) -> SourceEntry:
    name = "content_html" if _text(item, "content_html") else "content_text"
    if not _text(item, name):
        name = "summary"
    external = _text(item, "external_url")
    tags = item.get("tags")
    identifier = item.get("id")
    return SourceEntry(
        # "If an id is presented as a number, a JSON Feed reader should coerce it to a string."
        id=str(identifier) if isinstance(identifier, int) else _text(item, "id"),
        link=absolute(url, _text(item, "url")),
        title=_text(item, "title"),
        body=_text(item, name),
        body_name=name,
        is_html=name == "content_html",
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        language=_text(item, "language"),
        tags=tuple(map(whole, tags)) if isinstance(tags, list) else (),
        addresses=(external,) if external else (),
        raw=item,
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    return whole(item.get(name))
