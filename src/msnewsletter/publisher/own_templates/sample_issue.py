"""An invented issue that shows every part of mail and pages, to try templates with.

No word of it is anybody's: it is about no study.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.glossary import Glossary, Term
from msnewsletter.model import (
    Card,
    Correction,
    Entry,
    Evidence,
    Issue,
    Status,
    Summary,
    WrittenBy,
)
from msnewsletter.partial_date import PartialDate

if TYPE_CHECKING:
    from msnewsletter.model import Masthead

# A day on which nothing depends.
SAMPLE_CUTOFF: Final = datetime(2026, 1, 12, 7, tzinfo=UTC)
# More than a mail shows with their texts, so that some are linked headlines.
_ENTRIES = 14

SAMPLE_GLOSSARY: Final = Glossary(
    terms=(Term(forms=("placebo", "placebos"), explanation="A pill without anything in it."),)
)


def sample_issue(masthead: Masthead) -> Issue:
    """An issue with whole and short entries, linked headlines, corrections, a note, a question."""
    entries = [_entry(masthead, place) for place in range(1, _ENTRIES + 1)]
    return Issue(
        number=3,
        slot="2026-01-12T08:00[Europe/Berlin]",
        cutoff=SAMPLE_CUTOFF,
        masthead=replace(masthead, question="Which of these is about me?", contents=True),
        entries=tuple(entries),
        note="A **note** of the editor.\n\n- with a list\n- and a [link](https://example.org/)",
        corrections=tuple(_corrections(masthead)),
    )


def _entry(masthead: Masthead, place: int) -> Entry:
    summary = _FULL if place == 1 else replace(_PLAIN, key=f"plain-{place}")
    if place > 1:
        summary = replace(summary, headline=f"Study {place} compared a placebo with another one.")
    dated = SAMPLE_CUTOFF - timedelta(days=place)
    return Entry(
        position=place,
        id=masthead.public_id(summary.key).urn,
        summary=summary,
        teaser=f"What study {place} found is said here in one sentence.",
        dated=dated,
        feed_date=dated,
        late=False,
        why="",
    )


def _corrections(masthead: Masthead) -> list[Correction]:
    return [
        Correction(
            key=f"earlier-{status.value}",
            id=masthead.public_id(f"earlier-{status.value}").urn,
            issue=2,
            headline="Something was said in an earlier issue.",
            status=status,
            note="The number was wrong: it is twelve.",
            carried=SAMPLE_CUTOFF - timedelta(days=7),
        )
        for status in (Status.RETRACTED, Status.CORRECTED)
    ]


_PLAIN = Summary(
    key="plain",
    headline="A study compared a placebo with another one.",
    found="It found no difference between the two.\n\n- the first point\n- the second point",
    why_it_matters="Somebody has to look.",
    cautions="It was a small study. Nobody should change anything because of it.",
    published=PartialDate(text="2026-01-09"),
    first_seen=SAMPLE_CUTOFF,
)
_FULL = replace(
    _PLAIN,
    key="full",
    title="A study with all that there is",
    headline="A study of 40 people asked everything that can be asked.",
    key_messages=("It asked everything.", "It was told something."),
    caution="It was one study.",
    journal="Journal of Samples",
    cover_date=PartialDate(text="2026-02"),
    doi="10.5555/sample.1",
    pmid="99000001",
    url="https://example.org/sample",
    studied_in="40 people",
    evidence=(Evidence.TRIAL, Evidence.PEER_REVIEWED),
    participants="40",
    population="people who like to answer",
    paper_title="Asking everything",
    authors=("A. Sample", "B. Sample"),
    funding="nobody",
    interests="none",
    related=(Card(date=SAMPLE_CUTOFF.date(), teaser="Another summary says more."),),
    tags=("samples",),
    written_by=WrittenBy.AI,
    reviewed_by="A. Reviewer",
    reviewed_on=SAMPLE_CUTOFF.date(),
)
