"""Finds the terms of a glossary in a line of plain text, for links to their explanations. Pure.

A form matches whole words only: no letter, digit or hyphen of a script that parts its words touches
it. Its letters match exactly, but for a small first letter, which may be a capital at the beginning
of a sentence. Where several forms match, the longest counts. Nothing in an address is linked.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import regex

from msnewsletter import urls
from msnewsletter.text_sentences import sentences_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.glossary import Glossary, Term

# Scripts that write words without spaces between them (Unicode 16, UAX #14, class SA; and Han).
_UNPARTED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_PART = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[{_UNPARTED}]]\-\u00ad\u2010\u2011"
# Where a form may begin, and where it may have ended.
_START = regex.compile(rf"(?V1)(?<![{_PART}])\S")
_END = regex.compile(rf"(?V1)(?![{_PART}\p{{M}}])")
# A sign of a form may be another in a text: a no-break space or hyphen, the dash of Epstein–Barr, a
# typographic apostrophe.
_PLAIN = str.maketrans("\u00a0\u2007\u202f\u2010\u2011\u2013\u2019", "   ---'")

_TOKEN = regex.compile(r"\S+")
# In a web or mail address, a host's name, a DOI.
_ADDRESS = regex.compile(r"://|@|www\.|doi:|10\.[0-9]{4}|\w\.[a-z]{2}", regex.IGNORECASE)

_FIRST = 2  # characters by which the forms that may stand at a place are known
# Characters before a word in which the end of a sentence is looked for.
_BACK = 80
_OPENING = "\"'“”‘’«»([¿¡„ \u00a0"


class TermRun(NamedTuple):
    """A piece of a line; `term`: what it names, None: it is to be shown as it is."""

    text: str
    term: Term | None


class TermFinder:
    """Finds the terms of one glossary, in a time that grows with the line alone."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._exact: dict[str, Term] = {}
        self._opening: dict[str, Term] = {}  # as they are at the beginning of a sentence
        for form, term in ((way, one) for one in terms for way in _ways(one)):
            self._exact.setdefault(form, term)
            if form[0].islower():
                self._opening.setdefault(form[0].upper() + form[1:], term)
        lengths = defaultdict[str, set[int]](set)
        for form in (*self._exact, *self._opening):
            lengths[form[:_FIRST]].add(len(form))
        self._lengths = {first: sorted(known, reverse=True) for first, known in lengths.items()}

    def places(self, line: str) -> Iterator[tuple[int, int, Term]]:
        """Where terms stand in a line: start, end and term; in order, none within another."""
        if not self._exact:
            return
        plain = line.translate(_PLAIN)
        for start, end in _outside_addresses(line):
            at = start
            for found in _START.finditer(line, start, end):
                term = self._longest(line, plain, found.start(), end)
                if found.start() >= at and term:
                    at = found.start() + term[0]
                    yield found.start(), at, term[1]

    def _longest(self, line: str, plain: str, at: int, end: int) -> tuple[int, Term] | None:
        """The longest form that stands there, as its length, and its term."""
        for length in self._lengths.get(plain[at : at + _FIRST], ()):
            form = plain[at : at + length]
            if at + length > end or not _END.match(line, at + length):
                continue
            if term := self._exact.get(form):
                return length, term
            if form in self._opening and _begins_sentence(line, at):
                return length, self._opening[form]
        return None


# Each issue's pages ask for it again.
@lru_cache(maxsize=4)
def finder_of(glossary: Glossary) -> TermFinder:
    """The finder of a glossary's terms; the same for the same glossary."""
    return TermFinder(glossary.terms)


class PageTerms:
    """The terms that a page has to link still: each of them once, at its first use.

    Args:
        finder: of the glossary.
        page: the glossary's page as this one links to it; empty: it is this page itself.
        without: a term that is not to be linked.
    """

    def __init__(self, finder: TermFinder, *, page: str, without: Term | None = None) -> None:
        self._finder = finder
        self._page = page
        self._linked = {without}

    def runs(self, line: str) -> list[TermRun]:
        """The line in pieces, which joined are the line; what they name counts as linked then."""
        runs, at = [], 0
        for start, end, term in self._finder.places(line):
            if term in self._linked:
                continue
            self._linked.add(term)
            runs += [TermRun(line[at:start], None)] if start > at else []
            runs.append(TermRun(line[start:end], term))
            at = end
        return [*runs, TermRun(line[at:], None)] if at < len(line) else runs

    def href(self, term: Term) -> str:
        """The address of a term's explanation."""
        return f"{self._page}#{urls.term_anchor(term.name)}"


def _ways(term: Term) -> Iterator[str]:
    """The forms of a term, each with its accents composed and not."""
    for form in term.forms:
        yield from (unicodedata.normalize(way, form).translate(_PLAIN) for way in ("NFC", "NFD"))


def _outside_addresses(line: str) -> Iterator[tuple[int, int]]:
    at = 0
    for token in _TOKEN.finditer(line) if _ADDRESS.search(line) else ():
        if _ADDRESS.search(token[0]):
            yield at, token.start()
            at = token.end()
    yield at, len(line)


def _begins_sentence(line: str, at: int) -> bool:
    before = line[max(0, at - _BACK) : at].rstrip(_OPENING)
    if not before:
        return True
    *_, last = sentences_in(f"{before} {line[at]}")
    return last == line[at]
