"""Sections are found by their headings, however a site marks these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from msnewsletter.sources.html.html_document import parse_markup
from msnewsletter.sources.html.html_lines import lines_of_text
from msnewsletter.sources.html.html_page_lines import visible_text
from msnewsletter.sources.html.html_piece import lines_of_html
from msnewsletter.sources.html.page_sections import PageSections, sections_in, sections_of_lines

if TYPE_CHECKING:
    from collections.abc import Callable

SECTIONS = {"found": "A.\n\nB.", "why_it_matters": "C.", "cautions": "D."}


def of_piece(html: str) -> PageSections:
    return sections_of_lines(lines_of_html(html))


def of_page(html: str) -> PageSections:
    return sections_in(visible_text(parse_markup(html).root))


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
    assert of_piece(html).texts == SECTIONS


@pytest.mark.parametrize("read", [of_piece, of_page])
def test_a_heading_of_the_same_rank_ends_a_section_and_one_below_it_does_not(
    read: Callable[[str], PageSections],
) -> None:
    found = read(
        "<p>Before.<h2>What was found</h2><p>A.<h3>In women</h3><p>B."
        "<h2>About us</h2><p>We write.<h2>Why it matters</h2><p>C."
    )
    assert found.texts == {"found": "A.\n\nIn women\n\nB.", "why_it_matters": "C."}
    assert found.unread == ("About us",)
    assert [line.text for line in found.above] == ["Before."]


@pytest.mark.parametrize("read", [of_piece, of_page])
def test_a_section_that_stands_in_two_places_is_kept_whole_and_said(
    read: Callable[[str], PageSections],
) -> None:
    found = read("<h2>Cautions</h2>A.<h2>x</h2>y<h2>Cautions</h2>B.<h2>Cautions</h2>A.")
    assert found.texts == {"cautions": "A.\n\nB."}
    assert found.twice == ("cautions",)


@pytest.mark.parametrize("read", [of_piece, of_page])
@pytest.mark.parametrize(
    "after",
    [
        "<p>29/9/2026<p>Another finding.",
        "<h3>Share this</h3><p>By mail.",
        "<p><a href=/next>The next summary</a>",
        "<p>AI-generated summary. Ask your doctor.<p>Imprint.",
        "<h2>Related</h2><p>Another finding.",
    ],
)
def test_what_follows_the_last_section_is_not_taken_into_it(
    read: Callable[[str], PageSections], after: str
) -> None:
    found = read(f"<h2>What was found</h2><p>A.<h2>Cautions</h2><p>D.{after}")
    assert found.texts["cautions"] == "D."
    assert set(found.texts) <= {"found", "cautions", "disclaimer"}


def test_an_element_around_the_sections_of_a_page_ends_them() -> None:
    found = of_page(
        "<div><h2>What was found</h2><p>A.</p><h2>Cautions</h2><p>D.</p></div><p>Buy this.</p>"
    )
    assert found.texts == {"found": "A.", "cautions": "D."}


def test_a_plain_text_has_sections_and_lists_too() -> None:
    text = "## What was found\nA\nb.\n\nKey messages:\n\n- one\n- two\n\nCautions\n\nD."
    found = sections_of_lines(lines_of_text(text))
    assert found.texts["found"] == "A\nb."
    assert dict(found.values())["key_messages"] == ("one", "two")
    assert found.titles["cautions"] == "Cautions"


LEADS = [
    '<p>Source: <a href="https://doi.org/10.1/x">the paper</a></p>',
    '<p>Read the paper in <a href="https://doi.org/10.1/x">Brain</a>.</p>',
    "<p>Read the full study</p>",
    '<p><a href="https://doi.org/10.1/x">In Brain</a></p>',
    "<p>https://doi.org/10.1/x</p>",
    "<p>Reference: Smith J. A study. 2026.</p><p>DOI: 10.1000/x</p>",
]
OTHERS = [
    "<p>The source of the funding was a company.</p>",
    "<p>Study participants were few.</p>",
    "<p>Source: the paper.</p><p>And it was short.</p>",
    "<ul><li>Study: not blinded.</li></ul>",
]


@pytest.mark.parametrize("last", LEADS)
@pytest.mark.parametrize("read", [of_piece, of_page])
def test_a_last_paragraph_that_leads_to_the_paper_is_no_caution(
    read: Callable[[str], PageSections], last: str
) -> None:
    found = read(f"<h2>What was found</h2><p>F.<h2>Cautions</h2><p>Few people.</p>{last}")
    assert found.texts["cautions"] == "Few people."


@pytest.mark.parametrize("last", OTHERS)
@pytest.mark.parametrize("read", [of_piece, of_page])
def test_other_last_paragraphs_are(read: Callable[[str], PageSections], last: str) -> None:
    found = read(f"<h2>What was found</h2><p>F.<h2>Cautions</h2><p>Few people.</p>{last}")
    assert found.texts["cautions"] != "Few people."
