"""JSON: one object, an array of them, or one object a line, with the model's field names.

Owns JSON's shapes and types. A bad object never costs the others. What `msnewsletter read --json`
prints can be read again: `location` is passed over, and null is the same as nothing. Opens nothing.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.sources.clean_text import NumberedLine, each_line
from msnewsletter.sources.faults import Faults, first_notes
from msnewsletter.sources.field_rules import FRONT_FIELDS, TEXT_FIELDS
from msnewsletter.sources.fields import Given, build, day, unknown
from msnewsletter.sources.json_values import JsonObject, each_item, kind_of, parsed
from msnewsletter.sources.parsed import Reading
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

KNOWN_FIELDS = ("key", *TEXT_FIELDS, *FRONT_FIELDS[1:], "related")
_ONLY_COLLECT = {
    "first_seen": "give the day it came out as 'published'",
    "changed_on": "give the day it was checked again as 'reviewed_on'",
}
_OURS = ("location", *_ONLY_COLLECT)
_LINE_SUFFIXES = (".jsonl", ".ndjson")
_CARD_FIELDS = ("date", "teaser")


def read(text: str, location: str, name: str) -> Reading:
    """The summaries of a JSON file; raises SourceError if it is no JSON at all.

    After a thousand faults it stops, and what follows them is not looked at.
    """
    del name  # each object has a key of its own
    parts: list[Reading] = []
    refused_keys: list[str] = []
    faults = Faults(place=location)
    keys: dict[str, str] = {}
    for place, value in each_object(text, location):
        try:
            reading = _summary(value, place)
        except SourceError as error:
            faults.add(error)
            refused_keys += _key_in(value)
        else:
            key = reading.summaries[0].key
            if (first := keys.setdefault(key, place)) == place:
                parts.append(reading)
            else:
                problem = f"has the key {quoted_value(key)} of {first}"
                faults.add(SourceError(place, problem, "give each its own"))
        if faults.too_many:
            break
    if not parts and not faults.count:
        raise SourceError(location, "holds no object", "write one, or remove the file")
    read = Reading.joined(parts)
    return replace(
        read,
        refused=faults.lines(),
        refused_keys=tuple(refused_keys),
        warned=first_notes(read.warned, location),
    )


def each_object(
    text: str, location: str, *, by_lines: bool | None = None
) -> Iterator[tuple[str, object]]:
    """Each object with its place; a line that is no JSON gives its SourceError in place of one.

    `by_lines`: each has a line of its own, so that what is no JSON is a fault of its line alone;
    None: where the suffix of `location` says so. Raises SourceError for a text that is neither
    lines nor JSON.
    """
    if by_lines is None:
        by_lines = location.lower().endswith(_LINE_SUFFIXES)
    if _several(text) or not by_lines or text.lstrip().startswith("["):
        try:
            values = each_item(text, location)
            first = list(islice(values, 1))
        except SourceError:
            if not (by_lines or _looks_like_lines(text)):
                raise
        else:
            items = enumerate(chain(first, values), start=1)
            yield from ((f"{location}#{index}", item) for index, item in items)
            return
    yield from ((f"{location}:{line.number}", _line(line, location)) for line in _lines(text))


def _line(line: NumberedLine, location: str) -> object:
    try:
        return parsed(line.text, location, first=line.number)
    except SourceError as error:
        return error


def _lines(text: str) -> Iterator[NumberedLine]:
    """The lines that hold something; one after the other, for there may be millions."""
    return (line for line in each_line(text) if not line.blank)


def _several(text: str) -> bool:
    return len(tuple(islice(_lines(text), 2))) > 1


def _looks_like_lines(text: str) -> bool:
    lines = objects = 0
    for line in _lines(text):
        lines += 1
        objects += line.text.startswith("{")
    return lines > 1 and objects * 2 >= lines


def _summary(value: object, place: str) -> Reading:
    given = fields_of(value, place)
    related = _cards(value.get("related") if isinstance(value, JsonObject) else None, place)
    return build(given, location=place, related=related)


def fields_of(value: object, place: str) -> dict[str, Given]:
    """The fields of an object with the model's names, `related` left out; raises SourceError."""
    found = _checked(value, (*KNOWN_FIELDS, *_OURS), place)
    for name, remedy in _ONLY_COLLECT.items():
        if found.get(name) is not None:
            raise SourceError(place, f"only this program sets {name!r}", remedy)
    return given_of(found, place)


def given_of(fields: Mapping[str, object], place: str) -> dict[str, Given]:
    """The fields of an object that hold something, `related` and our own left out.

    Raises SourceError where one is of another type than text, or a list of texts.
    """
    given: dict[str, Given] = {}
    for name, field in fields.items():
        if field is None or name in (*_OURS, "related"):
            continue
        read = _text_or_texts if name in LIST_FIELDS else _text
        given[name] = Given(value=read(field, name, place), place=place)
    return given


def _key_in(value: object) -> tuple[str, ...]:
    """The key of an object that is refused, if it has one."""
    key = value.get("key") if isinstance(value, JsonObject) else None
    return (key.strip(),) if isinstance(key, str) else ()


def _checked(value: object, known: tuple[str, ...], place: str) -> JsonObject:
    if isinstance(value, SourceError):
        raise value
    if not isinstance(value, JsonObject):
        raise SourceError(place, f"is {kind_of(value)}, not an object", 'write {"key": ...}')
    if value.twice is not None:
        raise SourceError(place, f"{quoted_value(value.twice)} is given twice", "remove one")
    for name in value:
        if name not in known:
            raise unknown(name, [field for field in known if field not in _OURS], place)
    return value


def _cards(value: object, place: str) -> Iterable[tuple[date, Given]]:
    cards = []
    for item in _list(value, "related", place) if value is not None else ():
        card = _checked(item, _CARD_FIELDS, place)
        date_text, teaser = (
            _text(card.get(name), f"related {name}", place) for name in _CARD_FIELDS
        )
        cards.append((day(date_text, place), Given(value=teaser, place=place)))
    return cards


def _text_or_texts(value: object, name: str, place: str) -> str | tuple[str, ...]:
    """A list of texts, or one text, which is parted as in front matter."""
    if isinstance(value, str):
        return value
    return tuple(_text(item, name, place) for item in _list(value, name, place))


def _list(value: object, name: str, place: str) -> Sequence[object]:
    if not isinstance(value, (list, tuple)):
        raise SourceError(place, f"{name!r} is {kind_of(value)}, not a list", "put it in [ ]")
    return value


def _text(value: object, name: str, place: str) -> str:
    if not isinstance(value, str):
        raise SourceError(place, f"{name!r} is {kind_of(value)}, not text", "put it in quotes")
    return value
