"""Small facts about words: how many, how long to read, which way, how wide. Pure.

Never changes a word, only where a text is cut.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from msnewsletter.text_cut import ELLIPSIS, shorten
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME_LIMIT = 70  # characters of a headline that name a study in a link or in the contents
WIDTH = 72  # characters a line of plain text (RFC 2646's and every mail program's habit)

# Adults read 238 words of English a minute (Brysbaert 2019); we assume 200, for tired readers.
_WORDS_A_MINUTE = 200

# How letters run, by their Bidi_Class: UAX #9, table 4.
LETTERS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def name_of(headline: str) -> str:
    """A headline's first words, by which a link or a list names its study."""
    line = one_line(headline)
    if len(line) <= NAME_LIMIT:
        return line
    kept = line[: max(0, line.rfind(" ", 0, NAME_LIMIT))]
    # The plain case, a word's end, needs none of `shorten`'s care and a tenth of its time.
    plain = len(kept) > NAME_LIMIT // 2 and kept.isascii() and kept[-1].isalpha()
    return kept + ELLIPSIS if plain else shorten(line, limit=NAME_LIMIT)


def made_unique(texts: Iterable[str], *, beside: Iterable[str] = ()) -> list[str]:
    """The texts, each with a number where it sounds like an earlier one, or one of `beside`.

    Link texts are read out without their surroundings: no two may be the same, whatever their
    capitals and spaces.
    """
    apart, taken = [], Counter[str](map(_sound, beside))
    for text in texts:
        unique, sound = text, _sound(text)
        while taken[_sound(unique)]:
            taken[sound] += 1
            unique = f"{text} ({taken[sound]})"
        taken[_sound(unique)] += 1
        apart.append(unique)
    return apart


def _sound(text: str) -> str:
    return " ".join(text.split()).casefold()


def counted(number: int, noun: str) -> str:
    """`1 study`, `5 studies`, in the desk's English: the noun ends in `y`, or takes an `s`."""
    if number == 1:
        return f"1 {noun}"
    plural = noun.removesuffix("y") + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {plural}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def reading_minutes(texts: Iterable[str]) -> int:
    """The time they take to read, in whole minutes rounded up; at least one."""
    words = sum(len(text.split()) for text in texts)
    return max(1, -(-words // _WORDS_A_MINUTE))


def direction(text: str, neutral: str = "ltr") -> str:
    """`rtl` or `ltr`, as most of its letters run; `neutral` where none has a direction.

    Not by the first one (UAX #9, rules P2 and P3): an Arabic sentence may begin with "MS". Where as
    many run either way, the first decides.
    """
    if text.isascii():  # mostly, and twenty times as quick
        return "ltr" if any(map(str.isalpha, text)) else neutral
    kinds = Counter[str]()
    for letter in text:
        if kind := LETTERS.get(unicodedata.bidirectional(letter)):
            kinds[kind] += 1
    return kinds.most_common(1)[0][0] if kinds else neutral


def wrap(text: str, indent: str = "") -> str:
    """Lines of at most 72 characters, the later ones indented; a longer word keeps its own line.

    Only ordinary white space is a place to break: no-break spaces, hyphens and URLs stay whole.
    """
    return textwrap.fill(
        one_line(text),
        width=WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
