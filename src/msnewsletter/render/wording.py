"""The wording of facts about an entry: dates, review, corrections. Pure.

In the words of the masthead, or in those that are given; nothing here asks the machine's locale.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import ENGLISH, to_say
from msnewsletter.issue.entry_words import (
    BECAME,
    EVIDENCE,
    STATUS_WORDS,
    TAKEN_DOWN,
    WRITTEN,
)
from msnewsletter.issue.teaser import HEADLINE_LIMIT, repeats_title, teaser_of
from msnewsletter.language_tags import is_english, language_of
from msnewsletter.model import Status, WrittenBy
from msnewsletter.partial_date import Precision
from msnewsletter.render.cautions import whole_cautions
from msnewsletter.render.sentences import capital
from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Correction, Entry, Masthead, Summary
    from msnewsletter.partial_date import PartialDate

# Where the short form of a summary's cautions leaves some out.
MORE_CAUTIONS = to_say("(More cautions in the whole summary.)")

# Where an entry could have been in an earlier issue: why readers meet an old date in a new issue.
ADDED_LATE = to_say("added late, from before an earlier issue")

_NAME_LIMIT = 200  # characters of a person's name and role; a mail says it even with a headline

_IN = re.compile(r"^\s*(?:studied\s+)?in:?\s+", re.IGNORECASE)


def local_day(instant: datetime, masthead: Masthead) -> str:
    """The day of an instant in the newsletter's zone: never the day before."""
    return words_in(masthead.words).day(instant.astimezone(masthead.time_zone).date())


# Of a feed that somebody opens in a browser.
FEED_IN_A_BROWSER = to_say(
    "This is a feed. Copy its address from the address bar into a feed reader, and what is new "
    "will come to you."
)
FEED_HELP, FEED_PAGE = to_say("How to follow"), to_say("The same as a page")


def issue_name(number: int, masthead: Masthead) -> str:
    """An issue by its number: `Issue 7`, or `Sample issue 7`."""
    words = words_in(masthead.words)
    if masthead.samples:
        return words.say("Sample issue %(number)s", number=number)
    return words.say("Issue %(number)s", number=number)


def issue_title(number: int, cutoff: datetime, masthead: Masthead) -> str:
    """An issue by its number and its day in the newsletter's zone: `Issue 7, 4 May 2026`."""
    words, day = words_in(masthead.words), local_day(cutoff, masthead)
    if masthead.samples:
        return words.say("Sample issue %(number)s, %(day)s", number=number, day=day)
    return words.say("Issue %(number)s, %(day)s", number=number, day=day)


def issue_contents(studies: int, corrections: int, words: OwnWords) -> str:
    """The contents of an issue: `8 new studies in plain language`."""
    new = words.say_many(
        "%(number)s new study in plain language",
        "%(number)s new studies in plain language",
        studies,
    )
    corrected = corrections_in(corrections, words, alone=not studies)
    return listed(corrected, new if studies else "")


def corrections_in(count: int, words: OwnWords, *, alone: bool, spelled: bool = False) -> str:
    """`2 corrections`, or `two`; and of what, in an issue of nothing else; empty for none."""
    if not count:
        return ""
    number = words.spelled(count) if spelled else str(count)
    if alone:
        return words.say_many(
            "%(number)s correction to an earlier issue",
            "%(number)s corrections to earlier issues",
            count,
            number=number,
        )
    return words.say_many("%(number)s correction", "%(number)s corrections", count, number=number)


def listed(*parts: str) -> str:
    """The parts that are not empty, with commas between them and a capital letter."""
    return capital(", ".join(part for part in parts if part))


def partial_date_text(stamp: PartialDate, masthead: Masthead, *, within: int | None = None) -> str:
    """A date as precisely as it is known: `2026`, `May 2026`, `3 May 2026`.

    `within`: a year that the reader knows, and that a day or month does not repeat: `3 May`.
    """
    day, dates = stamp.day(masthead.time_zone), words_in(masthead.words).dates
    known = day.year == within
    match stamp.precision:
        case Precision.YEAR:
            return str(day.year)
        case Precision.MONTH:
            return dates.month_within(day) if known else dates.month(day)
        case _:
            return dates.day_within(day) if known else dates.day(day)


def dated(entry: Entry, masthead: Masthead, *, within: int | None = None) -> str:
    """The date of publication; where the source gave none, the date when it was first seen.

    `within`: as in `partial_date_text`.
    """
    if entry.summary.published is None:
        day = local_day(entry.dated, masthead)
        return words_in(masthead.words).say("First seen %(day)s (no date given)", day=day)
    return partial_date_text(entry.summary.published, masthead, within=within)


def dates(entry: Entry, masthead: Masthead, *, late: bool = True) -> tuple[str, ...]:
    """Date, the journal's own date, lateness (if `late`): those known, in this order.

    Before them stands the journal, if it is known.
    """
    summary, words = entry.summary, words_in(masthead.words)
    parts = [dated(entry, masthead)]
    cover, published = summary.cover_date, summary.published
    if cover and not (published and published.text.startswith(cover.text)):
        date = partial_date_text(cover, masthead)
        parts.append(words.say("journal issue dated %(date)s", date=date))
    if late and entry.late:
        parts.append(words.say(ADDED_LATE))
    return tuple(parts)


def badge(summary: Summary, masthead: Masthead) -> str:
    """The people or things that were studied, in the editor's words: `In mice`; or nothing.

    Words in another language than ours stand alone.
    """
    studied = studied_in(summary)
    before = before_studied(language_of(summary, masthead), masthead)
    return f"{before}{studied}" if studied else ""


def before_studied(language: str, masthead: Masthead) -> str:
    """Our word before who was studied; nothing before words in another language than ours.

    English alone has one that goes with whatever follows.
    """
    ours = words_in(masthead.words) is ENGLISH
    return "In " if ours and is_english(language) else ""


def studied_in(summary: Summary) -> str:
    """The people or things that were studied, without `in`: `mice`; or nothing."""
    return _IN.sub("", one_line(summary.studied_in or "")).strip()


def evidence(summary: Summary, words: OwnWords) -> str:
    """What kind of study it is, and whether others have judged it: `trial, preprint ...`."""
    return ", ".join(words.say(EVIDENCE[one]) for one in summary.evidence)


def title(entry: Entry, words: OwnWords) -> str:
    """Title or headline on one line, behind a word on a summary that is no longer live."""
    if entry.summary.status is Status.TAKEN_DOWN:
        return words.say(TAKEN_DOWN)
    # A title must not be empty (feedgen raises); a permanent id is at least true.
    return prefixed(listed_name(entry.summary) or entry.id, entry.summary.status, words)


def listed_name(summary: Summary) -> str:
    """The summary's own short title, or its headline, cut where it is very long; on one line."""
    return one_line(summary.title or "") or _as_a_name(one_line(summary.headline))


def _as_a_name(line: str) -> str:
    return line if len(line) <= HEADLINE_LIMIT else shorten(line, limit=HEADLINE_LIMIT)


def prefixed(headline: str, status: Status, words: OwnWords) -> str:
    """The headline behind the word for a status that is not live."""
    before = prefix(status, words)
    return f"{before}: {headline}" if before else headline


def prefix(status: Status, words: OwnWords) -> str:
    """What stands before the headline of a summary that is not live: `Withdrawn`; or nothing."""
    return words.say(STATUS_WORDS[status])


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
    author, words = summary.written_by or masthead.written_by, words_in(masthead.words)
    if summary.reviewed_by:
        checked = _checked(summary, summary.reviewed_by, words)
    else:
        # What is known of a text by people is who wrote it, not that nobody looked at it again.
        checked = "" if author is WrittenBy.PEOPLE else words.say("not checked by a person")
    return "; ".join(part for part in (words.say(WRITTEN[author]), checked) if part)


def _checked(summary: Summary, reviewed_by: str, words: OwnWords) -> str:
    name, day = shorten(reviewed_by, limit=_NAME_LIMIT), summary.reviewed_on
    if day:
        checked = words.say("checked by %(name)s on %(day)s", name=name, day=words.day(day))
    else:
        checked = words.say("checked by %(name)s", name=name)
    changed = summary.changed_on
    if changed is None or checked_as_shown(summary):
        return checked
    if changed == summary.reviewed_on:  # a day does not tell which of the two was first
        return words.say("%(checked)s, changed on the same day", checked=checked)
    return words.say(
        "%(checked)s, before it was changed on %(day)s", checked=checked, day=words.day(changed)
    )


def checked_as_shown(summary: Summary) -> bool:
    """Whether somebody has checked the text that readers see."""
    if not summary.reviewed_by or is_taken_back(summary):
        return False
    changed, checked = summary.changed_on, summary.reviewed_on
    return changed is None or (checked is not None and changed < checked)


def became(status: Status, words: OwnWords) -> str:
    """A sentence or two on what happened to a summary; empty for a live one."""
    return words.say(BECAME[status])


def notice(summary: Summary, words: OwnWords) -> str:
    """A notice of what happened to the summary and why, or nothing."""
    return " ".join(part for part in (became(summary.status, words), summary.note) if part)


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


def sections(summary: Summary, words: OwnWords) -> tuple[tuple[str, str], ...]:
    """Each section that the summary has, as a plain question and its text."""
    asked = (
        (words.say("What was found?"), summary.found),
        (words.say("Why does it matter?"), summary.why_it_matters),
        (words.say("What should you keep in mind?"), whole_cautions(summary)),
    )
    return tuple((question, text) for question, text in asked if text.strip())
