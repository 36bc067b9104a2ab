"""Reads one address, or one saved page, as a source would; keeps nothing.

Owns what becomes of it without settings: whether it is a page or a feed, and its key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.model import Note
from msnewsletter.regular_file import read_regular
from msnewsletter.source_settings import FeedSource
from msnewsletter.sources.addresses import identity_of, key_of_identity
from msnewsletter.sources.fetch import feed_source
from msnewsletter.sources.fetch.client import Fetcher, FetchError, FetchLimits
from msnewsletter.sources.fetch.fetch_error import OwnAddressError
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
_FEED_TYPES: Final = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
        *("application/feed+json", "application/json", "application/xml", "text/xml"),
    }
)
_LIKE_FEED: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
# Nothing here has settings: what they say of a source, an option says of an address.
_OWN: Final = "correct the address, or add --private: it is of your own network"
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
    address: str, *, kind: AddressKind, private: bool, now: Callable[[], datetime]
) -> AddressReading:
    """What one address says; a fault is in the reading.

    Args:
        address: http or https.
        kind: "auto": by what it answers.
        private: it may be of this machine or network.
        now: returns the time, aware.
    """
    limits = FetchLimits(private=private)
    try:
        with Fetcher(agent="msnewsletter", limits=limits, now=now) as fetcher:
            document = fetcher.get(address, limit=PAGE_LIMIT)
            if kind == "feed" or (kind == "auto" and _is_feed(document)):
                return _read_feed(address, fetcher, private=private, at=now())
        return _read_page(
            document.data, address, document.url, document.charset, document.media_type, at=now()
        )
    except OwnAddressError as error:
        refused = SourceError(error.place, error.problem, _OWN)
        return AddressReading(place=address, reading=Reading(refused=(refused,)))
    except FetchError as error:
        return AddressReading(place=address, reading=Reading(refused=(error,)))
    except SourceError as fault:
        refused = SourceError(shown_address(address), fault.problem, fault.remedy)
        return AddressReading(place=address, reading=Reading(refused=(refused,)))


def read_saved_page(path: str, *, now: Callable[[], datetime]) -> AddressReading:
    """What a saved page says; a fault is in the reading."""
    try:
        data = read_regular(path, limit=PAGE_LIMIT)
        return _read_page(data, path, "", None, "text/html", at=now())
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
    data: bytes, place: str, url: str, charset: str | None, media_type: str, *, at: datetime
) -> AddressReading:
    page = read_html(data, address=url or place, at=at, charset=charset, media_type=media_type)
    identity = identity_of(page.canonical or url) if url else Path(place).stem
    fields = {"url": place, **page.fields} if url else page.fields
    reading = _reading(fields, page.notes, page.problem, place, identity)
    return AddressReading(place=place, reading=reading, page=page)


def _read_feed(address: str, fetcher: Fetcher, *, private: bool, at: datetime) -> AddressReading:
    source = FeedSource(kind="feed", name="read", url=address, private=private)
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
