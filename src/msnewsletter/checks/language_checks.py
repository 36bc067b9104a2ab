"""Checks how plainly a summary speaks, and what it claims: one finding a summary. Pure.

It knows English only. It warns and never blocks: a person decides what a sentence may claim.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.checks.finding import finding
from msnewsletter.checks.limits import GRADE_LIMIT, SENTENCE_LIMIT
from msnewsletter.issue.studied_in import Subject, subjects_in
from msnewsletter.issue.unfinished import sections_of
from msnewsletter.text import quoted
from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import sentences_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Summary

_FEW_WORDS = 30  # too little to measure a grade from
_SHOWN = 60  # characters of a sentence that find it again; one line names several

_WORD = re.compile(r"[A-Za-z]+(?:[’'-][A-Za-z]+)*|\d+(?:[.,]\d+)*%?")
_VOWELS = re.compile(r"[aeiouy]+")
# Letters that sound nothing at a word's end: `made`, `walked`, `makes`; not `table`, `needed`.
_SILENT = re.compile(r"(?:[^aeiouyl]e|[gq]ue|[aeiouy]le|[^aeiouytd]ed|[^aeiouyscgxzh]es)$")

_CAUSAL = re.compile(
    r"\b(?:caus(?:es?|ed|ing)|prevent(?:s|ed|ing)?|(?:leads?|led|leading) to|prov(?:es|ed|en)|"
    r"result(?:s|ed|ing)? in|trigger(?:s|ed|ing)?|protect(?:s|ed|ing)? against)\b",
    re.IGNORECASE,
)
_CURE = re.compile(
    r"\b(?:cur(?:es?|ed|ing)|miracles?|miraculous|breakthroughs?|game[- ]chang\w+|wonder drug|"
    r"eradicat\w+)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|never|nobody|none|cannot|without|neither|nor)\b|n[’']t\b", re.IGNORECASE
)
HEDGE = re.compile(
    rf"{_NOT.pattern}|\b(?:may|might|could|whether|if|perhaps|possibly|suggests?|seems?|appears?|"
    r"thought|unclear)\b",
    re.IGNORECASE,
)
_NOT_PEOPLE = frozenset({Subject.ANIMALS, Subject.CELLS})
_PATIENTS = re.compile(r"\bpatients?\b", re.IGNORECASE)


class _Doubt(NamedTuple):
    """One kind of doubt about a summary's language: what is so, and what to do about it."""

    reason: str
    remedy: str


def check_language(summary: Summary) -> tuple[Finding, ...]:
    """One finding on all that is hard to read or claims too much in a summary, or none.

    What may mislead comes first: claims are a matter of honesty, the rest is one of style.
    """
    doubts = (*_claims(summary), *_hard_reading(summary))
    if not doubts:
        return ()
    place = summary.location or summary.key
    reason = "; ".join(one.reason for one in doubts)
    return (finding("plain-language", place, reason, "; ".join(one.remedy for one in doubts)),)


def _claims(summary: Summary) -> Iterator[_Doubt]:
    # Cautions are where such words belong.
    in_short = (summary.headline, summary.title or "", summary.teaser or "", *summary.key_messages)
    claims = (*in_short, summary.found, summary.why_it_matters)
    sentences = _sentences_of(claims)
    if found := _claimed(_CURE, sentences, unless=_NOT):
        yield _Doubt(f"{found[0]!r} promises much: {found[1]}", "say what was measured")
    if found := _claimed(_CAUSAL, sentences, unless=HEDGE):
        remedy = "write 'is linked to' unless the study could show the cause"
        yield _Doubt(f"{found[0]!r} names a cause: {found[1]}", remedy)
    studied = summary.studied_in or ""
    subjects = subjects_in(studied)
    others = bool(subjects & _NOT_PEOPLE) and Subject.PEOPLE not in subjects
    if others and (found := _claimed(_PATIENTS, sentences)):
        reason = f"it was studied in {_cut(studied)}, and speaks of patients: {found[1]}"
        yield _Doubt(reason, "say in whom or what it was found")


def _claimed(
    claim: re.Pattern[str], sentences: Iterable[str], *, unless: re.Pattern[str] | None = None
) -> tuple[str, str] | None:
    """The word that claims, and its sentence quoted, with the number of others; None: none does."""
    found = [
        (match[0], sentence)
        for sentence in sentences
        if (match := claim.search(sentence))
        and not (unless and unless.search(sentence[: match.start()]))
    ]
    if not found:
        return None
    (word, sentence), more = found[0], len(found) - 1
    return word, _cut_quote(sentence) + (f" (and {more} more)" if more else "")


def _sentences_of(texts: Iterable[str]) -> list[str]:
    """The sentences of texts, each once: paragraphs and points of lists end theirs."""
    parts = (part for text in texts for block in blocks_of(text) for part in block.texts)
    return [*dict.fromkeys(sentence for part in parts for sentence in sentences_in(part))]


def _hard_reading(summary: Summary) -> Iterator[_Doubt]:
    in_short = (summary.headline, summary.title or "", *summary.key_messages)
    texts = (*in_short, *sections_of(summary), summary.caution or "")
    # A caution in short is often a sentence of the cautions.
    sentences = _sentences_of(texts)
    counts = [(len(_WORD.findall(sentence)), sentence) for sentence in sentences]
    long = [each for each in counts if each[0] > SENTENCE_LIMIT]
    if long:
        count, longest = max(long, key=lambda each: each[0])
        said = f"{count} words in a sentence"
        if len(long) > 1:
            said = f"{len(long)} sentences over {SENTENCE_LIMIT} words, the longest {count}"
        remedy = f"at most {SENTENCE_LIMIT} words a sentence"
        yield _Doubt(f"{said}: {_cut_quote(longest)}", remedy)
    grade = reading_grade(sentences)
    if grade is not None and grade > GRADE_LIMIT:
        said = f"it reads at school grade {grade:.1f} (Flesch-Kincaid)"
        yield _Doubt(said, f"plainer words, for grade {GRADE_LIMIT:.0f} at most")


def _cut(text: str) -> str:
    return shorten(text, limit=_SHOWN)


def _cut_quote(sentence: str) -> str:
    return quoted(_cut(sentence))


def reading_grade(sentences: list[str]) -> float | None:
    """The US school grade of English sentences; None for too few words to tell.

    Kincaid and others (1975), "Derivation of new readability formulas for Navy enlisted
    personnel". Syllables are counted by rule: dictionaries of them must be downloaded.
    """
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if len(words) < _FEW_WORDS:
        return None
    return (
        0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    )


def syllables(word: str) -> int:
    """The number of syllables of an English word, by its groups of vowels; at least one."""
    plain = word.casefold()
    groups = len(_VOWELS.findall(plain))
    return max(1, groups - bool(_SILENT.search(plain)))
