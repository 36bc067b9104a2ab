"""Sections are found by their headings, however a site marks these."""

from __future__ import annotations

import pytest

from msnewsletter.sources.html.headed_texts import headed_texts
from msnewsletter.sources.html.html_blocks import blocks_in

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
