"""Where links of the site lead, and how a feed reader goes back in archives (RFC 5005)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

from lxml import etree

if TYPE_CHECKING:
    from msnewsletter.home import Home

SITE = "https://notes.example.org/"
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"

_LINK = re.compile(r"""(?:href|url|src)\s*=\s*["']([^"']+)|"(?:url|next_url)":\s*"([^"]+)""")
_ELEMENT = re.compile(r"<(?:link|guid|id|loc)>([^<]+)<")


@lru_cache(maxsize=4096)
def links_of(data: bytes, base: str) -> frozenset[str]:
    """The paths below the site that a page, a feed or a mail leads to."""
    text = data.decode(errors="replace").replace("\\/", "/")
    found = [a or b for a, b in _LINK.findall(text)] + _ELEMENT.findall(text)
    places = (urldefrag(urljoin(base, link.strip().replace("&amp;", "&"))).url for link in found)
    return frozenset(
        place.removeprefix(SITE)
        for place in places
        if place.startswith(SITE) and not place.startswith(f"{SITE}unsubscribe")
    )


def walked(home: Home, name: str) -> list[list[str]]:
    """The ids in the feed and in each document that prev-archive leads to, in turn."""
    found = []
    place: str | None = SITE + name
    while place:
        root = etree.parse(home.site / place.removeprefix(SITE)).getroot()
        feed = root if root.tag == f"{ATOM}feed" else root[0]
        ids = [each.text for each in feed.iterfind(f"{ATOM}entry/{ATOM}id")]
        ids += [each.text for each in feed.iterfind("item/guid")]
        found.append(ids)
        links = {each.get("rel"): each.get("href") for each in feed.iterfind(f"{ATOM}link")}
        archive = feed.find(f"{HISTORY}archive") is not None
        assert archive == (len(found) > 1)
        assert links.get("current") == (SITE + name if archive else None)
        place = links.get("prev-archive")
    return found
