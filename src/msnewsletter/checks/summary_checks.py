"""Checks what summaries say: dates, identities, plain words, claims. Pure; English only.

The language checks warn and never block: a person decides what a sentence may claim.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import GRADE_LIMIT, SENTENCE_LIMIT, Severity, finding
from msnewsletter.issue.unfinished import residues, sections_of, texts_of, unended
from msnewsletter.model import Status
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Entry, Issue, Summary

_FEW_WORDS = 30  # too little to measure a grade from

_WORD = re.compile(r"[A-Za-z]+(?:[’'-][A-Za-z]+)*|\d+(?:[.,]\d+)*%?")
_ENDS = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bal\.)(?<!\bvs\.)(?<!\bDr\.)(?<!\bca\.)"
    r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])|\n\s*\n"
)
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
_HEDGE = re.compile(
    rf"{_NOT.pattern}|\b(?:may|might|could|whether|if|perhaps|possibly|suggests?|seems?|appears?|"
    r"thought|unclear)\b",
    re.IGNORECASE,
)
_NOT_PEOPLE = re.compile(
    r"\b(?:mice|mouse|rats?|cells?|tissues?|dish|animals?|monkeys?|marmosets?|zebrafish|flies|"
    r"worms?|in vitro|organoids?)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:people|persons?|patients?|participants?|adults?|children|women|men|volunteers?|donors?)\b",
    re.IGNORECASE,
)
_PATIENTS = re.compile(r"\bpatients?\b", re.IGNORECASE)


def check_texts(issue: Issue) -> Iterator[Finding]:
    """Findings on the summaries themselves, and on corrections."""
    head = issue.masthead
    for entry in issue.entries:
        summary, place = entry.summary, _place(entry.summary)
        yield from _check_dates(entry, issue)
        if not summary.cautions.strip():
            yield finding("no-caution", place, "it has no cautions")
        yield from _check_residues(place, (entry.teaser, *texts_of(summary)))
        if end := unended(summary):
            yield finding("no-full-stop", place, f"a section ends without a full stop: {end}")
        if head.language.split("-")[0].casefold() == "en":
            yield from _language_of(summary)
    yield from _check_identities(issue)
    yield from _check_notes(issue)
    yield from _check_residues("issues/next.md", (issue.note or "", issue.subject or ""))
    own = (head.title, head.description, head.disclaimer, head.why, head.postal_address)
    yield from _check_residues("newsletter.toml", (head.question or "", *own))


def _place(summary: Summary) -> str:
    return summary.location or summary.key


def _check_dates(entry: Entry, issue: Issue) -> Iterator[Finding]:
    summary, place = entry.summary, _place(entry.summary)
    today = issue.cutoff.astimezone(issue.masthead.time_zone).date()
    if entry.dated > issue.cutoff:
        date = summary.published or entry.dated.isoformat()
        yield finding("future-date", place, f"it is dated {date}, after the issue")
    if summary.reviewed_on and summary.reviewed_on > today:
        reason = f"reviewed_on = {summary.reviewed_on} is in the future"
        yield finding("future-date", place, reason, "write the day on which it was checked")


def _check_identities(issue: Issue) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for summary in (entry.summary for entry in issue.entries if entry.summary.doi):
        doi = summary.doi or ""
        if (key := first.setdefault(doi, summary.key)) != summary.key:
            reason = f"DOI {doi} is that of {key!r} in this issue too"
            yield finding("duplicate-doi", _place(summary), reason)


def _check_notes(issue: Issue) -> Iterator[Finding]:
    for one in issue.corrections:
        # What is valid again has no note, and a takedown says as much as it may.
        explained = one.status in {Status.LIVE, Status.TAKEN_DOWN} or (one.note or "").strip()
        if not explained:
            reason = f"it is {one.status} since issue {one.issue}, and no 'note' says why"
            yield finding("correction-without-note", one.key, reason)
        yield from _check_residues(one.key, (one.note or "",))


def _check_residues(place: str, texts: tuple[str, ...]) -> Iterator[Finding]:
    for one in residues(texts):
        severity = Severity.BLOCK if one.certain else Severity.WARN
        yield finding("unfinished", place, str(one), one.remedy, severity=severity)


# The desk inspects the same summaries at every change of one, and there may be thousands of them.
@lru_cache(maxsize=4096)
def _language_of(summary: Summary) -> tuple[Finding, ...]:
    return (*_check_sentences(summary), *_check_claims(summary))


def _check_sentences(summary: Summary) -> Iterator[Finding]:
    texts = (summary.headline, *sections_of(summary))
    sentences = [sentence for text in texts for sentence in sentences_of(text)]
    for sentence in sentences:
        count = len(_WORD.findall(sentence))
        if count > SENTENCE_LIMIT:
            reason = f"{count} words in a sentence, {quoted(sentence)}"
            yield finding("long-sentence", _place(summary), reason)
    grade = reading_grade(sentences)
    if grade is not None and grade > GRADE_LIMIT:
        reason = f"it reads at school grade {grade:.1f} (Flesch-Kincaid)"
        yield finding("reading-grade", _place(summary), reason)


def _check_claims(summary: Summary) -> Iterator[Finding]:
    # Cautions are where such words belong.
    claims = (summary.headline, summary.teaser or "", summary.found, summary.why_it_matters)
    place, studied = _place(summary), summary.studied_in or ""
    animals = bool(_NOT_PEOPLE.search(studied)) and not _PEOPLE.search(studied)
    for sentence in dict.fromkeys(part for text in claims for part in sentences_of(text)):
        said = quoted(sentence)
        if (found := _CURE.search(sentence)) and not _NOT.search(sentence[: found.start()]):
            yield finding("cure-words", place, f"{found[0]!r} promises much: {said}")
        if (found := _CAUSAL.search(sentence)) and not _HEDGE.search(sentence[: found.start()]):
            yield finding("causal-words", place, f"{found[0]!r} names a cause: {said}")
        if animals and _PATIENTS.search(sentence):
            reason = f"it was studied in {studied}, and speaks of patients: {said}"
            yield finding("patients-not-studied", place, reason)


def sentences_of(text: str) -> list[str]:
    """A text's sentences, to count their words and search them; unsure full stops end none."""
    return [part.strip() for part in _ENDS.split(text) if part and part.strip()]


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
