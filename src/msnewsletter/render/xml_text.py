"""Removes the characters that XML and HTML cannot carry. Pure; changes no other text.

Sources refuse most of them already. This is the last check before feedgen and lxml, where one
control character would lose a whole feed.
"""

from __future__ import annotations

import dataclasses
import operator
import re
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

from msnewsletter.text import NONCHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# XML 1.0 (fifth edition), section 2.2: outside `Char`, or in its list of discouraged ones; HTML
# Living Standard, 13.2.3.5: controls other than white space, surrogates and noncharacters.
_ILLEGAL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}]")
_SUSPECT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}]")
# Parsers of both turn these into one line feed; done here, every format agrees.
_LINE_ENDS = re.compile(r"\r\n?")


def legal(text: str) -> str:
    """The text without illegal characters, its lines ended by line feeds."""
    # Nearly always, and many times as quick; of a page nearly every line.
    if text.isprintable() or not any(map(_is_suspect, text.split("\n"))):
        return text
    return _ILLEGAL.sub("", _LINE_ENDS.sub("\n", text))


def _is_suspect(line: str) -> bool:
    return not line.isprintable() and _SUSPECT.search(line) is not None


def uri(url: str) -> str:
    """The URL with what RFC 3986 does not allow percent-encoded, and nothing encoded twice."""
    return quote(legal(url), safe="!#$%&'()*+,/:;=?@[]~")


def cleaned(thing: T) -> T:
    """A copy of a frozen thing in which every text is legal, at any depth.

    Keys stay as they are: page names derive from them, and must be the same for everyone.
    """
    return cast("T", _cleaned(thing))


def _cleaned(value: Any) -> Any:  # noqa: ANN401  (a field may hold anything)
    kind: Any = type(value)
    return _cleaner(kind)(value)


@cache
def _cleaner(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401  (any type at all)
    """What cleans values of a type; an issue has thousands of them, of twenty types."""
    if issubclass(kind, Enum):
        return _as_it_is
    if issubclass(kind, str):
        return legal
    if issubclass(kind, tuple):
        return _cleaned_tuple
    if dataclasses.is_dataclass(kind):
        return partial(_cleaned_fields, _names(kind))
    return _as_it_is


def _as_it_is(value: T) -> T:
    return value


def _cleaned_tuple(value: tuple[Any, ...]) -> tuple[Any, ...]:
    parts = tuple(map(_cleaned, value))
    return value if _same(parts, value) else parts


def _cleaned_fields(names: tuple[str, ...], value: Any) -> Any:  # noqa: ANN401  (a dataclass)
    before = tuple([getattr(value, name) for name in names])
    after = tuple(map(_cleaned, before))
    # Mostly nothing is to be cleaned, and a copy would cost the most.
    if _same(after, before):
        return value
    return dataclasses.replace(value, **dict(zip(names, after, strict=True)))


def _same(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    return all(map(operator.is_, some, others))


def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401  (a dataclass)
    return tuple(each.name for each in dataclasses.fields(kind) if each.name != "key")
