"""The wording of facts about an entry: dates, review, corrections. Pure.

English and the same on any machine: nothing here asks the locale.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.issue.entry_words import (
    BECAME,
    EVIDENCE,
    MONTHS,
    STATUS_WORDS,
    TAKEN_DOWN,
    WRITTEN,
)
from msnewsletter.issue.teaser import HEADLINE_LIMIT, repeats_title, teaser_of
from msnewsletter.language_tags import is_english, language_of
from msnewsletter.model import Status, WrittenBy
from msnewsletter.partial_date import Precision
from msnewsletter.render.cautions import whole_cautions
from msnewsletter.render.sentences import counted, number_word
from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from datetime import date, datetime

    from msnewsletter.model import Correction, Entry, Masthead, Summary
    from msnewsletter.partial_date import PartialDate

# Where the short form of a summary's cautions leaves some out.
MORE_CAUTIONS = "(More cautions in the whole summary.)"

_NAME_LIMIT = 200  # characters of a person's name and role; a mail says it even with a headline

_IN = re.compile(r"^\s*(?:studied\s+)?in:?\s+", re.IGNORECASE)


def day_text(day: date) -> str:
    """A day for people: `3 May 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def local_day(instant: datetime, masthead: Masthead) -> str:
    """The day of an instant in the newsletter's zone: never the day before."""
    return day_text(instant.astimezone(masthead.time_zone).date())


# Of a feed that somebody opens in a browser.
FEED_IN_A_BROWSER = (
    "This is a feed. Copy its address from the address bar into a feed reader, and what is new "
    "will come to you. "
)
FEED_HELP, FEED_PAGE = "How to follow", "The same as a page"


def issue_name(number: int, masthead: Masthead) -> str:
    """An issue by its number: `Issue 7`, or `Sample issue 7`."""
    return f"Sample issue {number}" if masthead.samples else f"Issue {number}"


def issue_title(number: int, cutoff: datetime, masthead: Masthead) -> str:
    """An issue by its number and its day in the newsletter's zone: `Issue 7, 4 May 2026`."""
    return f"{issue_name(number, masthead)}, {local_day(cutoff, masthead)}"


def issue_contents(studies: int, corrections: int) -> str:
    """The contents of an issue: `Eight new studies in plain language`."""
    new = f"{counted(studies, 'new study')} in plain language" if studies else ""
    return listed(corrections_in(corrections, alone=not studies), new)


def corrections_in(count: int, *, alone: bool, spelled: bool = False) -> str:
    """`2 corrections`, or `two`; and of what, in an issue of nothing else; empty for none."""
    if not count:
        return ""
    number = number_word(count) if spelled else str(count)
    noun = "correction" if count == 1 else "corrections"
    of = " to an earlier issue" if count == 1 else " to earlier issues"
    return f"{number} {noun}{of if alone else ''}"


def corrections_title(count: int) -> str:
    """The heading above corrections: `Corrections to earlier issues`; empty for none."""
    if not count:
        return ""
    return "Correction to an earlier issue" if count == 1 else "Corrections to earlier issues"


def listed(*parts: str) -> str:
    """The parts that are not empty, with commas between them and a capital letter."""
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def partial_date_text(stamp: PartialDate, masthead: Masthead) -> str:
    """A date as precisely as it is known: `2026`, `May 2026`, `3 May 2026`."""
    day = stamp.day(masthead.time_zone)
    match stamp.precision:
        case Precision.YEAR:
            return str(day.year)
        case Precision.MONTH:
            return f"{MONTHS[day.month - 1]} {day.year}"
        case _:
            return day_text(day)


def dated(entry: Entry, masthead: Masthead, *, within: int | None = None) -> str:
    """The date of publication; where the source gave none, the date when it was first seen.

    `within`: a year that the reader knows, and that a day does not repeat: `3 May`.
    """
    if entry.summary.published is None:
        return f"First seen {local_day(entry.dated, masthead)} (no date given)"
    text = partial_date_text(entry.summary.published, masthead)
    return text.removesuffix(f" {within}")


def dates(entry: Entry, masthead: Masthead, *, late: bool = True) -> tuple[str, ...]:
    """Date, the journal's own date, lateness (if `late`): those known, in this order.

    Before them stands the journal, if it is known.
    """
    summary = entry.summary
    parts = [dated(entry, masthead)]
    cover, published = summary.cover_date, summary.published
    if cover and not (published and published.text.startswith(cover.text)):
        parts.append(f"journal issue dated {partial_date_text(cover, masthead)}")
    if late and entry.late:
        parts.append("added late")
    return tuple(parts)


def badge(summary: Summary, masthead: Masthead) -> str:
    """The people or things that were studied, in the editor's words: `In mice`; or nothing.

    Words in another language than ours stand alone.
    """
    studied = studied_in(summary)
    return f"{before_studied(language_of(summary, masthead))}{studied}" if studied else ""


def before_studied(language: str) -> str:
    """Our word before who was studied; nothing before words in another language than ours."""
    return "In " if is_english(language) else ""


def studied_in(summary: Summary) -> str:
    """The people or things that were studied, without `in`: `mice`; or nothing."""
    return _IN.sub("", one_line(summary.studied_in or "")).strip()


def evidence(summary: Summary) -> str:
    """What kind of study it is, and whether others have judged it: `trial, preprint ...`."""
    return ", ".join(EVIDENCE[one] for one in summary.evidence)


def title(entry: Entry) -> str:
    """Title or headline on one line, behind a word on a summary that is no longer live."""
    if entry.summary.status is Status.TAKEN_DOWN:
        return TAKEN_DOWN
    # A title must not be empty (feedgen raises); a permanent id is at least true.
    return prefixed(listed_name(entry.summary) or entry.id, entry.summary.status)


def listed_name(summary: Summary) -> str:
    """The summary's own short title, or its headline, cut where it is very long; on one line."""
    return one_line(summary.title or "") or _as_a_name(one_line(summary.headline))


def _as_a_name(line: str) -> str:
    return line if len(line) <= HEADLINE_LIMIT else shorten(line, limit=HEADLINE_LIMIT)


def prefixed(headline: str, status: Status) -> str:
    """The headline behind the word for a status that is not live."""
    before = prefix(status)
    return f"{before}: {headline}" if before else headline


def prefix(status: Status) -> str:
    """What stands before the headline of a summary that is not live: `Withdrawn`; or nothing."""
    return STATUS_WORDS[status]


def teaser(entry: Entry, masthead: Masthead) -> str:
    """The entry's short text on one line, which does not say again what the title says.

    Older issues hold teasers that do: another is made in their place.
    """
    summary = entry.summary
    if not entry.teaser.strip() or repeats_title(entry.teaser, summary):
        return teaser_of(summary, limit=masthead.teaser_limit)
    return one_line(entry.teaser)


def review_line(summary: Summary, masthead: Masthead) -> str:
    """A line on who wrote the text and who checked it, or nothing where a notice replaces it.

    Never implies a check that nobody made, of this text or at all.
    """
    if is_taken_back(summary):
        return ""
    author = summary.written_by or masthead.written_by
    if summary.reviewed_by:
        checked = _checked(summary)
    else:
        # What is known of a text by people is who wrote it, not that nobody looked at it again.
        checked = "" if author is WrittenBy.PEOPLE else "not checked by a person"
    return "; ".join(part for part in (WRITTEN[author], checked) if part)


def _checked(summary: Summary) -> str:
    on = f" on {day_text(summary.reviewed_on)}" if summary.reviewed_on else ""
    checked = f"checked by {shorten(summary.reviewed_by or '', limit=_NAME_LIMIT)}{on}"
    changed = summary.changed_on
    if changed is None or checked_as_shown(summary):
        return checked
    if changed == summary.reviewed_on:  # a day does not tell which of the two was first
        return f"{checked}, changed on the same day"
    return f"{checked}, before it was changed on {day_text(changed)}"


def checked_as_shown(summary: Summary) -> bool:
    """Whether somebody has checked the text that readers see."""
    if not summary.reviewed_by or is_taken_back(summary):
        return False
    changed, checked = summary.changed_on, summary.reviewed_on
    return changed is None or (checked is not None and changed < checked)


def became(status: Status) -> str:
    """A sentence or two on what happened to a summary; empty for a live one."""
    return BECAME[status]


def notice(summary: Summary) -> str:
    """A notice of what happened to the summary and why, or nothing."""
    return " ".join(part for part in (became(summary.status), summary.note) if part)


def is_taken_back(one: Summary | Correction) -> bool:
    """Whether the notice replaces the text."""
    return one.status.takes_back


def disclaimer(summary: Summary, masthead: Masthead) -> str:
    """The summary's own, or the newsletter's."""
    return own_disclaimer(summary, masthead) or masthead.disclaimer


def own_disclaimer(summary: Summary, masthead: Masthead) -> str:
    """The summary's own, or nothing: it has none, or a notice replaces it with the text."""
    own = summary.disclaimer
    return own if own and own != masthead.disclaimer and not is_taken_back(summary) else ""


def sections(summary: Summary) -> tuple[tuple[str, str], ...]:
    """Each section that the summary has, as a plain question and its text."""
    asked = (
        ("What was found?", summary.found),
        ("Why does it matter?", summary.why_it_matters),
        ("What should you keep in mind?", whole_cautions(summary)),
    )
    return tuple((question, text) for question, text in asked if text.strip())
