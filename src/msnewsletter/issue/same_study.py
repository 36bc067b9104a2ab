"""What tells a study again: its numbers, and its texts word for word. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from msnewsletter.issue.remembered_texts import remembered_by_text
from msnewsletter.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.model import Summary

# Two texts about one study share more of their pairs of words than this, two about different ones
# fewer. Measured: see docs/design.md, "One study once".
_SHARED = 0.15
# Two words that were changed leave more of a summary's pairs of words than this; a text that was
# written anew about the same study, or about the next one, shares far fewer.
_NEARLY_ALL = 0.8
# The closeness of two texts that have a headline, or a number, in common.
_SAME_HEADLINE = (False, True, 0.0)
# Fewer pairs of words than this say nothing.
_FEW_PAIRS = 12


class Mark(StrEnum):
    """What two summaries of one study have in common; each is a column of the store."""

    DOI = "doi"
    PMID = "pmid"
    TEXT = "text_digest"  # all of it, word for word
    FOUND = "found_digest"  # what was found, word for word
    HEADLINE = "headline_digest"


# Those that name a study, as editors call them; the others compare its texts.
NUMBERS = {Mark.DOI: "DOI", Mark.PMID: "PMID"}

Identity = tuple[Mark, str]  # a mark with its value


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDuplicate:
    """An earlier summary that shares a mark with one that waits.

    Attributes:
        key: its key.
        where: for the editor, e.g. "in issue 3".
        gone: why its source no longer has it, e.g. "whose file is gone"; empty: it may have it.
        doi: its DOI, if it has one.
    """

    key: str
    where: str
    gone: str = ""
    doi: str | None = None


@remembered_by_text
def marks_of(summary: Summary) -> Mapping[Mark, str]:
    """What would tell this summary's study again; what it lacks is left out."""
    marks = {
        Mark.DOI: summary.doi or "",
        Mark.PMID: summary.pmid or "",
        Mark.TEXT: text_digest(summary),
        Mark.FOUND: _digest(summary.found),
        Mark.HEADLINE: _digest(summary.headline),
    }
    return {mark: value for mark, value in marks.items() if value}


def new_marks(before: Summary, after: Summary, among: Iterable[Mark]) -> set[Mark]:
    """Those of the marks that a text has now and did not have, or had otherwise."""
    old, new = marks_of(before), marks_of(after)
    return {mark for mark in among if mark in new and old.get(mark) != new[mark]}


@remembered_by_text
def text_digest(summary: Summary) -> str:
    """The SHA-256 of a summary's texts, whatever their white space."""
    texts = (summary.headline, summary.found, summary.why_it_matters, summary.cautions)
    folded = "\0".join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(folded.encode()).hexdigest()


def is_same_study(before: Summary, after: Summary) -> bool:
    """Whether two texts under one key are about one study; without numbers, their words decide."""
    pairs = ((before.doi, after.doi), (before.pmid, after.pmid))
    if any(old and old == new for old, new in pairs):
        return True
    if _folded(before.headline) == _folded(after.headline):
        return True
    differ = (*pairs, (before.published, after.published))
    if any(old and new and old != new for old, new in differ):
        return False
    return shared_words(before, after) >= _SHARED


class Resemblance(StrEnum):
    """Whether a text that came in the place of another one is about the same study."""

    ONE = "one"
    OTHER = "other"
    UNCLEAR = "unclear"  # a person has to look


def resemblance(before: Summary, after: Summary, *, renamed: bool) -> Resemblance:
    """What a text is that came by an id or address by which another one was known.

    `renamed`: something else by which it is known is new. Where few words are common, that, a date
    or a number has to say too that it is another study: its own source may have written it anew.
    """
    if closeness(before, after) >= _SAME_HEADLINE or after.status is not Status.LIVE:
        return Resemblance.ONE
    least = min(len(_word_pairs(before)), len(_word_pairs(after)))
    shared = shared_words(before, after)
    if is_of_other_numbers(before, after):
        is_edited = least >= _FEW_PAIRS and shared >= _NEARLY_ALL
        return Resemblance.ONE if is_edited else Resemblance.OTHER
    dates = before.published, after.published
    is_dated_otherwise = None not in dates and dates[0] != dates[1]
    if least < _FEW_PAIRS and shared:
        if not is_dated_otherwise:
            return Resemblance.ONE
        return Resemblance.OTHER if renamed else Resemblance.UNCLEAR
    if shared >= _SHARED:
        return Resemblance.ONE
    return Resemblance.OTHER if is_dated_otherwise or renamed else Resemblance.UNCLEAR


def closeness(before: Summary, after: Summary) -> tuple[bool, bool, float]:
    """How much speaks for one study, to be compared: a number, the headline, the words."""
    pairs = ((before.doi, after.doi), (before.pmid, after.pmid))
    return (
        any(old and old == new for old, new in pairs),
        _folded(before.headline) == _folded(after.headline),
        shared_words(before, after),
    )


def is_of_other_numbers(one: Summary, other: Summary) -> bool:
    """Whether two summaries name different studies: numbers that both have, and none is common."""
    pairs = [(one.doi, other.doi), (one.pmid, other.pmid)]
    both = [(old, new) for old, new in pairs if old and new]
    return bool(both) and all(old != new for old, new in both)


def is_alike(one: Summary, other: Summary) -> bool:
    """Whether two texts seem to be about one study, whatever their numbers and dates."""
    same_headline = _folded(one.headline) == _folded(other.headline)
    return same_headline or shared_words(one, other) >= _SHARED


def is_nearly_same(sent: Summary, new: Summary) -> bool:
    """Whether a text says nearly what another one said; different numbers are different studies.

    Few of its words are others, and its date or headline is nearly the same.
    """
    pairs = ((sent.doi, new.doi), (sent.pmid, new.pmid))
    if any(one and other and one != other for one, other in pairs):
        return False
    same_date = sent.published is not None and sent.published == new.published
    return (same_date or _are_near(sent.headline, new.headline)) and (
        shared_words(sent, new) >= _NEARLY_ALL
    )


def _are_near(one: str, other: str) -> bool:
    return SequenceMatcher(None, _folded(one), _folded(other)).ratio() >= _NEARLY_ALL


def shared_words(one: Summary, other: Summary) -> float:
    """The share, from 0 to 1, of the shorter text's pairs of words that the other has too.

    1 where one of them is too short to tell, unless they have nothing in common at all.
    """
    pairs, others = _word_pairs(one), _word_pairs(other)
    least = min(len(pairs), len(others))
    if least < _FEW_PAIRS:
        return float(bool(pairs & others))
    return len(pairs & others) / least


def _word_pairs(summary: Summary) -> set[tuple[str, str]]:
    texts = (summary.headline, summary.found, summary.why_it_matters, summary.cautions)
    words = [word.strip(".,;:!?()“”\"'’").casefold() for text in texts for word in text.split()]
    return set(pairwise(words))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _digest(text: str) -> str:
    folded = _folded(text)
    return hashlib.sha256(folded.encode()).hexdigest() if folded else ""
