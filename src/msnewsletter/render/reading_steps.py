"""Counts the steps of what a filter, a test, a method or a comparison reads in one go."""

from __future__ import annotations

from itertools import chain
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from msnewsletter.render.allowance import present
from msnewsletter.render.foreseen_size import COLLECTIONS, PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

# Characters that are read in one step, and that a search compares in the time it reads one.
_READ = 8
_SOUGHT = 32
ITEM = 2  # steps of reading one item of a list
_WITHIN = 20  # of entering a list
TAKEN = 20  # of a filter's taking it, with an attribute perhaps
_OBJECT = 20  # of comparing what is neither text nor number
# Steps of one character in filters that take longer than Python's own methods do.
_SLOW: dict[str, int] = {
    **dict.fromkeys(("indent", "urlencode", "wordcount"), 1),
    **dict.fromkeys(("align", "bdi_in", "dir", "dir_in", "runs", "isolated", "wrap"), 2),
    **dict.fromkeys(("striptags", "title"), 4),
    "wordwrap": 20,
}
# A line without a space is cut again for each line that comes of it.
_WRAPPING = frozenset({"wordwrap", "wrap"})
_WRAPPED = 500  # characters of such a line that take one step more for each of them
_SEARCHING = frozenset(
    {
        *("count", "find", "index", "partition", "replace", "rfind", "rindex", "rpartition"),
        *("rsplit", "split", "strip", "lstrip", "rstrip", "trim"),
    }
)
_EMPTY: dict[str, str] = {}
_KEYS, _VALUES, _PAIRS = type(_EMPTY.keys()), type(_EMPTY.values()), type(_EMPTY.items())
_BY_HASH = (dict, set, frozenset, _KEYS, _PAIRS)
# What is read through, with what is in it.
WALKED = (*COLLECTIONS, range, _KEYS, _VALUES, _PAIRS)


def watched(value: Any) -> Any:
    """The value; of what gives its items one by one, with each counted as it comes."""
    return _each_watched(value) if isinstance(value, GeneratorType) else value


def _each_watched(several: Iterator[Any]) -> Iterator[Any]:
    allowance = present()
    for one in several:
        allowance.take_steps(TAKEN)
        yield one


def read(*given: Any) -> None:
    """Count the steps of reading all of it, with whatever is within: a list twice, if twice in."""
    allowance, waiting = present(), list(given)
    while waiting:
        several = waiting.pop()
        allowance.take_steps(_WITHIN + ITEM * len(several))
        if isinstance(several, range):
            continue
        characters = 0
        for one in chain(several, several.values()) if isinstance(several, dict) else several:
            if isinstance(one, str):
                characters += len(one)
            elif isinstance(one, WALKED):
                waiting.append(one)
        allowance.take_steps(characters // _READ)


def read_text(name: str, text: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Count the steps of a text's method or filter."""
    read(args, named.values())
    if not isinstance(text, str):
        return
    size = len(text)
    steps = size * _SLOW[name] if name in _SLOW else size // _READ
    if name in _WRAPPING and size > _WRAPPED:
        steps += size * (max(map(len, text.splitlines()), default=0) // _WRAPPED)
    elif name in _SEARCHING:
        longest = max((len(one) for one in args if isinstance(one, str)), default=0)
        steps *= 1 + longest // _SOUGHT
    present().take_steps(steps)


def read_compared(left: Any, right: Any, *, within: bool) -> None:
    """Count the steps of comparing two values, or of looking for the left one in the right one."""
    if isinstance(right, str):
        if isinstance(left, str):
            compared = len(right) if within else min(len(left), len(right))
            present().take_steps((compared // _READ) * (1 + within * (len(left) // _SOUGHT)))
    elif isinstance(right, WALKED):
        if isinstance(left, WALKED):
            read((left,), (right,))
        if within and not isinstance(right, _BY_HASH):
            each = 1 + len(left) // _SOUGHT if isinstance(left, str) else 1
            present().take_steps(len(right) * (each if type(left) in PLAIN else _OBJECT))
