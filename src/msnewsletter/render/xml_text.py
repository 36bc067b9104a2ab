"""Removes the characters that XML and HTML cannot carry. Pure; changes no other text.

Sources refuse most of them already. This is the last check before feedgen and lxml, where one
control character would lose a whole feed.
"""

from __future__ import annotations

import dataclasses
import operator
import re
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import quote

from msnewsletter.text import NONCHARACTERS

T = TypeVar("T")

# XML 1.0 (fifth edition), section 2.2: outside `Char`, or in its list of discouraged ones; HTML
# Living Standard, 13.2.3.5: controls other than white space, surrogates and noncharacters.
_ILLEGAL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}]")
_SUSPECT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}]")
# Parsers of both turn these into one line feed; done here, every format agrees.
_LINE_ENDS = re.compile(r"\r\n?")


def legal(text: str) -> str:
    """The text without illegal characters, its lines ended by line feeds."""
    # Nearly always, and many times as quick.
    if text.isprintable() or _SUSPECT.search(text) is None:
        return text
    return _ILLEGAL.sub("", _LINE_ENDS.sub("\n", text))


def uri(url: str) -> str:
    """The URL with what RFC 3986 does not allow percent-encoded, and nothing encoded twice."""
    return quote(legal(url), safe="!#$%&'()*+,/:;=?@[]~")


def cleaned(thing: T) -> T:
    """A copy of a frozen thing in which every text is legal, at any depth.

    Keys stay as they are: page names derive from them, and must be the same for everyone.
    """
    return cast("T", _cleaned(thing))


def _cleaned(value: Any) -> Any:  # noqa: ANN401  (a field may hold anything)
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, tuple):
        parts = tuple(_cleaned(each) for each in value)
        return value if _same(parts, value) else parts
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = _names(type(value))
        before = tuple(getattr(value, name) for name in names)
        after = tuple(_cleaned(each) for each in before)
        # Mostly nothing is to be cleaned, and a copy would cost the most.
        if _same(after, before):
            return value
        return dataclasses.replace(value, **dict(zip(names, after, strict=True)))
    return value


def _same(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    return all(map(operator.is_, some, others))


@cache
def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401  (a dataclass)
    return tuple(each.name for each in dataclasses.fields(kind) if each.name != "key")
