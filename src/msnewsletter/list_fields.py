"""The fields of a summary that are lists, and how people write each of them as one text.

Owns the signs that part one text into several, and put several together. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.text_blocks import blocks_of, has_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ListForm:
    """How a list is written as one text.

    Attributes:
        split: the parts of a text, without the blank ones.
        between: what stands between two parts, where they are shown as one text.
    """

    split: Callable[[str], tuple[str, ...]]
    between: str

    def joined(self, parts: Iterable[str]) -> str | None:
        """The parts as one text; None: its parts would be others."""
        kept = tuple(part.strip() for part in parts)
        text = self.between.join(kept)
        return text if self.split(text) == kept else None


def _parted_by(signs: str) -> Callable[[str], tuple[str, ...]]:
    any_sign = re.compile(f"[{re.escape(signs)}]")

    def split(text: str) -> tuple[str, ...]:
        return tuple(part for part in map(str.strip, any_sign.split(text)) if part)

    return split


def points_in(text: str) -> tuple[str, ...]:
    """The points of its lists and its paragraphs, on one line each."""
    return tuple(part for block in blocks_of(text) for part in block.texts if part)


def _lines_in(text: str) -> tuple[str, ...]:
    """The points of a list; where there is none, the lines."""
    if has_list(text):
        return points_in(text)
    return _parted_by("\n")(text)


LIST_FIELDS: Mapping[str, ListForm] = {
    "tags": ListForm(split=_parted_by(","), between=", "),
    "evidence": ListForm(split=_parted_by(",;"), between=", "),
    # `Smith, J.` is one author, and a sentence has commas.
    "authors": ListForm(split=_parted_by(";"), between="; "),
    "key_messages": ListForm(split=_lines_in, between="\n"),
}
