"""The way that a feed reader goes from a feed back through its archives (RFC 5005, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from msnewsletter.home import Home

SITE = "https://notes.example.org/"
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"


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
