"""Checks what summaries say, each by itself: dates, cautions, residues; and corrections. Pure.

How a text was typed, what was copied along, how plainly it speaks, what says it in short, and
whether two are of one study: the modules beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.checks.copied_checks import check_copied
from msnewsletter.checks.finding import NOTE, finding
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.checks.in_short_checks import check_in_short
from msnewsletter.checks.language_checks import check_language
from msnewsletter.checks.study_checks import check_studies
from msnewsletter.checks.typing_checks import check_typing
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.issue.remembered_texts import remembered_by_text
from msnewsletter.issue.teaser import HEADLINE_LIMIT
from msnewsletter.issue.unfinished import begun_within, facts_of, prose_of, residues, unended
from msnewsletter.language_tags import is_english, language_of
from msnewsletter.model import Status, WrittenBy
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Correction, Entry, Issue, Masthead, Summary

# What became of a summary needs no reason of its own: it is valid again, or the law forbids one.
_NEEDS_NO_NOTE = frozenset({Status.LIVE, Status.TAKEN_DOWN})
_AI = re.compile(r"\bAI\b|\bartificial intelligence\b", re.IGNORECASE)

_FEW_UNDATED = 10  # more than these in one issue are hardly all new


def check_texts(issue: Issue, earlier: Sequence[Summary] = ()) -> Iterator[Finding]:
    """Findings on the summaries themselves, and on corrections.

    Args:
        issue: with its entries and corrections.
        earlier: summaries of earlier issues, that entries may repeat.
    """
    head = issue.masthead
    for entry in issue.entries:
        yield from _check_dates(entry, issue)
        yield from _check_disclaimer(entry.summary, head)
        yield from check_text(entry.summary, head)
    yield from _check_unchecked(issue)
    yield from _check_undated(issue)
    yield from check_studies((entry.summary for entry in issue.entries), earlier)
    for one in issue.corrections:
        yield from _check_note(one)
        if one.after:
            yield from check_text(one.after, head)
    # The note is Markdown, and may hold what is markup elsewhere.
    yield from _check_residues(NOTE, (issue.note or "",))
    yield from _check_words(NOTE, (issue.subject or "",))
    yield from check_own_texts(head)
    yield from _check_residues("the question for the MS team", (head.question or "",))


def check_own_texts(head: Masthead) -> Iterator[Finding]:
    """Findings on the texts of the settings that every issue shows."""
    own = {
        "newsletter.title": head.title,
        "newsletter.description": head.description,
        "newsletter.disclaimer": head.disclaimer,
        "mail.why": head.why,
        "mail.postal_address": head.postal_address,
    }
    for name, text in own.items():
        yield from _check_residues(f"{SETTINGS_NAME}: {name}", (text,))


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


def _check_undated(issue: Issue) -> Iterator[Finding]:
    """A folder that was moved or exported anew has many files without a date."""
    undated = [entry.summary for entry in issue.entries if entry.summary.published is None]
    if len(undated) > _FEW_UNDATED and 2 * len(undated) > len(issue.entries):
        reason = f"{len(undated)} of {len(issue.entries)} summaries have no date of their own"
        yield finding("many-undated", _place(undated[0]), reason)


def _check_disclaimer(summary: Summary, head: Masthead) -> Iterator[Finding]:
    author = summary.written_by or head.written_by
    if author is WrittenBy.PEOPLE and not summary.disclaimer and _AI.search(head.disclaimer):
        place = _place(summary) if summary.written_by else "newsletter.toml"
        reason = f"people wrote it, and readers are told below it: {quoted(head.disclaimer)}"
        yield finding("disclaimer-names-ai", place, reason)


@remembered_by_text
def check_text(summary: Summary, masthead: Masthead) -> tuple[Finding, ...]:
    """Findings on all that a summary says, whether it is new or was corrected."""
    return tuple(_findings_in(summary, masthead))


def _findings_in(summary: Summary, masthead: Masthead) -> Iterator[Finding]:
    place = _place(summary)
    if not summary.cautions.strip():
        yield finding("no-caution", place, "it has no cautions")
    yield from _check_words(place, prose_of(summary), facts_of(summary))
    if (length := len(summary.headline)) > HEADLINE_LIMIT:
        reason = f"its headline has {length:,} characters: {quoted(summary.headline)}"
        yield finding("headline-long", place, reason)
    if summary.changed_on and summary.reviewed_on and summary.changed_on >= summary.reviewed_on:
        reason = (
            f"it was checked on {summary.reviewed_on} and changed on {summary.changed_on}; "
            "readers see both"
        )
        yield finding("changed-after-check", place, reason)
    if end := unended(summary):
        yield finding("no-full-stop", place, f"a section ends without a full stop: {end}")
    if start := begun_within(summary):
        reason = f"a text begins within a sentence: {start}"
        remedy = "write what comes before"
        yield finding("unfinished", place, reason, remedy, severity=Severity.WARN)
    yield from check_in_short(summary, masthead)
    if is_english(language_of(summary, masthead)):
        yield from check_language(summary)


def _check_unchecked(issue: Issue) -> Iterator[Finding]:
    """Whose language no check of sentences, claims and titles knows: a line for each language."""
    languages = Counter(language_of(entry.summary, issue.masthead) for entry in issue.entries)
    for language, count in languages.items():
        if not is_english(language):
            place = f"{count} {'summary' if count == 1 else 'summaries'} in {language!r}"
            reason = (
                "the checks of long sentences, plain words, claims and titles know English only, "
                "so they did not run; the other checks did"
            )
            yield finding("language-not-checked", place, reason)


def _check_note(one: Correction) -> Iterator[Finding]:
    if not (one.note or "").strip() and one.status not in _NEEDS_NO_NOTE:
        reason = f"it became {one.status} after issue {one.issue}, and no 'note' says why"
        if one.status is Status.CORRECTED:
            yield finding("correction-without-note", one.key, reason)
        else:
            remedy = "add a note; a standard sentence goes out without one"
            yield finding(
                "correction-without-note", one.key, reason, remedy, severity=Severity.WARN
            )
    yield from _check_words(one.key, (one.note or "",))


def _check_words(
    place: str, prose: tuple[str, ...], facts: tuple[str, ...] = ()
) -> Iterator[Finding]:
    yield from _check_residues(place, (*prose, *facts))
    yield from check_typing(place, (*prose, *facts))
    yield from check_copied(place, prose, facts)


def _check_residues(place: str, texts: tuple[str, ...]) -> Iterator[Finding]:
    for one in residues(texts):
        severity = Severity.BLOCK if one.certain else Severity.WARN
        found = finding("unfinished", place, str(one), one.remedy, severity=severity)
        yield replace(found, about=one.words)
