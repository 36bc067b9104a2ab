"""Mail addresses in header fields of strangers. Pure.

The standard library's parser of addresses calls itself for each parenthesis, and fails after a
thousand of them (Python 3.11). Names and comments are of no use here, so this one looks for
addresses alone, in time that grows with the length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Values of one header that are looked at, and characters of each.
_VALUES, _LENGTH = 20, 4_000
_CHARACTERS: Final = r'[^\s@<>(),;:\\"]'
_BARE: Final = re.compile(rf"(?<!{_CHARACTERS}){_CHARACTERS}{{1,64}}+@{_CHARACTERS}{{1,255}}+")
_IN_BRACKETS: Final = re.compile(rf"<({_CHARACTERS}{{1,64}}+@{_CHARACTERS}{{1,255}}+)>")
_QUOTED: Final = re.compile(r'"[^"]*"')


def header_addresses(values: Iterable[str]) -> list[str]:
    """The addresses in the values of a header, as they stand there, without names and comments."""
    found: list[str] = []
    for value in list(values)[:_VALUES]:
        text = _QUOTED.sub(" ", value[:_LENGTH])
        # A name may itself look like an address; what is in brackets is none.
        found += _IN_BRACKETS.findall(text) or _BARE.findall(text)
    return found
