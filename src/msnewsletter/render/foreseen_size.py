"""Refuses what a template would make too large at once, before it is made; counts what it made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from jinja2.exceptions import SecurityError
from markupsafe import Markup

from msnewsletter.render.allowance import CHARACTERS, present

if TYPE_CHECKING:
    from collections.abc import Callable

# Characters of one text: nearly twice as many as the page of an issue of 10,000 entries has.
TEXT: Final = 5_000_000
# The largest number that may be a width, a count of columns or of decimal places.
_WIDTH = 1_000
# Places for values in a text that is a format.
_FIELDS = 100
# Bits of a number that is multiplied or raised to a power.
_BITS = 4_096
# What a place in a list takes, in characters, with what stands there.
PLACE = 32
_PLACES = CHARACTERS // PLACE
# Values that are shown as they are.
PLAIN = frozenset({str, Markup, bool, int, float, type(None)})
COLLECTIONS = (list, tuple, dict, set, frozenset)
_BY_NUMBER = frozenset(
    {"batch", "center", "indent", "ljust", "rjust", "round", "slice", "to_bytes", "zfill"}
)
# A width of four digits or one that is given with the values: `%*d`, `%9999d`, `{:9999}`, `{:{}}`.
PERCENT_WIDTH = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\d*\.)?(?:\*|\d{4})")
BRACE_WIDTH = re.compile(r"\{[^{}]*:[^{}]*(?:\{|\d{4})")


def count_made(made: Any) -> Any:
    """What was made, its size taken from the allowance."""
    if isinstance(made, str):
        foresee_size(len(made))
        present().take_characters(len(made))
    elif isinstance(made, COLLECTIONS):
        present().take_characters(PLACE * len(made))
    return made


def foresee(name: str, text: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Refuse what would be too large: a text's method, or a filter, with these arguments."""
    given = (*args, *named.values())
    if name in _BY_NUMBER and any(isinstance(one, int) and one > _WIDTH for one in given):
        raise SecurityError(f"{name}: the number is larger than {_WIDTH:,}")
    if name == "format" and isinstance(text, str):
        refuse_widths(PERCENT_WIDTH, text)
        foresee_format(text, named or given)
    elif name == "sum" and any(isinstance(one, (list, tuple)) for one in given):
        raise SecurityError("sum: adds numbers, not lists")
    elif name in _INSERTING and isinstance(text, str):
        longest = max((len(one) for one in given if isinstance(one, str)), default=1)
        if name == "indent":
            longest = max([longest, *(one for one in given if isinstance(one, int))])
        foresee_size(_INSERTING[name](text, given) * longest)


# How often each may insert something into a text, at most.
_INSERTING: dict[str, Callable[[str, tuple[Any, ...]], int]] = {
    "replace": lambda text, given: text.count(given[0]) if isinstance(given[0], str) else 0,
    "indent": lambda text, _: text.count("\n") + 1,
    "wordwrap": lambda text, _: len(text),
    "wrap": lambda text, _: len(text),
}


def foresee_join(several: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Refuse what joining all of these would make too large."""
    if isinstance(several, (list, tuple)):
        between = [one for one in (*args, *named.values()) if isinstance(one, str)]
        for one in several:
            refuse_collections("join", one)
        whole = sum(len(one) for one in several if isinstance(one, str))
        foresee_size(whole + len(several) * sum(map(len, between)))


def foresee_format(text: str, values: Any) -> None:
    """Refuse what `%` or `format` would make too large of these values."""
    fields = text.count("%") + text.count("{")
    if fields > _FIELDS:
        raise SecurityError(f"a text with more than {_FIELDS} places for values")
    if isinstance(values, dict):
        values = tuple(values.values())
    whole = 0
    for one in values if isinstance(values, tuple) else (values,):
        refuse_collections("format", one)
        whole += len(one) if isinstance(one, str) else 0
    foresee_size(len(text) + fields * whole)


def foresee_product(left: Any, right: Any) -> None:
    """Refuse what multiplying these would make too large."""
    if isinstance(left, int) and isinstance(right, int):
        refuse_bits(left.bit_length() + right.bit_length())
    for several, times in ((left, right), (right, left)):
        if isinstance(times, int):
            if isinstance(several, str):
                foresee_size(len(several) * times)
            elif isinstance(several, (list, tuple)) and len(several) * times > _PLACES:
                raise SecurityError(f"would make a list of more than {_PLACES:,} items")


def foresee_size(size: int) -> None:
    """Refuse a text of so many characters, where they are too many."""
    if size > TEXT:
        raise SecurityError(f"would make more than {TEXT:,} characters of text")


def refuse_bits(bits: int) -> None:
    """Refuse a number of so many bits, where they are too many."""
    if bits > _BITS:
        raise SecurityError("makes too large a number")


def refuse_widths(widths: re.Pattern[str], text: str) -> None:
    """Refuse a format with a large width."""
    if found := widths.search(text):
        raise SecurityError(f"the width in {found[0]!r} is too large, or given with the values")


def refuse_collections(name: str, value: Any) -> None:
    """Refuse a collection where a text is wanted."""
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        raise SecurityError(f"{name}: takes a text, and this is a {type(value).__name__}")


def refuse_all_collections(name: str, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Refuse collections among what a filter or a method of texts is given."""
    for one in (*args, *named.values()):
        refuse_collections(name, one)


def shown(value: Any) -> Any:
    """What `{{ }}` shows: anything but a collection, which would show Python's notation."""
    if type(value) not in PLAIN:
        refuse_collections("{{ }}", value)
    return value
