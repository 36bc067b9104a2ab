"""What CSS selectors of the settings find in a page."""

from __future__ import annotations

import pytest

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.field_candidates import FieldCandidates
from msnewsletter.sources.html.html_document import parse_html
from msnewsletter.sources.html.page_selected import add_selected


def selected(html: str, **select: str) -> FieldCandidates:
    found = FieldCandidates()
    add_selected(found, parse_html(html.encode(), "a"), select, "https://example.org/a/")
    return found


def test_the_texts_of_several_elements_are_paragraphs_and_of_other_fields_the_first_counts() -> (
    None
):
    html = "<p class=f>A.<p class=f>B.<p class=f>A.</p><i>N</i><i>M</i>"
    found = selected(html, found=".f", journal="i")
    assert found.first("found") == "A.\n\nB."
    assert found.first("journal") == "N"
    assert found.notes == ["journal: 2 elements are 'i': the first counts"]
    assert found.by_field["found"][0].origin == "select: .f"


def test_what_programs_read_comes_before_what_is_shown() -> None:
    html = (
        "<time datetime=2026-05-03>3 May</time><a class=d href='../x'>here</a>"
        "<meta name=j content=Brain>"
    )
    found = selected(html, published="time", url=".d", journal="[name=j]")
    assert found.first("published") == "2026-05-03"
    assert found.first("url") == "https://example.org/x"
    assert found.first("journal") == "Brain"


def test_a_list_is_its_elements_or_the_parts_of_one() -> None:
    html = "<b>mice</b><b>diet</b><b>mice</b><i>- one\n<br>- two</i>"
    found = selected(html, tags="b", key_messages="i")
    assert found.by_field["tags"][0].value == ("mice", "diet")
    assert found.by_field["key_messages"][0].value == ("one", "two")


def test_a_selector_that_finds_nothing_is_said() -> None:
    found = selected("<p>A.", cautions=".c")
    assert found.notes == ["cautions: nothing in the page is '.c'"]
    assert not found.by_field


def test_what_is_no_selector_is_refused_with_its_field() -> None:
    with pytest.raises(BadValueError, match=r"select\.found: 'p\[' is not a CSS selector"):
        selected("<p>A.", journal="i", found="p[")
