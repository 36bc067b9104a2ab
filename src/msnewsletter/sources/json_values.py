"""JSON values as their text gives them: numbers, names that are given twice, and what is no JSON.

Owns how JSON is parsed, and the words for its types. Pure.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from msnewsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WHITE = re.compile(r"[ \t\n\r]*")  # RFC 8259, section 2
# Digits of a whole number that is kept exactly: ids have at most 39, those of 128 bits. Python
# refuses to read 4,301 at once.
_DIGITS: Final = 40


class JsonObject(dict[str, Any]):
    """A JSON object, with a name that it gives twice."""

    twice: str | None = None


_KINDS: Mapping[type, str] = {
    int: "a number",
    float: "a number",
    str: "text",
    bool: "true or false",
    list: "a list",
    type(None): "nothing",
}


def kind_of(value: object) -> str:
    """What a value is, for people."""
    return _KINDS.get(type(value), "an object")


def parsed(text: str, place: str, *, first: int = 1) -> object:
    """The JSON value of a text that begins at line `first` of a place; raises SourceError."""
    with _as_refusal(place, first):
        return cast("object", _DECODER.decode(text))


def each_item(text: str, place: str) -> Iterator[object]:
    """The items of an array, one after the other, or the one value; raises SourceError."""
    at = _next(text, 0)
    if not text.startswith("[", at):
        yield parsed(text, place)
        return
    at = _next(text, at + 1)
    end = text.startswith("]", at)
    while not end:
        with _as_refusal(place, 1):
            value, at = _DECODER.raw_decode(text, at)
            at = _next(text, at)
            end = text.startswith("]", at)
            if not end:
                if not text.startswith(",", at):
                    raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
                at = _next(text, at + 1)
        yield value
    with _as_refusal(place, 1):
        if (at := _next(text, at + 1)) < len(text):
            raise json.JSONDecodeError("Extra data", text, at)


def _next(text: str, at: int) -> int:
    """Where the next sign that means something to JSON is."""
    return cast("re.Match[str]", _WHITE.match(text, at)).end()


@contextmanager
def _as_refusal(place: str, first: int) -> Iterator[None]:
    """Raise as SourceError what JSON says of a text that begins at line `first`."""
    try:
        yield
    except json.JSONDecodeError as error:
        problem = f"is not JSON ({error.msg}, column {error.colno})"
        line = f"{place}:{first + error.lineno - 1}"
        raise SourceError(line, problem, "correct that line") from None
    except RecursionError:
        problem = "is nested too deeply"
        raise SourceError(f"{place}:{first}", problem, "write plain objects") from None


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        found.twice = next(name for name, count in counts.items() if count > 1)
    return found


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole)
