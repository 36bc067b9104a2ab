"""What an endpoint answered, as JSON: its objects, or why there are none.

Owns what an answer may be: its encoding, its size in values, and where an error is in it. Pure.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.errors import BadValueError, SourceError, printable
from msnewsletter.json_path import MOST_FOUND
from msnewsletter.sources.json_values import JsonObject, kind_of, parsed
from msnewsletter.text import quoted, quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.json_path import JsonPath

# A value costs 100 bytes of memory and more, 2 bytes of text: 5 MB of `[],` would be 200 MB. Texts
# of summaries have a comma in 50 characters.
_MOST_VALUES: Final = 500_000
_TRY_LATER: Final = "look at it in a browser; the next look tries again"
_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonPage:
    """One answer.

    Attributes:
        value: all of it.
        objects: what `items` names in it.
    """

    value: Any
    objects: tuple[Any, ...]


def read_answer(data: bytes, *, place: str, items: JsonPath, secret: str | None = None) -> JsonPage:
    """The answer in the bytes of a document; raises SourceError.

    `secret` is left out of what is quoted: some servers say again what they were sent.
    """
    value = _value(_text(data, place), place)
    try:
        objects = items.values_in(value)
        if (fault := _error_in(value, secret)) and not _is_sound(objects, value):
            raise SourceError(place, f"answers with an error, {fault}", _TRY_LATER)
        if len(objects) > MOST_FOUND:
            problem = f"has more than {MOST_FOUND:,} objects at items"
            raise SourceError(place, problem, "ask for them page by page")
        if not _is_sound(objects, value) and not (_is_empty(items, value) and not objects):
            problem = f"has no object at items ({items.text})"
            raise SourceError(place, problem, _way_to_objects(value))
    except BadValueError as error:
        raise SourceError(place, error.problem, error.remedy) from None
    return JsonPage(value=value, objects=tuple(objects))


def _text(data: bytes, place: str) -> str:
    """The text of an answer (RFC 8259, section 8.1: UTF-8); raises SourceError."""
    if not data.strip():
        raise SourceError(place, "answers with nothing", _TRY_LATER)
    if data.lstrip()[:1] == b"<":
        problem = "is a web page or XML, not JSON"
        raise SourceError(place, problem, "correct url; if it wants a login, name its token")
    if data.startswith(_BOMS) or b"\0" in data:
        remedy = "ask who runs it for UTF-8"
        raise SourceError(place, "is not UTF-8, but UTF-16 or no text at all", remedy)
    try:
        return data.decode().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 (byte {error.start + 1:,})"
        raise SourceError(place, problem, "ask who runs it for UTF-8") from None


def _value(text: str, place: str) -> object:
    if sum(map(text.count, ",[{")) > _MOST_VALUES:
        problem = f"holds more than {_MOST_VALUES:,} values"
        raise SourceError(place, problem, "ask for less of it, or page by page")
    try:
        return parsed(text, f"{place}, answer")
    except SourceError as error:
        raise SourceError(error.place, error.problem, _TRY_LATER) from None


def _is_sound(objects: list[Any], value: object) -> bool:
    """Whether a path leads to objects: at least every other value is one, and none is an error."""
    error = value.get("error") if isinstance(value, JsonObject) else None
    found = sum(isinstance(one, JsonObject) and one is not error for one in objects)
    return found > 0 and found * 2 >= len(objects)


def _is_empty(items: JsonPath, value: object) -> bool:
    """Whether the list that a path goes through is there, without an object that it takes."""
    above = items.parent.values_in(value) if items.parent else []
    return any(isinstance(one, list) for one in above)


def _error_in(value: object, secret: str | None) -> str | None:
    """What an answer says went wrong, in quotes; None: it says nothing of the kind."""
    said = next(_sayings(value), None) if isinstance(value, JsonObject) else None
    if said is None:
        return None
    return printable(quoted(said.replace(secret, "…") if secret else said))


def _sayings(value: JsonObject) -> Iterator[str]:
    """Texts where people put the words about an error (RFC 9457's `detail` and `title` too)."""
    for name in ("error", "errors", "message", "detail", "title"):
        found = value.get(name)
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, str) and first.strip():
            yield first
        elif isinstance(first, JsonObject):
            yield from _sayings(first)


def _way_to_objects(value: object) -> str:
    """The remedy for a path that leads to no object: where there are some."""
    if isinstance(value, list):
        return 'write items = "$[*]"' if value else _TRY_LATER
    if not isinstance(value, JsonObject):
        return f"it is {kind_of(value)}: correct url"
    lists = [name for name, one in value.items() if isinstance(one, list) and name.isidentifier()]
    if lists:
        return f'write items = "$.{lists[0]}[*]", if they are there'
    names = ", ".join(map(quoted_value, list(value)[:5])) or "nothing"
    return f"say in items where they are: the answer has {names}"
