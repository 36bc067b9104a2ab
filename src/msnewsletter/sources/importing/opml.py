"""OPML: the feeds of a feed reader's list, as sections of newsletter.toml. Opens nothing."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from lxml import etree

from msnewsletter.errors import SourceError
from msnewsletter.sources.addresses import identity_of
from msnewsletter.text import quoted_value, without_controls
from msnewsletter.validators import url

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

_NAME_LIMIT: Final = 40
# How browsers once opened feed readers: `feed:https://...`.
_FEED: Final = re.compile(r"\Afeed:(?://)?(?=https?:)", re.IGNORECASE)
# RFC 3986, section 2.2, and what is encoded already.
_SIGNS: Final = "%:/?#[]@!$&'()*+,;=~"
_MOST: Final = 1_000  # feeds of one list


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed of a list: its title, perhaps empty, and its address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The feeds of a list, each once, and what is wrong with the others."""

    feeds: tuple[ListedFeed, ...]
    refused: tuple[SourceError, ...] = ()


def feeds_in(data: bytes, location: str) -> FeedList:
    """The feeds that an OPML file lists; raises SourceError where it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        problem = f"is not well-formed XML ({error})"
        raise SourceError(location, problem, "export the list again") from None
    if root.tag != "opml":
        raise SourceError(location, "is no OPML", "export the list of feeds as OPML")
    feeds: dict[str, ListedFeed] = {}
    refused: list[SourceError] = []
    for outline in root.iter("outline"):
        attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        address = attributes.get("xmlurl", "").strip()
        place = f"{location}:{outline.sourceline}"
        if not address:
            if not len(outline):  # else it is a folder of the list
                names = (attributes.get(each, "") for each in ("title", "text", "htmlurl"))
                name = next(filter(None, names), "an entry")
                problem = f"{quoted_value(name)} has no address of a feed (xmlUrl)"
                refused.append(SourceError(place, problem, "add its feed by hand, if it has one"))
            continue
        if not (address := _web_address(address)):
            problem = f"{quoted_value(attributes['xmlurl'])} is no web address"
            refused.append(SourceError(place, problem, "add it by hand, if it is a feed"))
        elif len(feeds) == _MOST:
            problem = f"lists more than {_MOST:,} feeds; the rest was not read"
            refused.append(SourceError(place, problem, "a newsletter has a few sources"))
            break
        else:
            title = attributes.get("title", "") or attributes.get("text", "")
            feeds.setdefault(
                identity_of(address), ListedFeed(title=" ".join(title.split()), url=address)
            )
    return FeedList(feeds=tuple(feeds.values()), refused=tuple(refused))


def _web_address(text: str) -> str:
    """A web address as newsletter.toml takes it; empty where it is none."""
    text = quote(_FEED.sub("", text), safe=_SIGNS)
    try:
        return url(text, schemes=("https", "http"))
    except ValueError:
        return ""


def source_sections(feeds: Iterable[ListedFeed], *, since: date, taken: Collection[str]) -> str:
    """The feeds as `[[sources]]` to paste into newsletter.toml; `taken`: names that are in use."""
    names = set(taken)
    sections: list[str] = []
    for feed in feeds:
        name = _free_name(feed, names)
        names.add(name)
        title = f"# {without_controls(feed.title)}\n" if feed.title else ""
        sections.append(
            f"{title}[[sources]]\n"
            f"name = {_toml(name)}\n"
            'kind = "feed"\n'
            f"url = {_toml(feed.url)}\n"
            f"since = {since.isoformat()}\n"
        )
    return "\n".join(sections)


def _free_name(feed: ListedFeed, taken: Collection[str]) -> str:
    name = _slug(feed.title) or _slug(identity_of(feed.url)) or "feed"
    if name not in taken:
        return name
    numbered = (f"{name[: _NAME_LIMIT - 4].rstrip('-')}-{number}" for number in range(2, 10_000))
    return next(one for one in numbered if one not in taken)


def _slug(text: str) -> str:
    """The text as a source's name may be: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_NAME_LIMIT].strip("-")


def _toml(text: str) -> str:
    """A string of TOML 1.0: JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
