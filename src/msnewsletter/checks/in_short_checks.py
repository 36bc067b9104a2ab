"""Checks whether title and key messages say no more than the summary that they are of. Pure.

`caution` is the editor's own choice of words, and is not compared. It warns and never blocks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import finding
from msnewsletter.checks.language_checks import HEDGE
from msnewsletter.issue.unfinished import sections_of
from msnewsletter.language_tags import is_english, language_of
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Masthead, Summary

# What a title says that claims an effect; one without such a word names a topic.
_EFFECT = re.compile(
    r"\b(?:help(?:s|ed)?|eas(?:e|es|ed)|reduc(?:e|es|ed)|improv(?:e|es|ed)|slow(?:s|ed)|"
    r"stop(?:s|ped)|lower(?:s|ed)|rais(?:e|es|ed)|cuts|boost(?:s|ed)|work(?:s|ed)|"
    r"protect(?:s|ed)?|prevent(?:s|ed)?|restor(?:e|es|ed)|repair(?:s|ed)|heal(?:s|ed)?|"
    r"delay(?:s|ed)|harm(?:s|ed)|worsen(?:s|ed)?|speed(?:s|ed) up|leads? to|led to|"
    r"predict(?:s|ed)?|increas(?:e|es|ed)|decreas(?:e|es|ed)|caus(?:e|es|ed))\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_NOT_DIGITS = re.compile(r"\D")
_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    **{word: number for number, word in enumerate(_ONES, start=1)},
    **{word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)},
    **{
        f"{tens}-{ones}": number + one
        for number, tens in zip(range(20, 100, 10), _TENS, strict=True)
        for one, ones in enumerate(_ONES[:9], start=1)
    },
    "quarter": 25,
    "half": 50,
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
}
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?", re.IGNORECASE)


def check_in_short(summary: Summary, masthead: Masthead) -> Iterator[Finding]:
    """Findings on the title and the key messages of a summary."""
    place = summary.location or summary.key
    title, messages = summary.title or "", summary.key_messages
    sections = sum(map(len, sections_of(summary)))
    if (length := sum(map(len, messages))) > sections:
        reason = f"the key messages have {length:,} characters, the text has {sections:,}"
        yield finding("key-messages-long", place, reason)
    if (title or messages) and (found := _unknown_number((title, *messages), _whole(summary))):
        number, text = found
        reason = f"the text has no {number}: {quoted(text)}"
        yield finding("number-not-in-text", place, reason)
    if not is_english(language_of(summary, masthead)):
        return
    hedge, effect = HEDGE.search(summary.headline), _EFFECT.search(title)
    if hedge and effect and not HEDGE.search(title):
        reason = f"the headline says {hedge[0]!r}, and the title only {effect[0]!r}"
        yield finding("title-claims-more", place, f"{reason}: {quoted(title)}")


def _whole(summary: Summary) -> Iterable[str]:
    """All that the texts in short may take a number from."""
    others = (summary.studied_in, summary.participants, summary.population, summary.caution)
    return (summary.headline, *sections_of(summary), *filter(None, others))


def _unknown_number(texts: Iterable[str], whole: Iterable[str]) -> tuple[str, str] | None:
    """The first number in one of the texts, with that text, that is nowhere in the whole."""
    known = {number for text in whole for number in _numbers_in(text)}
    for text in texts:
        for match in _DIGITS.finditer(text):
            if _digits(match[0]) not in known:
                return match[0], text
    return None


def _numbers_in(text: str) -> Iterator[str]:
    """The digits of each number in a text, and of those that are written as words."""
    yield from (_digits(match[0]) for match in _DIGITS.finditer(text))
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        yield from (str(_WORDS[one]) for one in (word, *word.split("-")) if one in _WORDS)


def _digits(number: str) -> str:
    """A number by its digits alone: `1,200`, `1.200` and `1200` are one."""
    return _NOT_DIGITS.sub("", number)
