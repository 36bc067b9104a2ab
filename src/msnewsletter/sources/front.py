"""Front matter: YAML between two lines of `---` above a text.

Owns how it is found and read: every value is its own text (`no`, `007` and `2026-02-30` stay what
they are), and every field has its line. Never builds a Python object of YAML's choosing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

import yaml
from yaml.events import (
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from msnewsletter.errors import SourceError
from msnewsletter.sources.fields import Given, unknown
from msnewsletter.sources.text import Line, Taken, clean_lines, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_FENCE = "---"
_FRAME = (StreamStartEvent, StreamEndEvent, DocumentStartEvent, DocumentEndEvent)
# libyaml reads ten times faster; not every platform has it.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
# The usual reasons, e.g. a journal called "Brain : a journal of neurology".
_QUOTE_REMEDY = "put a value that holds a colon, or begins with a sign, in quotes"
_PLAIN_REMEDY = "write one value a field, e.g. published: 2026-11-20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file's text, taken apart: what its front matter gives, and the lines below it."""

    fields: dict[str, Given]
    lines: list[Line]
    taken: tuple[Taken, ...]


def open_text(text: str, location: str, known: Collection[str]) -> Opened:
    """Part a text from its front matter, if it has one; raises SourceError with the line.

    Without a `key` the file's name, less its suffix, is the key.
    """
    text, taken = clean_lines(text, location)
    lines = numbered(text)
    fields: dict[str, Given] = {}
    start = next((index for index, line in enumerate(lines) if not line.blank), len(lines))
    if start < len(lines) and lines[start].text.rstrip() == _FENCE:
        end = _closing(lines, start, location)
        block = lines[start + 1 : end]
        first = start + 2
        source, took = clean_lines(
            "\n".join(line.text for line in block), location, first=first, one_line=True
        )
        fields = _fields(source, first, location, known)
        lines, taken = lines[end + 1 :], taken + took
    fields.setdefault("key", Given(value=PurePath(location).stem, place=location))
    return Opened(fields=fields, lines=lines, taken=taken)


def _closing(lines: list[Line], start: int, location: str) -> int:
    for index in range(start + 1, len(lines)):
        if lines[index].text.rstrip() == _FENCE:
            return index
    raise SourceError(
        f"{location}:{lines[start].number}",
        "the front matter never ends",
        "close it with a line '---'",
    )


def _fields(source: str, first: int, location: str, known: Collection[str]) -> dict[str, Given]:
    """The fields of a YAML block whose first line is line `first` of the file."""

    def place(line: int) -> str:
        return f"{location}:{first + line}"

    fields: dict[str, Given] = {}
    try:
        for name, line, value in _pairs(source, place):
            if name not in known:
                raise unknown(name, known, place(line))
            if name in fields:
                raise SourceError(place(line), f"{name!r} stands there twice", "take one out")
            fields[name] = Given(value=_shaped(name, value, place(line)), place=place(line))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise SourceError(place(line), f"is not YAML ({error.problem})", _QUOTE_REMEDY) from None
    except yaml.YAMLError:
        raise SourceError(place(0), "is not YAML", _QUOTE_REMEDY) from None
    return {name: field for name, field in fields.items() if field.value}


def _shaped(name: str, value: str | tuple[str, ...], place: str) -> str | tuple[str, ...]:
    """The value as its field needs it: several for tags (`gut, mice` is two), else one."""
    if isinstance(value, str):
        return tuple(value.split(",")) if name == "tags" and value else value.strip()
    if name != "tags":
        raise SourceError(place, f"{name!r} is a list", _PLAIN_REMEDY)
    return value


def _pairs(
    source: str, place: Callable[[int], str]
) -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """Name, line from 0 and value of each field."""
    # Events, not nodes: an alias is seen before it is followed.
    events = (
        event for event in yaml.parse(source, Loader=_LOADER) if not isinstance(event, _FRAME)
    )
    start = next(events, None)
    if start is None:
        return
    if not isinstance(start, MappingStartEvent):
        raise SourceError(place(_line(start)), "is no field", _PLAIN_REMEDY)
    _refuse_extras(start, place)
    for event in events:
        if isinstance(event, MappingEndEvent):
            break
        name, line = _scalar(event, place), _line(event)
        value = next(events)
        if isinstance(value, SequenceStartEvent):
            _refuse_extras(value, place)
            yield name, line, tuple(_items(events, place))
        else:
            yield name, line, _scalar(value, place)
    if (more := next(events, None)) is not None:
        raise SourceError(place(_line(more)), "is a second YAML document", "take it out")


def _items(events: Iterator[Event], place: Callable[[int], str]) -> Iterator[str]:
    for event in events:
        if isinstance(event, SequenceEndEvent):
            return
        yield _scalar(event, place)


def _scalar(event: Event, place: Callable[[int], str]) -> str:
    _refuse_extras(event, place)
    if not isinstance(event, ScalarEvent):
        raise SourceError(place(_line(event)), "is more than one plain value", _PLAIN_REMEDY)
    empty = not event.style and event.value in ("~", "null")
    return "" if empty else event.value


def _refuse_extras(event: Event, place: Callable[[int], str]) -> None:
    tagged = isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None
    if tagged or (isinstance(event, NodeEvent) and event.anchor is not None):
        raise SourceError(place(_line(event)), "has a YAML anchor, alias or tag", _QUOTE_REMEDY)


def _line(event: Event) -> int:
    return event.start_mark.line if event.start_mark else 0
