"""Checks what summaries say: dates, identities, plain words, claims. Pure; English only.

The language checks warn and never block: a person decides what a sentence may claim.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msnewsletter.checks.finding import block, warn
from msnewsletter.issue.placeholders import PLACEHOLDERS, first_match, sections_of, texts_of
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Entry, Issue, Summary

# European Commission, "Good lay summary practice" (2021): readable at 12 years, at most 26 words.
SENTENCE_LIMIT = 26
# US grades; NIH asks for 6 to 8. Above this even a practised reader works.
GRADE_LIMIT = 12.0
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
_PERHAPS = re.compile(
    r"\b(?:may|might|could|whether|if|perhaps|possibly|suggests?|seems?|appears?|thought|unclear)\b",
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
    """What an editor should know of the summaries themselves, and of corrections."""
    for entry in issue.entries:
        yield from _check_dates(entry, issue)
        place = _place(entry.summary)
        if not entry.summary.cautions.strip():
            yield block(
                "no-caution",
                place,
                "it has no cautions",
                "add what the study does not show",
            )
        yield from _check_placeholders(place, (entry.teaser, *texts_of(entry.summary)))
        if issue.masthead.language.split("-")[0].casefold() == "en":
            yield from _language_of(entry.summary)
    yield from _check_identities(issue)
    yield from _check_notes(issue)
    head = issue.masthead
    yield from _check_placeholders("issues/next.md", (issue.note or "", issue.subject or ""))
    settings = (
        head.question or "",
        head.title,
        head.description,
        head.disclaimer,
        head.why,
        head.postal_address,
    )
    yield from _check_placeholders("newsletter.toml", settings)


def _place(summary: Summary) -> str:
    return summary.location or summary.key


def _check_dates(entry: Entry, issue: Issue) -> Iterator[Finding]:
    zone = ZoneInfo(issue.masthead.zone)
    summary, today = entry.summary, issue.cutoff.astimezone(zone).date()
    if entry.dated > issue.cutoff:
        yield block(
            "future-date",
            _place(entry.summary),
            f"it is dated {summary.published or entry.dated.isoformat()}, after the issue",
            "correct its date, or let it wait for the next issue",
        )
    if summary.reviewed_on and summary.reviewed_on > today:
        yield block(
            "future-date",
            _place(entry.summary),
            f"reviewed_on = {summary.reviewed_on} lies in the future",
            "write the day on which it was checked",
        )


def _check_identities(issue: Issue) -> Iterator[Finding]:
    by_doi: dict[str, list[Entry]] = defaultdict(list)
    for entry in issue.entries:
        if entry.summary.doi:
            by_doi[entry.summary.doi].append(entry)
    for doi, entries in by_doi.items():
        for twin in entries[1:]:
            yield block(
                "duplicate-doi",
                _place(twin.summary),
                f"DOI {doi} is that of {entries[0].summary.key!r} in this issue too",
                "keep one of the two",
            )


def _check_notes(issue: Issue) -> Iterator[Finding]:
    for one in issue.corrections:
        if not (one.note or "").strip():
            yield block(
                "correction-without-note",
                one.key,
                f"it is {one.status} since issue {one.issue}, and no 'note' says why",
                "add a note: what was wrong, and what is right",
            )
        yield from _check_placeholders(one.key, (one.note or "",))


def _check_placeholders(place: str, texts: tuple[str, ...]) -> Iterator[Finding]:
    for pattern, certain in PLACEHOLDERS:
        if found := first_match(pattern, texts):
            made = block if certain else warn
            yield made("placeholder", place, f"a placeholder is left: {found}", "write the text")


# The desk inspects the same summaries at every change of one, and there may be thousands of them.
@lru_cache(maxsize=4096)
def _language_of(summary: Summary) -> tuple[Finding, ...]:
    return (*_check_sentences(summary), *_check_claims(summary))


def _check_sentences(summary: Summary) -> Iterator[Finding]:
    sentences = [
        sentence
        for text in (summary.headline, *sections_of(summary))
        for sentence in sentences_of(text)
    ]
    for sentence in sentences:
        count = len(_WORD.findall(sentence))
        if count > SENTENCE_LIMIT:
            yield warn(
                "long-sentence",
                _place(summary),
                f"{count} words in a sentence, {quoted(sentence)}",
                f"make two of it; at most {SENTENCE_LIMIT} words",
            )
    grade = reading_grade(sentences)
    if grade is not None and grade > GRADE_LIMIT:
        yield warn(
            "reading-grade",
            _place(summary),
            f"it reads at school grade {grade:.1f} (Flesch-Kincaid)",
            f"shorter sentences and plainer words; at most {GRADE_LIMIT:.0f}",
        )


def _check_claims(summary: Summary) -> Iterator[Finding]:
    # Cautions are where such words belong.
    claims = (summary.headline, summary.teaser or "", summary.found, summary.why_it_matters)
    sentences = dict.fromkeys(sentence for text in claims for sentence in sentences_of(text))
    studied = summary.studied_in or ""
    animals = bool(_NOT_PEOPLE.search(studied)) and not _PEOPLE.search(studied)
    for sentence in sentences:
        if (found := _CURE.search(sentence)) and not _NOT.search(sentence[: found.start()]):
            yield warn(
                "cure-words",
                _place(summary),
                f"{found[0]!r} promises much: {quoted(sentence)}",
                "say what was measured",
            )
        if (found := _CAUSAL.search(sentence)) and not _is_hedged(sentence[: found.start()]):
            yield warn(
                "causal-words",
                _place(summary),
                f"{found[0]!r} names a cause: {quoted(sentence)}",
                "write 'is linked to' unless the study could show the cause",
            )
        if animals and _PATIENTS.search(sentence):
            yield warn(
                "patients-not-studied",
                _place(summary),
                f"it was studied in {studied}, and speaks of patients: {quoted(sentence)}",
                "say in whom or what it was found",
            )


def _is_hedged(before: str) -> bool:
    return bool(_NOT.search(before) or _PERHAPS.search(before))


def sentences_of(text: str) -> list[str]:
    """A text's sentences; unsure full stops end none."""
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
    """How many syllables an English word has, by its groups of vowels; at least one."""
    plain = word.casefold()
    groups = len(_VOWELS.findall(plain))
    return max(1, groups - bool(_SILENT.search(plain)))
