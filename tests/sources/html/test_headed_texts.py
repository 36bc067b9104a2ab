"""Sections are found by their headings, however a site marks these."""

from __future__ import annotations

import datetime as dt

import pytest

from msnewsletter.sources.html.headed_texts import headed_texts
from msnewsletter.sources.html.html_blocks import blocks_in
from msnewsletter.sources.html.html_page import read_html

AT = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
SECTIONS = {"found": "A.\n\nB.", "why_it_matters": "C.", "cautions": "D."}


@pytest.mark.parametrize(
    "html",
    [
        "<h2>What was found</h2><p>A.<p>B.<h2>Why it matters</h2><p>C.<h2>Cautions</h2>D.",
        "<h4>WHAT WAS FOUND?</h4><p>A.<p>B.<h4>Why does it matter?</h4>C.<h4>Cautions:</h4>D.",
        (
            "<p><b>What was found</b><p>A.<p>B.<p><strong>Why it matters:</strong><p>C."
            "<p><b>Cautions</b><p>D."
        ),
        "<p><b>What was found:</b> A.<p>B.<p><b>Why it matters</b><br>C.<p><b>Cautions</b>: D.",
        "<p>What was found?<br>A.<br><br>B.<p>Why it matters<p>C.<p>Cautions<p>D.",
    ],
)
def test_headings_may_be_elements_bold_lines_or_the_first_words(html: str) -> None:
    found = headed_texts(blocks_in(html))
    assert {name: found.text(name) for name in found.sections} == SECTIONS


def test_a_heading_of_the_same_rank_ends_a_section_and_one_below_it_does_not() -> None:
    found = headed_texts(
        blocks_in(
            "<p>Before.<h2>What was found</h2><p>A.<h3>In women</h3><p>B."
            "<h2>About us</h2><p>We write.<h2>Why it matters</h2><p>C."
        )
    )
    assert found.text("found") == "A.\n\nIn women\n\nB."
    assert found.text("why_it_matters") == "C."
    assert found.unread == ["About us"]
    assert [block.text for block in found.before] == ["Before."]


def test_cautions_that_stand_in_two_places_are_all_kept() -> None:
    found = headed_texts(blocks_in("<h2>Cautions</h2>A.<h2>x</h2>y<h2>Cautions</h2>B."))
    assert found.text("cautions") == "A.\n\nB."


@pytest.mark.parametrize(
    "last",
    [
        '<p>Source: <a href="https://doi.org/10.1/x">the paper</a></p>',
        '<p>Read the paper in <a href="https://doi.org/10.1/x">Brain</a>.</p>',
        "<p>Read the full study</p>",
        '<p><a href="https://doi.org/10.1/x">In Brain</a></p>',
        "<p>https://doi.org/10.1/x</p>",
        "<p>Reference: Smith J. A study. 2026.</p><p>DOI: 10.1000/x</p>",
    ],
)
def test_a_last_paragraph_that_leads_to_the_paper_is_no_caution(last: str) -> None:
    found = headed_texts(blocks_in(f"<h2>Cautions</h2><p>Few people.</p>{last}"))
    assert found.text("cautions") == "Few people."
    page = (
        f"<main><h1>A.</h1><h2>What was found</h2><p>F.</p><h2>Cautions</h2><p>C.</p>{last}</main>"
    )
    read = read_html(page.encode(), address="https://example.org/a", at=AT)
    assert read.fields["cautions"] == "C."


@pytest.mark.parametrize(
    "last",
    [
        "<p>The source of the funding was a company.</p>",
        "<p>Study participants were few.</p>",
        "<p>Source: the paper.</p><p>And it was short.</p>",
        "<ul><li>Study: not blinded.</li></ul>",
    ],
)
def test_other_last_paragraphs_are(last: str) -> None:
    found = headed_texts(blocks_in(f"<h2>Cautions</h2><p>Few people.</p>{last}"))
    assert found.text("cautions") != "Few people."
