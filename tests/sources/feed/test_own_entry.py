"""Entries of our own feeds are read back, in every language that the newsletter speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalogues.german_issue import CUTOFF, ISSUE, MASTHEAD, entry_of
from msnewsletter.catalogues.catalogue_files import languages, words_in
from msnewsletter.model import Status, Summary
from msnewsletter.render import wording
from msnewsletter.render.feeds.entry_html import EntryBody
from msnewsletter.render.feeds.items import FeedItem
from msnewsletter.sources.feed.entry_patterns import entry_patterns
from msnewsletter.sources.feed.feed_entries import SourceEntry
from msnewsletter.sources.feed.feed_fields import EntryFields, entry_fields
from msnewsletter.sources.section_headings import field_of_heading

WHOLE, MICE, REVIEW, OBSERVED = (entry.summary for entry in ISSUE.entries[:4])


def read_back(summary: Summary, language: str) -> EntryFields:
    """The fields of a summary's entry in the feed of whole texts, with our words in a language."""
    entry = entry_of(summary, late=True)
    masthead = replace(MASTHEAD, words=language)
    body = EntryBody(masthead, FeedItem(entry=entry, issue=7)).full()
    title = wording.title(entry, words_in(language))
    source = SourceEntry(title=title, body=body, body_name="content", is_html=True)
    return entry_fields(source, mapped={}, at=CUTOFF)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("summary", [WHOLE, MICE, REVIEW, OBSERVED], ids=lambda one: one.key)
def test_a_summary_comes_back_as_it_was(summary: Summary, language: str) -> None:
    found = read_back(summary, language)
    expected = {
        "headline": summary.headline,
        "published": summary.published and str(summary.published),
        "evidence": tuple(map(str, summary.evidence)),
        "written_by": str(summary.written_by or MASTHEAD.written_by),
        "reviewed_by": None if summary.changed_on else summary.reviewed_by,
        "paper_title": summary.paper_title,
        "journal": summary.journal,
        "cover_date": summary.cover_date and str(summary.cover_date),
        "cautions": wording.whole_cautions(summary),
    }
    day_only = {"published"} if summary.published and len(str(summary.published)) < 10 else set()
    assert {name: found.fields.get(name) for name in expected.keys() - day_only} == {
        name: value for name, value in expected.items() if name not in day_only
    }
    assert bool(summary.changed_on) is any("after it was checked" in one for one in found.notes)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("status", [one for one in Status if one is not Status.TAKEN_DOWN])
def test_what_became_of_it_comes_back(status: Status, language: str) -> None:
    note = None if status is Status.LIVE else "Wir hatten Zahlen vertauscht."
    found = read_back(replace(REVIEW, status=status, note=note), language)
    assert found.fields.get("status") == (None if status is Status.LIVE else str(status))
    assert found.fields.get("note") == note
    assert found.fields["headline"] == REVIEW.headline
    assert found.taken_back is status.takes_back


@pytest.mark.parametrize("language", languages())
def test_our_own_questions_are_known_as_headings(language: str) -> None:
    asked = wording.sections(WHOLE, words_in(language))
    assert [field_of_heading(question) for question, _ in asked] == [
        *("found", "why_it_matters", "cautions"),
    ]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3 May 2026", "2026-05-03"),
        ("May 2026", "2026-05"),
        ("2026", "2026"),
        ("03 May 2026", None),
        ("32 May 2026", None),
        ("3 Mai 2026", None),
        ("3 May 2026 2027", None),
        ("May", None),
    ],
)
def test_a_date_is_read_as_it_was_written(text: str, iso: str | None) -> None:
    found = entry_patterns("en").date_of(text)
    assert (found and found.iso) == iso


@pytest.mark.parametrize(
    ("line", "name", "changed"),
    [
        ("AI-written; checked by Ada on 3 May 2026, changed on 4 May 2026", "Ada", True),
        ("AI-written; checked by Ada on 3 May 2026, changed on the same day", "Ada", True),
        ("AI-written; checked by Ada, Bern on 3 May 2026", "Ada, Bern", False),
        ("Written by people; checked by Ada", "Ada", False),
        ("Written by AI and people; not checked by a person", "", False),
        ("Written by people", "", False),
    ],
)
def test_a_line_on_checks_is_read_also_as_older_versions_wrote_it(
    line: str, name: str, *, changed: bool
) -> None:
    found = entry_patterns("en").review_of(line)
    assert found is not None
    assert (found.name, found.changed) == (name, changed)
    assert entry_patterns("en").review_of("Checked by Ada") is None
