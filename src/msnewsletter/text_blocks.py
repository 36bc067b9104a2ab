"""Paragraphs and lists of a plain text: an editor's list stays a list. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = re.compile(r"\n[ \t]*\n\s*")
# The signs with which people begin the points of a list, and what must follow.
_POINT = re.compile(r"[ \t]{0,8}(?:(?P<sign>[-*•‣◦·–])|(?P<number>\d{1,2})[.)])[ \t\u00a0]+(?=\S)")
# One alone is a list with these signs; with the others it may be a dash, or a sentence's number.
_SURE = frozenset("-*•‣◦")


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


def blocks_of(text: str) -> tuple[Block, ...]:
    """The paragraphs and lists of a text, in order; blank lines and lists part them."""
    parts = (block for part in _GAP.split(text.strip()) if part for block in _blocks(part))
    return tuple(_joined(parts))


class _Line(NamedTuple):
    text: str
    sign: str  # empty: it begins no point
    number: int


def _blocks(part: str) -> Iterator[Block]:
    lines = [_read(line) for line in part.split("\n")]
    if not _has_list(lines):
        yield Block(text=one_line(part))
        return
    before = [line.text for line in lines[: _first_point(lines)]]
    if before:
        yield Block(text=one_line("\n".join(before)))
    items: list[list[str]] = []
    start = 0
    for line in lines[len(before) :]:
        if line.sign:
            start = start if items else line.number
            items.append([line.text])
        else:
            items[-1].append(line.text)
    yield Block(items=tuple(one_line("\n".join(item)) for item in items), start=start)


def _read(line: str) -> _Line:
    found = _POINT.match(line)
    if found is None:
        return _Line(line, "", 0)
    return _Line(line[found.end() :], found["sign"] or "1", int(found["number"] or 0))


def _first_point(lines: list[_Line]) -> int:
    return next(index for index, line in enumerate(lines) if line.sign)


def _has_list(lines: list[_Line]) -> bool:
    points = [line for line in lines if line.sign]
    if any(point.sign in _SURE for point in points):
        return True
    # `12. ` at the beginning of a wrapped line is no second point after `3. `.
    return len(points) > 1 and all(
        not one.number or other.number == one.number + 1 for one, other in pairwise(points)
    )


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks, with lists whose points stand apart made one."""
    for is_list, group in groupby(blocks, key=lambda block: bool(block.items)):
        lists = list(group)
        if not is_list:
            yield from lists
            continue
        whole = lists[0]
        for one in lists[1:]:
            if bool(one.start) == bool(whole.start):
                whole = Block(items=whole.items + one.items, start=whole.start)
            else:
                yield whole
                whole = one
        yield whole
