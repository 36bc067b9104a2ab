"""Words that people look for, and texts in which they are found whatever their case and accents.

Pure. Knows nothing of what is searched.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Of what somebody looks for: a headline is pasted whole, an archive is not.
WORDS_LIMIT = 40
_TYPED_LIMIT = 1_000  # characters

# Letters that no decomposition of Unicode makes plain, and that people type plainly.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# What a copied text is broken or joined with, and nobody types.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})


def folded(text: str) -> str:
    """The text without case, accents and whatever does not print, on one line.

    The same for all ways of writing one letter: NFKD, without marks, case-folded.
    """
    if text.isascii() and text.isprintable():  # nearly all there is, in a tenth of the time
        return " ".join(text.casefold().split())
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
        text = unicodedata.normalize("NFKD", text)
    return " ".join("".join(map(_folded_letter, text)).split())


@cache
def _folded_letter(letter: str) -> str:
    if unicodedata.category(letter) in _UNSEEN:
        return ""
    return letter.casefold() if letter.isprintable() else " "


def folded_line(texts: Iterable[str | None]) -> str:
    """What is searched of several texts; a word is found in one of them, never across two."""
    return "\n".join(dict.fromkeys(filter(None, (folded(text) for text in texts if text))))


def words_in(typed: str) -> tuple[str, ...]:
    """The words to look for, folded, each once, WORDS_LIMIT at most."""
    words = dict.fromkeys(folded(typed[:_TYPED_LIMIT]).split())
    return tuple(words)[:WORDS_LIMIT]


def has_words(line: str, words: Iterable[str]) -> bool:
    """Whether a folded line holds all of the words."""
    return all(word in line for word in words)
