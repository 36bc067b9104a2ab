"""A fetched summary's file in `var/sources/NAME/items/`: what a source said of it, and when.

Owns its form. What it says is checked where it is read, like the text of any other file, so a
fault of one summary costs no other. Opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (pydantic needs it)
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from operator import not_
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.model import Note, Status, Summary, WrittenBy
from msnewsletter.partial_date import PartialDate
from msnewsletter.serialize import Moment, from_json, pretty, to_document
from msnewsletter.sources.fetch.shown_address import shown_address
from msnewsletter.sources.field_rules import TEXT_FIELDS
from msnewsletter.sources.fields import Given, build
from msnewsletter.sources.identifiers import doi_of, pmid_of
from msnewsletter.sources.json_objects import given_of
from msnewsletter.sources.parsed import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

FORMAT: Final = "fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why what was fetched is no summary that can go out, and what to do."""

    says: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedSummary:
    """What a source says of one summary.

    Attributes:
        source: the source's name.
        key: the summary's permanent key.
        identities: all that it was known by, the first one first: addresses as
            `addresses.identity_of` has them, ids of entries as they are.
        address: where it was read, for people.
        first_seen: when the source first named it, aware UTC.
        changed: when what the source says last became another, aware UTC.
        first_look: it was there when the source was first looked at.
        fields: a summary's fields as the source gave them, without `key`.
        origins: where each field was found, for people, e.g. "JSON-LD: headline".
        weak: fields that later readings do not change, because they are no more than a hint, e.g. a
            `published` that is a sitemap's `lastmod`.
        notes: what editors should know of the reading.
        problem: what is wrong with it now; None: nothing.
        read: when it was last read without a problem, aware UTC; None: never.
        written_by: who wrote the source's texts by its settings; a field says it better.
        author: the person whom its page names as its author; empty: it names none.
    """

    source: str
    key: str
    identities: tuple[str, ...]
    address: str
    first_seen: Moment
    changed: Moment
    first_look: bool = False
    fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    weak: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    read: Moment | None = None
    written_by: WrittenBy | None = field(default=None, metadata={"exclude_if": not_})
    author: str = field(default="", metadata={"exclude_if": not_})

    @property
    def location(self) -> str:
        """Where editors find it."""
        return location_of(self.source, self.address)


def location_of(source: str, address: str) -> str:
    """The place of a fetched summary as editors know it: with no secret of its address."""
    return f"{source}: {shown_address(address)}"


def file_of(home: Home, source: str, key: str) -> Path:
    """The file of a fetched summary: keys may hold what no file's name can."""
    name = sha256(key.encode(errors="replace")).hexdigest()[:32]
    return home.fetched / source / "items" / f"{name}.json"


def fetched_bytes(summary: FetchedSummary) -> bytes:
    """The file's bytes."""
    return pretty(to_document(summary))


def parse_fetched(data: bytes | str, place: str) -> FetchedSummary:
    """The file's content; raises SourceError."""
    try:
        return from_json(FetchedSummary, data)
    except ValueError:  # pydantic's ValidationError is a ValueError
        remedy = "remove it; the next fetch makes it again"
        raise SourceError(place, "is damaged", remedy) from None


def study_in(fields: Mapping[str, str | tuple[str, ...]]) -> Summary:
    """What tells the study of such fields, whole or not: no summary that could go out."""
    found: dict[str, Any] = {name: value for name in TEXT_FIELDS if (value := _text(fields, name))}
    for name, ruled in (("doi", doi_of), ("pmid", pmid_of), ("published", PartialDate.parse)):
        if text := _text(fields, name):
            with suppress(BadValueError):  # reading the summary says what is wrong
                found[name] = ruled(text)
    with suppress(ValueError):
        found["status"] = Status(_text(fields, "status").strip().lower())
    return Summary(**{"key": "", "headline": "", **found})


def _text(fields: Mapping[str, str | tuple[str, ...]], name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else "\n\n".join(value)


def read(text: str, location: str, name: str) -> Reading:
    """The one summary of a file; `location` is where editors find it. Raises SourceError.

    `name` is its key: a source may have something that was sent under another one.
    """
    found = parse_fetched(text, location)
    if found.problem:
        says = f"{found.problem.says} (since {found.changed:%Y-%m-%d})"
        error = SourceError(location, says, found.problem.remedy)
        return Reading(refused=(error,), refused_keys=(name,))
    notes = tuple(Note(place=location, text=text) for text in found.notes)
    try:
        given = {"key": Given(value=name, place=location), **given_of(found.fields, location)}
        if found.written_by:
            given.setdefault("written_by", Given(value=found.written_by, place=location))
        reading = build(given, location=location, warned=notes)
    except SourceError as error:
        return Reading(refused=(error,), refused_keys=(name,))
    (summary,) = reading.summaries
    return replace(reading, summaries=(replace(summary, first_seen=found.first_seen),))
