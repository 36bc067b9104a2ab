"""Checks whether two summaries seem to be of one study. Pure.

What is the same for certain (a DOI) blocks; what only looks like it (a headline) is pointed out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import finding
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Summary

# DOI prefixes of servers for preprints. Cold Spring Harbor's journals have 10.1101 as well:
# its preprints alone begin with a digit.
_PREPRINT = re.compile(
    r"10\.1101/\d"  # bioRxiv and medRxiv until 2025
    r"|10\.64898/"  # bioRxiv and medRxiv since then (openRxiv)
    r"|10\.21203/"  # Research Square
    r"|10\.20944/"  # Preprints.org
    r"|10\.2139/ssrn"  # SSRN
    r"|10\.312(?:19|34)/"  # OSF Preprints, PsyArXiv
    r"|10\.48550/"  # arXiv
    r"|10\.26434/"  # ChemRxiv
    r"|10\.36227/"  # TechRxiv
    r"|10\.22541/",  # Authorea
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W_]+")
# Words that may come and go, and the study is still the same. `Not`, `men` and numbers are none.
_ARTICLES = {"a", "an", "the", "this", "that", "these", "those", "its", "their", "some"}
_JOINING = {"of", "in", "on", "at", "to", "for", "with", "by", "from", "and", "or", "as", "than"}
_AUXILIARY = {"is", "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did"}
_MODAL = {"may", "might", "can", "could", "it", "who", "which", "there"}
_DEGREE = {"very", "quite", "rather", "really", "more", "most", "much", "also", "new"}
_REPORTING = {"study", "studies", "research", "researchers", "people", "suggests", "found", "find"}
_REPORTING |= {"finds", "finding", "show", "shows", "showed", "shown"}
_LIGHT = _ARTICLES | _JOINING | _AUXILIARY | _MODAL | _DEGREE | _REPORTING
_INFLECTION = re.compile(r"(?:ing|ed|es|s)\Z")
_STEM = 6  # letters that show the word: `relapse`, `relapsing`
_FEW = 3  # fewer words that count do not tell two studies apart
_ENOUGH = 6  # where so many are the same, one more may be in one of the two
_DENIALS = frozenset({"not", "no", "never", "without"})  # but none of these
_MANY = 40  # longer ones are compared as a whole only: each word left out is a key


def check_studies(entries: Iterable[Summary], earlier: Sequence[Summary] = ()) -> Iterator[Finding]:
    """Findings on summaries that seem to be of the same study as one before them.

    Args:
        entries: of one issue, in order.
        earlier: those that readers had before.
    """
    index = _Headlines()
    for summary in earlier:
        index.add(summary, "an earlier issue")
    dois: dict[str, str] = {}
    for summary in entries:
        yield from _check_doi(summary, dois)
        yield from _check_headline(summary, index)
        index.add(summary, "this issue")


def is_preprint(doi: str) -> bool:
    """Whether a DOI is one of a preprint."""
    return bool(_PREPRINT.match(doi))


def _check_doi(summary: Summary, first: dict[str, str]) -> Iterator[Finding]:
    if summary.doi and (key := first.setdefault(summary.doi, summary.key)) != summary.key:
        reason = f"DOI {summary.doi} is that of {key!r} in this issue too"
        yield finding("duplicate-doi", _place(summary), reason)


def _check_headline(summary: Summary, index: _Headlines) -> Iterator[Finding]:
    like = index.like(summary.headline)
    if like is None:
        return
    other, where = like
    if other.key == summary.key or (summary.doi and summary.doi == other.doi):
        return
    said = f"{other.key!r} in {where}: {quoted(other.headline)}"
    dois = (summary.doi or "", other.doi or "")
    if all(dois) and is_preprint(dois[0]) != is_preprint(dois[1]):
        what = "a preprint's" if is_preprint(dois[0]) else "an article's"
        reason = f"its DOI {dois[0]} is {what}, and its headline nearly that of {said}, DOI"
        yield finding("preprint-and-article", _place(summary), f"{reason} {dois[1]}")
    else:
        yield finding("similar-headline", _place(summary), f"its headline is nearly that of {said}")


class _Headlines:
    """The headlines so far, found again by those that are nearly equal.

    Looks up instead of comparing each with each: an issue may have thousands.
    """

    def __init__(self) -> None:
        self._whole: dict[str, tuple[Summary, str]] = {}
        self._words: dict[frozenset[str], tuple[Summary, str]] = {}
        self._one_less: dict[frozenset[str], tuple[Summary, str]] = {}

    def add(self, summary: Summary, where: str) -> None:
        """Remember a summary, and where readers have it."""
        place = (summary, where)
        self._whole.setdefault(_folded(summary.headline), place)
        words = _words_of(summary.headline)
        if len(words) < _FEW:
            return
        self._words.setdefault(words, place)
        for fewer in _each_one_less(words):
            self._one_less.setdefault(fewer, place)

    def like(self, headline: str) -> tuple[Summary, str] | None:
        """The first summary with nearly this headline, and where; None: there is none."""
        if same := self._whole.get(_folded(headline)):
            return same
        words = _words_of(headline)
        if len(words) < _FEW:
            return None
        if same := self._words.get(words) or self._one_less.get(words):
            return same
        return next(filter(None, map(self._words.get, _each_one_less(words))), None)


# The desk inspects the same thousands of headlines again at every change of one.
@lru_cache(maxsize=8192)
def _folded(headline: str) -> str:
    return " ".join(_WORD.findall(headline.casefold())) or headline


@lru_cache(maxsize=8192)
def _words_of(headline: str) -> frozenset[str]:
    words = _WORD.findall(headline.casefold())
    return frozenset(_stem(word) for word in words if word not in _LIGHT)


def _stem(word: str) -> str:
    """What English inflection leaves of a word, roughly; drugs and numbers stay apart."""
    if not word.isalpha() or len(word) < _STEM - 1:
        return word
    return _INFLECTION.sub("", word)[:_STEM]


def _each_one_less(words: frozenset[str]) -> Iterator[frozenset[str]]:
    """The words without each one of them in turn, where as many are left as must be."""
    if _ENOUGH < len(words) <= _MANY:
        yield from (words - {word} for word in words - _DENIALS)


def _place(summary: Summary) -> str:
    return summary.location or summary.key
