"""Small facts about words: the first sentence, how many, how long to read, which way. Pure.

English rules where a language is needed; never changes a word, only where a text is cut.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from msnewsletter.issue.teaser import ELLIPSIS, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

CAUTION_LIMIT = 200  # characters: two or three lines on a phone's screen twice
NAME_LIMIT = 70  # characters of a headline that name a study in a link or in the contents
WIDTH = 72  # characters a line of plain text (RFC 2646's and every mail program's habit)

# Adults read 238 words of English a minute (Brysbaert 2019); we assume 200, for tired readers.
_WORDS_A_MINUTE = 200

# Only what must change: single spaces, no-break spaces and typographic ones are kept.
_GAP = re.compile(r"[ \t\n\r\f\v]{2,}|[\t\n\r\f\v]")
# The end of a sentence, with what closes around it. Full-width marks need no space after them.
_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?= )|[。！？]+[」』”’）]*)")
_WORD_START = re.compile(r"[\s(\[“\"'‘«/–—-]")
_OPENING = "\"'“‘«([¿¡„ "
# A full stop after these ends no sentence. `Ms.` is left out: here it is a sentence about MS.
_ABBREVIATIONS = frozenset(
    {"al", "approx", "ca", "cf", "dr", "eg", "hr", "ie", "jr", "mr", "mrs"}
    | {"prof", "resp", "sr", "st", "viz", "vs"}
)
# Nor after these, if a number follows.
_BEFORE_NUMBERS = frozenset(
    {"ch", "eq", "fig", "figs", "no", "nos", "nr", "p", "pp", "ref", "refs", "sec", "tab", "vol"}
)
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def one_line(text: str) -> str:
    """The text with line breaks, tabs and runs of spaces made one space each."""
    if text.isprintable() and "  " not in text:  # nearly always, and ten times as quick
        return text.strip(" ")
    return _GAP.sub(" ", text).strip(" ")


def first_sentence(text: str, *, limit: int = CAUTION_LIMIT) -> str:
    """The first sentence, on one line; cut at a word, with an ellipsis, if longer than `limit`.

    Where it is unsure whether a full stop ends a sentence (`e.g. `, `et al. `, `Dr. `, `vitamin
    D. `) it takes more rather than less: half a caution may say the opposite.
    """
    line = one_line(text)
    end = next((mark.end() for mark in _END.finditer(line) if _ends(line, mark)), len(line))
    return line[:end] if end <= limit else shorten(line[:end], limit=limit)


def name_of(headline: str) -> str:
    """A headline's first words, by which a link or a list names its study."""
    line = one_line(headline)
    if len(line) <= NAME_LIMIT:
        return line
    kept = line[: max(0, line.rfind(" ", 0, NAME_LIMIT))]
    # The plain case, a word's end, needs none of `shorten`'s care and a tenth of its time.
    plain = len(kept) > NAME_LIMIT // 2 and kept.isascii() and kept[-1].isalpha()
    return kept + ELLIPSIS if plain else shorten(line, limit=NAME_LIMIT)


def made_unique(texts: Iterable[str]) -> list[str]:
    """The texts, each with a number where it sounds like an earlier one.

    Link texts are read out without their surroundings: no two may be the same, whatever their
    capitals and spaces.
    """
    apart, taken = [], Counter[str]()
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


def _ends(line: str, mark: re.Match[str]) -> bool:
    after = line[mark.end() :].lstrip(_OPENING)
    if not mark[0].startswith("."):
        return not after[:1].islower()
    before = line[: mark.start()]
    word = _WORD_START.split(before)[-1].casefold()
    if after[:1].islower() or word in _ABBREVIATIONS or _DOTTED.fullmatch(word):
        return False
    if word in _BEFORE_NUMBERS and after[:1].isdigit():
        return False
    # An initial (`J. Smith`), or a number that begins a list (`1. The study`).
    initial = len(word) == 1 and word.isalpha() and word.isascii()
    return not initial and not (word.isdigit() and word == before.casefold())


def number_word(number: int) -> str:
    """`five`, as prose wants it; digits from eleven on, `no` for none."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def counted(number: int, noun: str) -> str:
    """`1 study`, `5 studies`: the noun ends in `y`, or takes an `s`."""
    if number == 1:
        return f"1 {noun}"
    plural = noun.removesuffix("y") + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {plural}"


def reading_minutes(texts: Iterable[str]) -> int:
    """The time they take to read, in whole minutes rounded up; at least one."""
    words = sum(len(text.split()) for text in texts)
    return max(1, -(-words // _WORDS_A_MINUTE))


def direction(text: str, neutral: str = "ltr") -> str:
    """`rtl` or `ltr`, by the first letter that has a direction (UAX #9, rules P2 and P3)."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L":
            return "ltr"
        if kind in {"R", "AL"}:
            return "rtl"
    return neutral


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
