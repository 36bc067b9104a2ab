"""A small newsletter with the awkward cases among its entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msnewsletter.model import Card, Entry, Masthead, Status, Summary
from msnewsletter.partial_date import PartialDate

CUTOFF = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)

MASTHEAD = Masthead(
    id="tag:news.example.org,2026:plain",
    title="MS in plain words",
    description="New studies on multiple sclerosis, told so that anyone can read them.",
    site="https://news.example.org/ms/",
    language="en",
    zone="Europe/Berlin",
    from_name="MS in plain words",
    from_address="editor@news.example.org",
    list_address="readers@news.example.org",
    unsubscribe_url="https://news.example.org/u/",
    unsubscribe_address="leave@news.example.org",
    postal_address="1 Example Street, 12345 Example",
    disclaimer="AI-generated summary, for information only. It is not medical advice.",
    subject="Issue {number}: {count}, {date}",
    why="You get this mail because you asked for it.",
    teaser_limit=160,
)


def summary_of(key: str, **fields: Any) -> Summary:
    """A complete summary; `fields` replace its own."""
    whole = Summary(
        key=key,
        headline=f"A sample finding about {key}.",
        found="Researchers looked at 40 people.\n\nThey saw a small difference.",
        why_it_matters="It may help to plan care.",
        cautions="The study was small. It cannot show a cause.",
        published=PartialDate.parse("2026-05-01"),
    )
    return replace(whole, **fields)


def entry_of(summary: Summary, *, position: int = 1, day: int = 1, late: bool = False) -> Entry:
    """The summary as an issue carries it, dated to that day of May 2026."""
    return Entry(
        position=position,
        id=MASTHEAD.public_id(summary.key).urn,
        summary=summary,
        teaser=summary.teaser or summary.headline,
        dated=datetime(2026, 5, day, tzinfo=ZoneInfo(MASTHEAD.zone)).astimezone(UTC),
        feed_date=datetime(2026, 5, day, 10, tzinfo=UTC),
        late=late,
        why="in no earlier issue",
    )


AWKWARD = 'α-Synuclein & IL‑6 “signal” — p < 0.05, a "b" <i>c</i> ]]> 🧠 שלום'

ENTRIES = (
    entry_of(
        summary_of(
            "Gut bacteria",
            headline="A gut microbe made MS-like illness worse in mice, and a diet calmed it.",
            teaser="In mice, one gut microbe made the illness worse.",
            journal="Neurology(R) neuroimmunology & neuroinflammation",
            doi="10.1000/xyz(2026)5",
            pmid="12345678",
            url="https://summaries.example.org/gut?a=1&b=2",
            studied_in="mice",
            tags=("gut & diet", "mice"),
            published=PartialDate.parse("2026-05-03"),
            cover_date=PartialDate.parse("2026-12"),
            reviewed_by="Dr. Ada Example",
            reviewed_on=date(2026, 5, 2),
            disclaimer="Written by AI: for information, not advice.",
            related=(
                Card(date=date(2026, 12, 31), teaser="Learn what a sample card says & why it en"),
                Card(
                    date=date(2026, 4, 6), teaser="A second sample card, cut in the middle of a w"
                ),
            ),
        ),
        position=1,
        day=3,
    ),
    entry_of(
        summary_of(
            "awkward",
            headline=AWKWARD,
            published=None,
            first_seen=datetime(2026, 5, 2, 6, tzinfo=UTC),
        ),
        position=2,
        day=2,
    ),
    entry_of(
        summary_of("Zebra", status=Status.CORRECTED, note="We wrote 40 people; there were 14."),
        position=3,
        late=True,
    ),
    entry_of(
        summary_of(
            "retracted", status=Status.RETRACTED, note="See the journal’s notice.", journal="Brain"
        ),
        position=4,
    ),
)
