"""Any document that is imported → its summaries, a reading each. Opens nothing."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.model import Note
from msnewsletter.sources.addresses import identity_of, key_of_identity
from msnewsletter.sources.faults import Faults
from msnewsletter.sources.feed.feed_document import read_feed
from msnewsletter.sources.feed.feed_fields import entry_fields
from msnewsletter.sources.fields import Given, build
from msnewsletter.sources.formats import SIZE_LIMIT, read_bytes
from msnewsletter.sources.html.html_piece import text_of_html
from msnewsletter.sources.importing import csv_summaries, wordpress
from msnewsletter.sources.importing.content_kind import is_html, kind_of
from msnewsletter.sources.importing.pages import read_page
from msnewsletter.sources.importing.proposals import proposal
from msnewsletter.sources.json_objects import given_of
from msnewsletter.sources.parsed import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.sources.feed.feed_entries import SourceEntry
    from msnewsletter.sources.importing.imported_document import ImportedDocument

LIMITS: Final = {"csv": csv_summaries.SIZE_LIMIT, "wordpress": wordpress.SIZE_LIMIT}
# Of a proposal these are a person's to write, from all that the page says.
_SECTIONS: Final = frozenset({"found", "why_it_matters", "cautions"})
MOST: Final = max(LIMITS.values())


def read_document(
    document: ImportedDocument, *, kind: str | None, at: datetime
) -> Iterator[Reading]:
    """A reading for each summary, and for each fault; never raises SourceError.

    Args:
        document: it.
        kind: one of KINDS but "opml"; None: by its content.
        at: now, aware: no date lies far after it.
    """
    try:
        kind = kind or kind_of(document.data, document.place)
        _check_size(document, LIMITS.get(kind, SIZE_LIMIT))
        yield from _readings(document, kind, at)
    except SourceError as error:
        yield Reading(refused=(error,))


def _check_size(document: ImportedDocument, most: int) -> None:
    if len(document.data) > most:
        problem = f"is too large ({len(document.data) / 1e6:.1f} MB)"
        raise SourceError(document.place, problem, f"split it: at most {most / 1e6:.0f} MB")


def _readings(document: ImportedDocument, kind: str, at: datetime) -> Iterator[Reading]:
    place, data = document.place, document.data
    match kind:
        case "csv":
            yield from csv_summaries.read(data, place)
        case "wordpress":
            yield from _wordpress(document, at)
        case "feed":
            yield from _feed(document, at)
        case "page" if is_html(data):
            yield read_page(document, name=_name(document), at=at)
        case "opml":
            problem = "is a list of feeds, which has no summaries"
            raise SourceError(place, problem, "import it alone, to see its feeds as sources")
        case _:
            yield read_bytes(data, location=place, format=kind, name=_name(document))


def _name(document: ImportedDocument) -> str:
    """The key of what names none itself."""
    if document.url:
        return key_of_identity(identity_of(document.url))
    return document.name or PurePath(document.place).stem


def _feed(document: ImportedDocument, at: datetime) -> Iterator[Reading]:
    place = document.place
    feed = read_feed(
        document.data,
        url=document.url or place,
        charset=document.charset,
        place="" if document.url else place,
    )
    yield Reading(warned=tuple(Note(place=place, text=text) for text in feed.remarks))
    faults = Faults(place=place)
    for number, entry in enumerate(feed.entries, start=1):
        yield from _entry(entry, f"{place}#{number}", at, faults)
    yield Reading(refused=faults.lines())


def _wordpress(document: ImportedDocument, at: datetime) -> Iterator[Reading]:
    place = document.place
    items = wordpress.WordpressItems(document.data, place)
    faults = Faults(place=place)
    try:
        for line, entry in items.entries():
            yield from _entry(entry, f"{place}:{line}", at, faults, proposing=True)
            if faults.too_many:
                break
    except SourceError as error:
        faults.add(error)
    passed = [f"{count:,} {why}" for why, count in sorted(items.passed_over.items())]
    warned = (Note(place=place, text=f"passed over: {', '.join(passed)}"),) if passed else ()
    if items.shortcodes:
        them = ", ".join(f"[{name}] in {count:,}" for name, count in items.shortcodes.most_common())
        text = f"shortcodes were taken out, of which texts inside stay, but for pictures: {them}"
        warned = (*warned, Note(place=place, text=text))
    yield Reading(refused=faults.lines(), warned=warned)


def _entry(
    entry: SourceEntry, place: str, at: datetime, faults: Faults, *, proposing: bool = False
) -> Iterator[Reading]:
    """The summary of an entry; what is wrong with it is added to the faults.

    `proposing`: one without sections is a proposal; in a feed it is a teaser.
    """
    try:
        reading = _summary(entry, place, at, proposing=proposing)
    except SourceError as error:
        headline = " ".join(entry.title.split())[:80]
        faults.add(SourceError(error.place, f"“{headline}”: {error.problem}", error.remedy))
    else:
        yield reading


def _text_of(entry: SourceEntry) -> str:
    """All that an entry says; empty: nothing, or it is far too long."""
    try:
        return text_of_html(entry.body)
    except BadValueError:
        return ""


def _summary(entry: SourceEntry, place: str, at: datetime, *, proposing: bool) -> Reading:
    found = entry_fields(entry, mapped={}, at=at)
    if found.taken_back:
        problem = "is a notice in the place of a text"
        raise SourceError(place, problem, "nothing is to be done: it is not imported")
    text = _text_of(entry) if proposing and found.problem else ""
    if found.problem and not text:
        raise SourceError(place, found.problem.says, "give its sections headings on the site")
    identity = identity_of(entry.link) if entry.link else entry.id
    given = given_of(found.fields, place)
    given.setdefault("key", Given(value=key_of_identity(identity), place=place))
    if found.problem:
        known = {name: value for name, value in given.items() if name not in _SECTIONS}
        return proposal(known, place, text=text, why=found.problem.says)
    warned = tuple(Note(place=place, text=text) for text in found.notes)
    return build(given, location=place, warned=warned)
