"""JSON: one object, an array of them, or one object a line, with the model's field names.

Owns JSON's shapes and types. A bad object never costs the others. What `msnewsletter read --json`
prints can be read again: `location` is passed over, and null is the same as nothing. Opens nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, cast

from msnewsletter.errors import SourceError
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.sources.clean_text import NumberedLine, each_line
from msnewsletter.sources.faults import Faults, first_notes
from msnewsletter.sources.fields import FRONT_FIELDS, TEXT_FIELDS, Given, build, day, unknown
from msnewsletter.sources.parsed import Reading
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

KNOWN_FIELDS = ("key", *TEXT_FIELDS, *FRONT_FIELDS[1:], "related")
_ONLY_COLLECT = {
    "first_seen": "give the day it came out as 'published'",
    "changed_on": "give the day it was checked again as 'reviewed_on'",
}
_OURS = ("location", *_ONLY_COLLECT)
_LINE_SUFFIXES = (".jsonl", ".ndjson")
_CARD_FIELDS = ("date", "teaser")
_WHITE = re.compile(r"[ \t\n\r]*")  # RFC 8259, section 2


class _Object(dict[str, Any]):
    """A JSON object, with a name that it gives twice."""

    twice: str | None = None


class _Number(str):
    """A number as it is written: no field is one, and none is too long to look at."""

    __slots__ = ()


_KINDS: Mapping[type, str] = {
    _Number: "a number",
    str: "text",
    bool: "true or false",
    list: "a list",
    type(None): "nothing",
}


def read(text: str, location: str, name: str) -> Reading:
    """The summaries of a JSON file; raises SourceError if it is no JSON at all.

    After a thousand faults it stops, and what follows them is not looked at.
    """
    del name  # each object has a key of its own
    parts: list[Reading] = []
    refused_keys: list[str] = []
    faults = Faults(place=location)
    keys: dict[str, str] = {}
    for place, source in _objects(text, location):
        value: object = None
        try:
            value = _parse(source, location) if isinstance(source, NumberedLine) else source
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
    read = Reading.joined(parts)
    return replace(
        read,
        refused=faults.lines(),
        refused_keys=tuple(refused_keys),
        warned=first_notes(read.warned, location),
    )


def _objects(text: str, location: str) -> Iterator[tuple[str, object]]:
    """Each object with its place, or, where each has a line of its own, its line."""
    by_name = location.lower().endswith(_LINE_SUFFIXES)
    if _several(text) or not by_name:
        try:
            values = _array(text, location)
            first = next(values)
        except StopIteration:
            raise SourceError(
                location, "holds no object", "write one, or remove the file"
            ) from None
        except SourceError:
            if not (by_name or _looks_like_lines(text)):
                raise
        else:
            items = enumerate(chain((first,), values), start=1)
            yield from ((f"{location}#{index}", item) for index, item in items)
            return
    yield from ((f"{location}:{line.number}", line) for line in _lines(text))


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


def _array(text: str, location: str) -> Iterator[object]:
    """The items of an array, one after the other, or the one value; raises SourceError."""
    at = _next(text, 0)
    if not text.startswith("[", at):
        yield _parse(NumberedLine(1, text), location)
        return
    at = _next(text, at + 1)
    end = text.startswith("]", at)
    while not end:
        with _as_refusal(location, 1):
            value, at = _DECODER.raw_decode(text, at)
            at = _next(text, at)
            end = text.startswith("]", at)
            if not end:
                if not text.startswith(",", at):
                    raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
                at = _next(text, at + 1)
        yield value
    with _as_refusal(location, 1):
        if (at := _next(text, at + 1)) < len(text):
            raise json.JSONDecodeError("Extra data", text, at)


def _next(text: str, at: int) -> int:
    """Where the next sign that means something to JSON is."""
    return cast("re.Match[str]", _WHITE.match(text, at)).end()


def _parse(source: NumberedLine, location: str) -> object:
    """The JSON value that begins at a line of the file; raises SourceError."""
    with _as_refusal(location, source.number):
        return cast("object", _DECODER.decode(source.text))


@contextmanager
def _as_refusal(location: str, first: int) -> Iterator[None]:
    """Raise as SourceError what JSON says of a text that begins at line `first`."""
    try:
        yield
    except json.JSONDecodeError as error:
        place = f"{location}:{first + error.lineno - 1}"
        problem = f"is not JSON ({error.msg}, column {error.colno})"
        raise SourceError(place, problem, "correct that line") from None
    except RecursionError:
        place = f"{location}:{first}"
        raise SourceError(place, "is nested too deeply", "write plain objects") from None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        found.twice = next(name for name, count in counts.items() if count > 1)
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_Number
)


def _summary(value: object, place: str) -> Reading:
    found = _checked(value, (*KNOWN_FIELDS, *_OURS), place)
    for name, remedy in _ONLY_COLLECT.items():
        if found.get(name) is not None:
            raise SourceError(place, f"only this program sets {name!r}", remedy)
    related = _cards(found.get("related"), place)
    return build(given_of(found, place), location=place, related=related)


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
    key = value.get("key") if isinstance(value, _Object) else None
    return (key.strip(),) if isinstance(key, str) else ()


def _checked(value: object, known: tuple[str, ...], place: str) -> _Object:
    if not isinstance(value, _Object):
        raise SourceError(place, f"is {_kind(value)}, not an object", 'write {"key": ...}')
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
    if isinstance(value, str) and not isinstance(value, _Number):
        return value
    return tuple(_text(item, name, place) for item in _list(value, name, place))


def _list(value: object, name: str, place: str) -> list[object]:
    if not isinstance(value, list | tuple):
        raise SourceError(place, f"{name!r} is {_kind(value)}, not a list", "put it in [ ]")
    return list(value)


def _text(value: object, name: str, place: str) -> str:
    if not isinstance(value, str) or isinstance(value, _Number):
        raise SourceError(place, f"{name!r} is {_kind(value)}, not text", "put it in quotes")
    return value


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "an object")
