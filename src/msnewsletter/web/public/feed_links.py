"""What a feed says of itself in a Link header: its hub and its own address. Pure.

W3C WebSub, section 4: a subscriber looks there first, and a hub passes them on.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = "{http://www.w3.org/2005/Atom}link"
_SHOWN = ("hub", "self")
# RFC 3986, section 2: what an address consists of, and so nothing that could end a header.
_ADDRESS = re.compile(r"[!#-;=?-\[\]_a-z~]{1,2000}")


def feed_links(name: str, data: bytes) -> str:
    """The value of the header for a feed of that name; empty where it names neither."""
    try:
        found = _of_json(data) if name.endswith(".json") else _of_xml(data)
        return ", ".join(
            f'<{address}>; rel="{rel}"'
            for rel, address in found
            if rel in _SHOWN and _ADDRESS.fullmatch(address)
        )
    except (etree.XMLSyntaxError, ValueError, LookupError, TypeError, AttributeError):
        return ""  # It is no feed, e.g. amid a copy that is not atomic.


def _of_json(data: bytes) -> Iterator[tuple[str, str]]:
    feed = json.loads(data)
    yield from (("hub", hub["url"]) for hub in feed.get("hubs", ()))
    yield "self", feed["feed_url"]


def _of_xml(data: bytes) -> Iterator[tuple[str, str]]:
    root = etree.fromstring(data)
    links = [*root.iterchildren(_LINK), *root.iterfind(f"channel/{_LINK}")]
    found = {link.get("rel", ""): link.get("href", "") for link in links}
    yield from ((rel, found[rel]) for rel in _SHOWN if rel in found)
