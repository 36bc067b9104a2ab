"""How the desk says things: dates in one form, whole sentences, the time that is left. Pure."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.render import wording
from msnewsletter.render.sentences import counted
from msnewsletter.schedule.slots import Slot

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.model import Entry, Issue, Masthead

# What reasons and the command line write: `2026-11-20`, `Mon 2026-11-23 08:00`.
_WRITTEN = re.compile(
    r"(?<![\w-])(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?(?![\w:-])"
)
# `IL-6`, `CD4-T`: a browser would break a line after the hyphen.
_NAME_WITH_NUMBER = re.compile(r"(?<![\w-])(?=[\w-]*\d)\w{1,8}(?:-\w{1,8}){1,2}(?![\w-])")
_ENDS = tuple(".!?…")
_CLOSING = "”’\"')"
# A first word with one of these is a name of something, and stays as it is written.
_NAMED = frozenset("./_[<\\@")


def day_and_time(instant: datetime) -> str:
    """`30 November 2026, 08:00`, in the zone that it is in."""
    return f"{ENGLISH.day(instant.date())}, {instant:%H:%M}"


def weekday_and_time(instant: datetime) -> str:
    """`Monday, 30 November 2026, 08:00`, in the zone that it is in."""
    return f"{instant:%A}, {day_and_time(instant)}"


def with_dates(text: str) -> str:
    """A reason with its dates as the desk writes them; for no text that says how to write one."""
    return _WRITTEN.sub(_date_in_words, text)


def _date_in_words(match: re.Match[str]) -> str:
    with suppress(ValueError):  # digits that are no date stay
        return ENGLISH.day(date.fromisoformat(match[1])) + (f", {match[2]}" if match[2] else "")
    return match[0]


def sentence(text: str) -> str:
    """A text as a sentence: with a capital letter, and a full stop where it ends without a mark."""
    first, *then = text.split(maxsplit=2)[:2] or [""]
    # A file, a setting; or a source with its page: `site: https://example.org/eye`.
    is_name = not _NAMED.isdisjoint(first.rstrip(".,:;…")) or any("://" in one for one in then)
    return stopped(text if is_name else text[:1].upper() + text[1:])


def stopped(text: str) -> str:
    """The end of a sentence: a text with a full stop, where it ends without a mark."""
    return text if not text or text.rstrip(_CLOSING).endswith(_ENDS) else f"{text}."


def unbroken(text: str) -> Markup:
    """A headline as HTML, in which names with a hyphen and a number stay on one line."""
    parts: list[Markup] = []
    end = 0
    for match in _NAME_WITH_NUMBER.finditer(text):
        name = Markup('<span class="whole">{}</span>').format(match[0])
        parts += [escape(text[end : match.start()]), name]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def slot_words(key: str) -> str:
    """What an issue's slot means: `for the slot of 30 November 2026, 08:00`."""
    if not Slot.is_key(key):
        return "published by hand"
    return f"for the slot of {day_and_time(Slot.parse(key).local)}"


def contents(issue: Issue) -> str:
    """What is in an issue: `2 summaries and 1 correction to an earlier issue`."""
    corrections = wording.corrections_in(len(issue.corrections), ENGLISH, alone=True)
    studies = counted(len(issue.entries), "summary") if issue.entries else ""
    return " and ".join(filter(None, (studies, corrections)))


def edited_texts(count: int) -> str:
    """`1 edited text of an earlier issue`, `2 edited texts of earlier issues`."""
    issues = "an earlier issue" if count == 1 else "earlier issues"
    return f"{counted(count, 'edited text')} of {issues}"


def in_english(masthead: Masthead) -> Masthead:
    """The masthead for what the desk itself says of a newsletter in any language."""
    return replace(masthead, words=ENGLISH.language)


def dates_and_journal(entry: Entry, masthead: Masthead) -> str:
    """`19 November 2026 · Science`: what a list says of a study beside its headline."""
    journal = (entry.summary.journal,) if entry.summary.journal else ()
    dates = wording.dates(entry, in_english(masthead), late=False)
    if entry.summary.published is None:
        dates = ("No date", *dates[1:])  # a row is too short for when it was first seen
    return " · ".join((*dates, *journal))


def time_left(moment: datetime, now: datetime) -> str:
    """`in 4 days 3 hours`; the desk's script says the same, and keeps it true."""
    minutes = max(0, round((moment - now).total_seconds() / 60))
    days, hours = minutes // 1440, minutes % 1440 // 60
    parts = (
        [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (minutes % 60, "minute")]
    )
    said = (f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in parts if count)
    return f"in {' '.join(said) or '0 minutes'}"
