"""The differences between two texts, line by line and word by word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s]+")
# Unchanged lines shown around a change.
_AROUND = 2
_WORDS_AROUND = 4


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
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
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
    line = _changed(" ".join(before.split()), " ".join(after.split()))[0]
    last = len(line.pieces) - 1
    return tuple(
        replace(piece, text=_nearest(piece.text, first=not number, last=number == last))
        if piece.kind == "same"
        else piece
        for number, piece in enumerate(line.pieces)
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
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(kind="same", text="".join(old[a:b])))
            continue
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        both = (("gone", gone), ("new", came))
        pieces += [Piece(kind=which, text=text) for which, text in both if text]
    return [DiffLine(kind="changed", pieces=tuple(pieces))]


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
