"""Paragraphs and lists of a plain text: an editor's list stays a list. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = re.compile(r"\n[ \t]*\n\s*")
# The signs with which people begin the points of a list, and what must follow.
_POINT = re.compile(
    r"[ \t]{0,8}(?:(?P<sign>[-+*•‣◦·–])|(?P<number>[1-9]\d?)[.)])[ \t\u00a0]+(?=\S)"
)
# These begin points and little else; the others may be a dash, or the number of a sentence.
_BULLETS = frozenset("-*•‣◦")
_BULLET, _NUMBER = "•", "1"
# What may stand at the end of the line above a list.
_ENDS = tuple(":：.!?…;。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, or a list.

    Attributes:
        text: the paragraph on one line; empty for a list.
        items: the points of the list, each on one line, without its sign.
        start: the number of the first point; 0: the points have no numbers.
    """

    text: str = ""
    items: tuple[str, ...] = ()
    start: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """The paragraph, or the points."""
        return self.items or (self.text,)


# Mail, pages, feeds and checks ask for the same sections, a dozen times each.
@lru_cache(maxsize=64)
def blocks_of(text: str) -> tuple[Block, ...]:
    """The paragraphs and lists of a text, in order; blank lines and lists part them."""
    parts = (block for part in _GAP.split(text.strip()) if part for block in _blocks(part))
    return tuple(_joined(parts))


def first_points(block: Block, *, limit: int, longest: int) -> Block:
    """A list with its first points only: so many characters, but the first point always.

    A point of more than `longest` characters is cut at a word.
    """
    shown: list[str] = []
    length = 0
    for point in block.items:
        length += len(point)
        if shown and length > limit:
            break
        shown.append(shorten(point, limit=longest))
    return replace(block, items=tuple(shown))


def has_list(text: str) -> bool:
    """Whether some of it is a list."""
    return any(block.items for block in blocks_of(text))


def is_point(line: str) -> bool:
    """Whether a line begins as a point of a list does."""
    return _POINT.match(line) is not None


class _Line(NamedTuple):
    whole: str
    point: str = ""  # what follows its sign
    kind: str = ""  # of the sign; empty: it begins no point
    number: int = 0


def _blocks(part: str) -> Iterator[Block]:
    lines = [_read(line) for line in part.split("\n")]
    kind = _kind_of_list(lines)
    if not kind:
        yield Block(text=one_line(part))
        return
    first = next(index for index, line in enumerate(lines) if line.kind == kind)
    if before := [line.whole for line in lines[:first]]:
        yield Block(text=one_line("\n".join(before)))
    items: list[list[str]] = []
    for line in lines[first:]:
        if line.kind == kind:
            items.append([line.point])
        else:
            items[-1].append(line.whole)
    texts = tuple(one_line("\n".join(item)) for item in items)
    yield Block(items=texts, start=lines[first].number)


def _read(line: str) -> _Line:
    found = _POINT.match(line)
    if found is None:
        return _Line(line)
    point, sign, number = line[found.end() :], found["sign"], int(found["number"] or 0)
    kind = _NUMBER if number else _BULLET if sign in _BULLETS else sign
    return _Line(line, point, kind, number)


def _kind_of_list(lines: list[_Line]) -> str:
    """The kind of the signs that begin the points of a list; empty: there is no list."""
    kinds = dict.fromkeys(line.kind for line in lines if line.kind)
    return next((kind for kind in kinds if _is_list(kind, lines)), "")


def _is_list(kind: str, lines: list[_Line]) -> bool:
    """Whether the signs of a kind are those of a list, not of a paragraph that was wrapped."""
    points = [line for line in lines if line.kind == kind]
    first = lines.index(points[0])
    several = len(points) > 1
    # A dash or a number within a sentence may come to stand at a line's beginning.
    apart = first == 0 or lines[first - 1].whole.rstrip().endswith(_ENDS)
    if kind == _BULLET:
        return several or apart
    if kind == _NUMBER:
        # Markdown lets all be `1.`, and counts by itself.
        in_order = all(one.number + 1 == other.number for one, other in pairwise(points)) or all(
            one.number == 1 for one in points
        )
        return several and in_order and (apart or points[0].number == 1)
    return several and apart


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks, with lists whose points stand apart made one."""
    open_list: list[str] = []
    start = 0
    for block in blocks:
        goes_on = bool(block.items) and block.start == (start and start + len(open_list))
        if open_list and not goes_on:
            yield Block(items=tuple(open_list), start=start)
            open_list = []
        if not block.items:
            yield block
            continue
        start = start if open_list else block.start
        open_list += block.items
    if open_list:
        yield Block(items=tuple(open_list), start=start)
