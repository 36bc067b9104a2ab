"""Reads one address, or one saved page, as a source would; keeps nothing.

Owns what becomes of it: by the settings of a source that is named, or without any, where it answers
whether it is a page or a feed; and its key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.model import Note
from msnewsletter.regular_file import read_regular
from msnewsletter.source_settings import FeedSource, PageSource
from msnewsletter.sources.addresses import identity_of, key_of_identity
from msnewsletter.sources.fetch import feed_source
from msnewsletter.sources.fetch.client import Fetcher, FetchError, FetchLimits
from msnewsletter.sources.fetch.finds import Read, Unread
from msnewsletter.sources.fetch.known_source import KnownSource
from msnewsletter.sources.fetch.shown_address import shown_address
from msnewsletter.sources.fields import Given, build
from msnewsletter.sources.html.html_document import PAGE_LIMIT
from msnewsletter.sources.html.html_page import read_html
from msnewsletter.sources.json_objects import given_of
from msnewsletter.sources.parsed import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from msnewsletter.sources.fetch.client import Document
    from msnewsletter.sources.fetched_file import Problem
    from msnewsletter.sources.html.html_page import PageReading

AddressKind = Literal["auto", "page", "feed"]
ReadSource = PageSource | FeedSource
_FEED_TYPES: Final = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
        *("application/feed+json", "application/json", "application/xml", "text/xml"),
    }
)
_LIKE_FEED: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_PAGES: Final = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReading:
    """What one address brought; `page`: how its page was read, if it is one."""

    place: str
    reading: Reading
    page: PageReading | None = None


def is_saved_page(text: str) -> bool:
    """Whether this is a saved page by its name."""
    return text.lower().endswith(_PAGES) and not Path(text).is_dir()


def read_address(
    address: str,
    *,
    kind: AddressKind,
    private: bool,
    now: Callable[[], datetime],
    source: ReadSource | None = None,
) -> AddressReading:
    """What one address says; a fault is in the reading.

    Args:
        address: http or https.
        kind: "auto": by what it answers.
        private: it may be of this machine or network.
        now: returns the time, aware.
        source: by whose settings it is read; None: by those that no one has set. The pages that a
            feed of it links to are read by them too.
    """
    set_for = source or FeedSource(kind="feed", name="read", url=address)
    set_for = set_for.model_copy(update={"private": private or set_for.private})
    try:
        with _fetcher(set_for, now, robots=isinstance(source, PageSource)) as fetcher:
            document = fetcher.get(address, limit=PAGE_LIMIT)
            is_feed = kind == "feed" or (kind == "auto" and _is_feed(document))
            if is_feed and isinstance(set_for, FeedSource):
                return _read_feed(address, fetcher, set_for, at=now())
        return _read_page(
            document.data,
            address,
            document.url,
            document.charset,
            document.media_type,
            at=now(),
            source=source,
        )
    except FetchError as error:
        return AddressReading(place=address, reading=Reading(refused=(error,)))
    except SourceError as fault:
        refused = SourceError(shown_address(address), fault.problem, fault.remedy)
        return AddressReading(place=address, reading=Reading(refused=(refused,)))


def _fetcher(source: ReadSource, now: Callable[[], datetime], *, robots: bool) -> Fetcher:
    limits = FetchLimits(
        private=source.private, pause=source.pause, timeout=source.timeout, robots=robots, once=True
    )
    return Fetcher(agent="msnewsletter", limits=limits, now=now)


def read_saved_page(
    path: str, *, now: Callable[[], datetime], source: ReadSource | None = None
) -> AddressReading:
    """What a saved page says; a fault is in the reading. `source`: as in `read_address`."""
    try:
        data = read_regular(path, limit=PAGE_LIMIT)
        return _read_page(data, path, "", None, "text/html", at=now(), source=source)
    except FileNotFoundError:
        refused = SourceError(path, "does not exist", "check the path")
        return AddressReading(place=path, reading=Reading(refused=(refused,)))
    except BadValueError as fault:
        refused = SourceError(path, fault.problem, fault.remedy)
        return AddressReading(place=path, reading=Reading(refused=(refused,)))
    except SourceError as error:
        return AddressReading(place=path, reading=Reading(refused=(error,)))


def _is_feed(document: Document) -> bool:
    if document.media_type in _FEED_TYPES:
        return True
    return document.media_type != "text/html" and _LIKE_FEED.match(document.data[:5000]) is not None


def _read_page(
    data: bytes,
    place: str,
    url: str,
    charset: str | None,
    media_type: str,
    *,
    at: datetime,
    source: ReadSource | None,
) -> AddressReading:
    page = read_html(
        data,
        address=url or place,
        at=at,
        charset=charset,
        media_type=media_type,
        select=source.select if source else {},
        headings=source.headings if source else {},
    )
    identity = identity_of(page.canonical or url) if url else Path(place).stem
    fields = {"url": place, **page.fields} if url else page.fields
    reading = _reading(fields, page.notes, page.problem, place, identity)
    return AddressReading(place=place, reading=reading, page=page)


def _read_feed(
    address: str, fetcher: Fetcher, set_for: FeedSource, *, at: datetime
) -> AddressReading:
    source = set_for.model_copy(update={"url": address})
    finds = feed_source.look(source, fetcher=fetcher, known=KnownSource(at=at), root=Path())
    readings = []
    for find in finds:
        match find:
            case Read():
                readings.append(
                    _reading(
                        find.fields, find.notes, find.problem, find.address, find.identities[0]
                    )
                )
            case Unread():
                problem = find.problem
                error = SourceError(find.address, problem.says, problem.remedy)
                readings.append(Reading(refused=(error,)))
    return AddressReading(place=address, reading=Reading.joined(readings))


def _reading(
    fields: Mapping[str, str | tuple[str, ...]],
    notes: tuple[str, ...],
    problem: Problem | None,
    place: str,
    identity: str,
) -> Reading:
    warned = tuple(Note(place=place, text=text) for text in notes)
    if problem:
        error = SourceError(place, problem.says, problem.remedy)
        return Reading(refused=(error,), warned=warned)
    try:
        key = Given(value=key_of_identity(identity), place=place)
        return build({"key": key, **given_of(fields, place)}, location=place, warned=warned)
    except SourceError as error:
        return Reading(refused=(error,), warned=warned)
