"""What one newsletter publishes, another reads from its feeds: the same summaries."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home
from msnewsletter.model import Evidence, Status, Summary, WrittenBy
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.takedown import take_down
from msnewsletter.text_blocks import blocks_of
from publisher.test_corrections import issue
from sources.fetch.feed_homes import feed_home, look, read, read_from
from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from sources.fetch.web_server import WebServer

pytestmark = pytest.mark.sqlite("publisher and reader are two newsletters")
HOUR = timedelta(hours=1)
FEEDS = ("full/rss.xml", "full/atom.xml", "full/feed.json")
TEXTS = {
    "found": "Researchers looked at 40 people.\n\nThey saw a small difference (p < 0.05).",
    "why_it_matters": "It may help to plan care:\n\n1. at home\n2. in hospitals",
    "cautions": "The study was small:\n\n- 40 people\n- one city & one year\n\nIt shows no cause.",
}
SUMMARIES = (
    {
        "key": "gut",
        "headline": "A gut microbe made MS-like illness worse in mice, and a diet calmed it.",
        **TEXTS,
        "title": "Gut microbes in mice",
        "key_messages": ["A microbe made it worse.", "A diet made it better."],
        "journal": "Neurology(R) neuroimmunology & neuroinflammation",
        "published": "2026-11-20",
        "cover_date": "2026-12",
        "doi": "10.1000/xyz(2026)5",
        "pmid": "12345678",
        "url": "https://summaries.example.org/gut?a=1&b=2",
        "studied_in": "mice",
        "evidence": ["laboratory", "preprint"],
        "tags": ["gut & diet", "mice"],
        "disclaimer": "Written by AI: for information, not advice.",
        "paper_title": "Gut microbes and α-synuclein",
        "reviewed_by": "Dr. Ada Example (neurologist)",
        "reviewed_on": "2026-11-19",
        "written_by": "both",
    },
    {
        "key": "signs",
        "headline": 'α-Synuclein & IL‑6 “signal” — p < 0.05, a "b" <i>c</i> 🧠',
        **TEXTS,
        "published": "2026-11-19",
        "teaser": "An own teaser.",
        "evidence": ["trial"],
    },
    {
        "key": "plain",
        "headline": "A plain finding.",
        **TEXTS,
        "published": "2026-11-18",
        "journal": "Brain : a journal of neurology",
        "language": "de",
    },
    {"key": "mended", "headline": "A finding to mend.", **TEXTS, "published": "2026-11-17"},
    {"key": "drawn", "headline": "A finding to draw back.", **TEXTS, "published": "2026-11-16"},
    {"key": "doubted", "headline": "A finding in doubt.", **TEXTS, "published": "2026-11-15"},
    {"key": "false", "headline": "A finding to retract.", **TEXTS, "published": "2026-11-14"},
    {"key": "down", "headline": "A finding to take down.", **TEXTS, "published": "2026-11-13"},
)
STATES = {
    "mended": ("corrected", "We wrote 140 people. There were 40."),
    "drawn": ("withdrawn", "We mixed up two studies."),
    "doubted": ("expression of concern", "See the journal."),
    "false": ("retracted", "See the journal’s notice."),
}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving(tags=True) as running:
        yield running


@pytest.fixture
def publisher(tmp_path: Path) -> Home:
    """A newsletter whose issue 1 is out."""
    home = empty_home(tmp_path / "publisher")
    write(home, SUMMARIES)
    publish(home, at=AT)
    return home


def write(home: Home, summaries: tuple[dict[str, object], ...]) -> None:
    (home.root / "summaries" / "all.json").write_text(json.dumps(summaries))


def serve(home: Home, server: WebServer) -> None:
    """The site as a web server has it."""
    for path in (home.outbox / "site").rglob("*"):
        if path.is_file():
            server.put(f"/{path.relative_to(home.outbox / 'site')}", path.read_bytes())


def told(home: Home) -> dict[str, Summary]:
    """The summaries that a home has read, by the first words of their headlines."""
    found = read(home)
    assert not found.refused
    return {one.headline: one for one in found.summaries}


def comparable(summary: Summary, disclaimer: str) -> Summary:
    """What feeds carry of a summary; see docs/reference/feeds.md."""
    return replace(
        summary,
        key="",
        location="",
        url=None,
        first_seen=None,
        found=_blocks(summary.found),
        why_it_matters=_blocks(summary.why_it_matters),
        cautions=_blocks(summary.cautions),
        disclaimer=summary.disclaimer or disclaimer,
        written_by=summary.written_by or WrittenBy.AI,
    )


def _blocks(text: str) -> str:
    return repr(blocks_of(text))


@pytest.mark.parametrize("feed", FEEDS)
def test_feeds_with_full_texts_give_the_same_summaries(
    feed: str, publisher: Home, server: WebServer, tmp_path: Path
) -> None:
    serve(publisher, server)
    home = feed_home(tmp_path / "reader", f"{server.base}/{feed}")
    assert look(home).failure is None
    disclaimer = issue(publisher, 1).masthead.disclaimer
    given = {name: comparable(one, disclaimer) for name, one in told(publisher).items()}
    assert {name: comparable(one, disclaimer) for name, one in told(home).items()} == given
    gut = told(home)[str(SUMMARIES[0]["headline"])]
    assert gut.url == "https://summaries.example.org/gut?a=1&b=2"
    assert gut.evidence == (Evidence.LABORATORY, Evidence.PREPRINT)


@pytest.mark.parametrize("feed", FEEDS)
def test_what_was_corrected_or_taken_back_is_told_with_its_note_and_keeps_its_text(
    feed: str, publisher: Home, server: WebServer, tmp_path: Path
) -> None:
    serve(publisher, server)
    home = feed_home(tmp_path / "reader", f"{server.base}/{feed}")
    look(home)
    before = told(home)
    changed = (
        dict(one, status=STATES[str(one["key"])][0], note=STATES[str(one["key"])][1])
        if one["key"] in STATES
        else one
        for one in SUMMARIES
    )
    write(publisher, tuple(changed))
    publish(publisher, at=AT + HOUR)
    take_down(publisher, "down", reason="law", note="A court has decided.", at=AT + 2 * HOUR)
    serve(publisher, server)
    look(home, AT + 3 * HOUR)
    now = told(home)
    assert set(now) == set(before)
    for one in SUMMARIES:
        status, note = STATES.get(str(one["key"]), ("live", None))
        if one["key"] == "down":  # no source takes down; the reader's editor does
            status, note = "withdrawn", "A court has decided."
        found = now[str(one["headline"])]
        assert (found.status, found.note) == (Status(status), note)
        assert found.found == before[found.headline].found
        assert found.key == before[found.headline].key
        assert found.published == before[found.headline].published


def test_a_notice_for_a_text_that_was_never_read_is_no_summary(
    publisher: Home, server: WebServer, tmp_path: Path
) -> None:
    write(publisher, tuple(dict(one, status="retracted", note="Why.") for one in SUMMARIES))
    publish(publisher, at=AT + HOUR)
    serve(publisher, server)
    home = feed_home(tmp_path / "reader", f"{server.base}/{FEEDS[0]}")
    look(home)
    found = read(home)
    assert not found.summaries
    assert len(found.refused) == len(SUMMARIES)
    assert "was not read before" in str(found.refused[0])


def test_the_feed_of_teasers_leads_to_the_full_one(
    publisher: Home, server: WebServer, tmp_path: Path
) -> None:
    serve(publisher, server)
    home = feed_home(tmp_path / "reader", server.base + "/rss.xml")
    look(home)
    assert "has no sections" in str(read(home).refused[0])
    read_from(home, f"{server.base}/{FEEDS[0]}")
    look(home, AT + HOUR)
    assert len(told(home)) == len(SUMMARIES)
