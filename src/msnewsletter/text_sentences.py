"""Where the sentences of a text end: the one splitter of the program. Pure.

English rules where a language is needed. Where it is unsure whether a full stop ends a sentence
(`e.g. `, `et al. `, `Dr. `, `vitamin D. `) none ends there: half a caution may say the opposite.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter.text_cut import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

# Only what must change: single spaces, no-break spaces and typographic ones are kept.
_GAP = re.compile(r"[ \t\n\r\f\v]{2,}|[\t\n\r\f\v]")
# The end of a sentence, with what closes around it. Full-width marks need no space after them.
_END = re.compile(r"(?:(?<![.!?…؟۔।])[.!?…؟۔।]++[\"'”’»)\]]*+(?= )|[。！？]++[」』”’）]*+)")
_ENDED = re.compile(r"[.!?…؟۔।。！？][\"'”’»)\]」』）]*\s*\Z")
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
_LONGEST_SENTENCE = 400  # characters that are shown of one
_LONGEST_WORD = 40  # characters before a full stop that are looked at


def one_line(text: str) -> str:
    """The text with line breaks, tabs and runs of spaces made one space each."""
    if text.isprintable() and "  " not in text:  # nearly always, and ten times as quick
        return text.strip(" ")
    return _GAP.sub(" ", text).strip(" ")


def ends_a_sentence(text: str) -> bool:
    """Whether the text ends with the mark that ends a sentence, or with what closes around it."""
    return bool(_ENDED.search(text))


def sentences_in(text: str) -> Iterator[str]:
    """Its sentences, on one line each, in order."""
    line, start = one_line(text), 0
    for end in _all_ends(line):
        yield line[start:end]
        start = end + line.startswith(" ", end)


def first_sentence(text: str, *, limit: int) -> str:
    """The first sentence, on one line; cut at a word, with an ellipsis, if longer than `limit`."""
    line = one_line(text)
    return _cut(line[: next(iter(_all_ends(line)), 0)], limit)


def whole_sentences(text: str, *, most: int, limit: int, least: int = 1) -> str:
    """The first sentences, on one line: at most so many, and characters.

    The first is there whatever its length, and so are the first `least` while all are within twice
    the limit. A first sentence of more than 400 characters, and twice the limit, is cut at a word.
    """
    line, kept = one_line(text), 0
    for count, end in enumerate(_all_ends(line), start=1):
        room = 2 * limit if count <= least else limit
        if count > most or (kept and end > room):
            break
        kept = end
    return _cut(line[:kept], max(_LONGEST_SENTENCE, 2 * limit))


def _cut(sentence: str, limit: int) -> str:
    return sentence if len(sentence) <= limit else shorten(sentence, limit=limit)


# Mail, pages, feeds and checks ask for the same sections, a dozen times each.
@lru_cache(maxsize=32)
def _all_ends(line: str) -> tuple[int, ...]:
    return tuple(_ends_in(line))


def _ends_in(line: str) -> Iterator[int]:
    """Where its sentences end; the last one at its end."""
    end = 0
    for mark in _END.finditer(line):
        if _ends(line, mark):
            end = mark.end()
            yield end
    if end < len(line):
        yield len(line)


def _ends(line: str, mark: re.Match[str]) -> bool:
    after = line[mark.end() : mark.end() + _LONGEST_WORD].lstrip(_OPENING)
    if not mark[0].startswith("."):
        return not after[:1].islower()
    before = line[max(0, mark.start() - _LONGEST_WORD) : mark.start()]
    word = _WORD_START.split(before)[-1].casefold()
    if after[:1].islower() or word in _ABBREVIATIONS or _DOTTED.fullmatch(word):
        return False
    if word in _BEFORE_NUMBERS and after[:1].isdigit():
        return False
    # An initial (`J. Smith`), or a number that begins a list (`1. The study`).
    initial = len(word) == 1 and word.isalpha() and word.isascii()
    return not initial and not (word.isdigit() and mark.start() == len(word))
