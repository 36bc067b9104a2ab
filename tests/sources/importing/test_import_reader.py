"""Any document is read by its kind; what cannot be read is one line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.unfinished import certain_residues
from msnewsletter.sources.importing.content_kind import KINDS
from msnewsletter.sources.importing.import_reader import read_document
from msnewsletter.sources.importing.imported_document import ImportedDocument
from msnewsletter.sources.parsed import Reading
from sources.written import CAUTIONS, FOUND, HEADLINE, WHY, markdown, page

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECTIONS = (
    f"<h2>What was found</h2><p>{FOUND.replace('<', '&lt;').replace('&T', '&amp;T')}</p>"
    f"<h2>Why it matters</h2><p>{WHY}</p><h2>Cautions</h2><p>{CAUTIONS}</p>"
)
HTML = f"<!doctype html><html><body><h1>{HEADLINE}</h1>{SECTIONS}</body></html>"
NEWS = (
    "<html><head><title>A day out</title></head><body><article><h1>A day out</h1>"
    "<p>We went to the park with many people from the town, and it was a day to remember.</p>"
    "<p>In the evening we all came back, and told each other what we had seen.</p>"
    "</article></body></html>"
)


def read(text: str | bytes, place: str, *, kind: str | None = None, **more: str) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    document = ImportedDocument(place=place, data=data, **more)
    return Reading.joined(read_document(document, kind=kind, at=AT))


def said(reading: Reading) -> list[str]:
    return [str(one) for one in (*reading.refused, *reading.warned)]


@pytest.mark.parametrize(
    ("text", "place", "key"),
    [
        (markdown("key: own\n"), "walk.md", "own"),
        (markdown(), "walk.md", "walk"),
        (page(), "walk.txt", "walk"),
        (HTML, "saved/walk.html", "walk"),
    ],
)
def test_a_file_of_one_summary_keeps_its_texts_and_its_key(text: str, place: str, key: str) -> None:
    reading = read(text, place)
    [one] = reading.summaries
    assert (one.key, one.headline, one.found) == (key, HEADLINE, FOUND)
    assert (one.why_it_matters, one.cautions) == (WHY, CAUTIONS)


def test_a_page_at_an_address_has_the_key_and_the_url_of_it() -> None:
    [one] = read(
        HTML, "https://a.example/gut/?utm_source=x", url="https://a.example/gut/"
    ).summaries
    assert (one.key, one.url) == ("a.example/gut", "https://a.example/gut/")


def test_an_entry_of_a_feed_is_a_summary_and_one_that_is_none_costs_no_other() -> None:
    feed = (
        '<rss version="2.0"><channel><title>S</title>'
        "<item><title>News</title><link>https://a.example/news</link><description>x</description>"
        f"</item><item><title>{HEADLINE}</title><link>https://a.example/gut</link>"
        "<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>"
        f"<description><![CDATA[{SECTIONS}]]></description></item></channel></rss>"
    )
    reading = read(feed, "feed.xml")
    [one] = reading.summaries
    assert (one.key, str(one.published)) == ("a.example/gut", "2026-11-20T08:00:00+00:00")
    assert [line.partition("; ")[0] for line in said(reading)] == [
        "feed.xml#1: “News”: its entry has no sections"
    ]


def test_a_page_of_unknown_markup_is_a_proposal_that_nobody_could_send() -> None:
    reading = read(NEWS, "out.html")
    [one] = reading.summaries
    assert (one.key, one.headline, one.cautions, one.published) == ("out", "A day out", "", None)
    assert "We went to the park" in one.found
    assert [residue.what for residue in certain_residues(one)] == ["a placeholder"]
    [line] = said(reading)
    assert line.startswith("out.html: is only a proposal, and held until you have written it: ")


def test_a_page_with_nothing_in_it_is_refused_and_no_proposal() -> None:
    reading = read("<html><body><p>Hi</p></body></html>", "empty.html")
    assert reading.summaries == ()
    assert len(reading.refused) == 1


def test_a_list_of_feeds_among_summaries_is_one_line() -> None:
    [line] = said(read("<opml/>", "l.opml"))
    assert line.startswith("l.opml: is a list of feeds")


def test_a_file_that_is_too_large_for_its_kind_is_not_read() -> None:
    [line] = said(read(b"# " + b"x" * 5_000_001, "a.md"))
    assert "is too large (5.0 MB)" in line


@given(st.sampled_from([*KINDS, None]), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_as_any_kind(kind: str | None, data: bytes) -> None:
    document = ImportedDocument(place="a.x", data=data)
    for reading in read_document(document, kind=kind, at=AT):
        assert all("\n" not in str(one) for one in (*reading.refused, *reading.warned))
