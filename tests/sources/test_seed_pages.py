"""The five real pages as HTML in four markups: the texts are those of the text pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from markups_of_pages import MARKUPS, PageOfText
from msnewsletter.sources.html.html_page import read_html

if TYPE_CHECKING:
    from pathlib import Path

AT = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
TEXTS = ("headline", "found", "why_it_matters", "cautions", "disclaimer")


@pytest.fixture(scope="module")
def pages(shared: Path) -> list[PageOfText]:
    return [PageOfText.of(path.read_bytes()) for path in sorted((shared / "seeds").glob("*.txt"))]


@pytest.mark.parametrize("markup", MARKUPS)
def test_the_texts_are_those_of_the_text_pages_character_for_character(
    markup: str, pages: list[PageOfText]
) -> None:
    for page in pages:
        reading = read_html(MARKUPS[markup](page).encode(), address="https://example.org/a", at=AT)
        assert reading.problem is None
        fields = [reading.fields[name] for name in TEXTS if name in reading.fields]
        assert fields == list(page.texts)
        assert reading.notes == ()


@pytest.mark.parametrize("markup", MARKUPS)
def test_no_page_borrows_a_date(markup: str, pages: list[PageOfText]) -> None:
    for page in pages:
        html = MARKUPS[markup](page).encode()
        reading = read_html(html, address="https://example.org/a", at=AT)
        # One of them shows a date of its own; all have cards with dates of others.
        own = "1999-01-01" if markup == "semantic" else None
        assert reading.fields.get("published") == own


@pytest.mark.parametrize("markup", ["semantic", "div soup", "page builder"])
def test_the_journal_is_that_of_the_standing_paragraph(
    markup: str, pages: list[PageOfText]
) -> None:
    for page in pages:
        reading = read_html(MARKUPS[markup](page).encode(), address="https://example.org/a", at=AT)
        assert (
            f"respected medical journals like {reading.fields['journal']} often range"
            in (page.standing[0])
        )
