"""The differences between two texts, line by line and word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORDS = re.compile(r"\s+|[^\s]+")
# Unchanged lines shown around a change.
_AROUND = 2
_WORDS_AROUND = 4
# Of longer texts, so many words have to be the same: else both are shown whole.
_LONG, _LIKE = 12, 0.4
# Comparisons of two words or lines, about a second's; two texts of 500 words need 300,000.
_MOST_PAIRS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words that are "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line: "same", "changed" (pieces of both), or "gap": so many unchanged ones left out."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    count: int = 0


def differences(before: str, after: str) -> tuple[DiffLine, ...]:
    """The lines that differ, with their differing words, and a few around; empty: no difference."""
    old, new = before.splitlines(), after.splitlines()
    found: list[DiffLine] = []
    for kind, a, b, c, d in _opcodes(old, new):
        if kind == "equal":
            pieces = [Piece(kind="same", text=line) for line in old[a:b]]
            found += [DiffLine(kind="same", pieces=(piece,)) for piece in pieces]
        else:
            found += _changed("\n".join(old[a:b]), "\n".join(new[c:d]))
    if all(line.kind == "same" for line in found):
        return ()
    return tuple(_shortened(found))


def changed_words(before: str, after: str) -> tuple[Piece, ...]:
    """The words that differ in two texts, in one line, with a few of the same words around each."""
    pieces = _pieces(" ".join(before.split()), " ".join(after.split()))
    last = len(pieces) - 1
    return tuple(
        replace(piece, text=_nearest(piece.text, first=not number, last=number == last))
        if piece.kind == "same"
        else piece
        for number, piece in enumerate(pieces)
    )


def _nearest(text: str, *, first: bool, last: bool) -> str:
    """Of words that are the same: those beside a change."""
    words = text.split(" ")
    if len(words) <= 2 * _WORDS_AROUND + 1:
        return text
    before = "" if first else " ".join(words[: _WORDS_AROUND + 1]) + " "
    after = "" if last else " " + " ".join(words[-_WORDS_AROUND - 1 :])
    return f"{before}…{after}"


def _changed(before: str, after: str) -> list[DiffLine]:
    """One line with the words of both; of texts that are unlike, one for each."""
    pieces = _pieces(before, after)
    if any(piece.kind == "same" for piece in pieces):
        return [DiffLine(kind="changed", pieces=pieces)]
    return [DiffLine(kind="changed", pieces=(piece,)) for piece in pieces]


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    same = 0
    for kind, a, b, c, d in _opcodes(old, new):
        if kind == "equal":
            same += _count_words(old[a:b])
            found.append(Piece(kind="same", text="".join(old[a:b])))
            continue
        found += _both("".join(old[a:b]), "".join(new[c:d]))
    longest = max(_count_words(old), _count_words(new))
    # A word here and there that two unlike texts share makes neither of them readable.
    return tuple(_both(before, after) if longest > _LONG and same < _LIKE * longest else found)


def _both(gone: str, came: str) -> list[Piece]:
    return [Piece(kind=kind, text=text) for kind, text in (("gone", gone), ("new", came)) if text]


def _count_words(parts: Sequence[str]) -> int:
    return sum(not part.isspace() for part in parts)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What difflib's `get_opcodes` says, in bounded time.

    difflib takes the cube of the length at worst: ten thousand words, half of them the same, took
    minutes. Where comparing takes too long, what is left counts as all changed.
    """
    a = c = 0
    for start, other, size in [*_matches(old, new), (len(old), len(new), 0)]:
        if a < start or c < other:
            kind = "replace" if a < start and c < other else "delete" if a < start else "insert"
            yield kind, a, start, c, other
        if size:
            yield "equal", start, start + size, other, other + size
        a, c = start + size, other + size


def _matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Where the two are the same, in order: position in both, and length."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    # A search through some of `old` looks at each place in `new` where one of them stands.
    places = Counter(new)
    pairs = [0, *accumulate(1 + places[one] for one in old)]
    begin = end = 0
    if pairs[-1] > _MOST_PAIRS:  # mostly a long text with one change: what is around it is plain
        begin = _alike(old, new)
        end = min(_alike(old[::-1], new[::-1]), len(old) - begin, len(new) - begin)
    found = [(0, 0, begin), (len(old) - end, len(new) - end, end)]
    left = [(begin, len(old) - end, begin, len(new) - end)]
    budget = _MOST_PAIRS
    while left:
        a, b, c, d = left.pop()
        budget -= pairs[b] - pairs[a]
        if budget < 0:
            continue
        start, other, size = matcher.find_longest_match(a, b, c, d)
        if size:
            found.append((start, other, size))
            left += [(a, start, c, other), (start + size, b, other + size, d)]
    joined: list[tuple[int, int, int]] = []
    for start, other, size in sorted(one for one in found if one[2]):
        if joined and (start, other) == (joined[-1][0] + joined[-1][2], sum(joined[-1][1:])):
            joined[-1] = (*joined[-1][:2], joined[-1][2] + size)
        else:
            joined.append((start, other, size))
    return joined


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first are the same in both."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def _shortened(lines: list[DiffLine]) -> list[DiffLine]:
    near = {
        number + step
        for number, line in enumerate(lines)
        if line.kind == "changed"
        for step in range(-_AROUND, _AROUND + 1)
    }
    shown: list[DiffLine] = []
    for number, line in enumerate(lines):
        if number in near:
            shown.append(line)
        elif shown and shown[-1].kind == "gap":
            shown[-1] = DiffLine(kind="gap", count=shown[-1].count + 1)
        else:
            shown.append(DiffLine(kind="gap", count=1))
    return shown
