"""The fields of a summary that an entry gives: what is there, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.feed.feed_entries import SourceEntry
from msnewsletter.sources.feed.feed_fields import entry_fields

if TYPE_CHECKING:
    from msnewsletter.sources.feed.feed_fields import EntryFields

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
WHOLE = "<h2>What was found</h2><p>F.<h2>Why it matters</h2><p>W.<h2>Cautions</h2><p>C."


def fields(body: str = WHOLE, mapped: dict[str, str] | None = None, **more: object) -> EntryFields:
    given: dict[str, object] = {"title": "T.", "body": body, "body_name": "content", **more}
    return entry_fields(SourceEntry(**given), mapped=mapped or {}, at=AT)  # type: ignore[arg-type]  (keywords of many types)


def test_title_and_sections_are_the_texts_and_say_where_they_were() -> None:
    found = fields(published="2026-05-03", link="https://a.org/x")
    assert found.fields == {
        "headline": "T.",
        "found": "F.",
        "why_it_matters": "W.",
        "cautions": "C.",
        "published": "2026-05-03",
        "url": "https://a.org/x",
    }
    assert found.origins["found"] == "content: “What was found”"
    assert (found.problem, found.notes, found.weak) == (None, [], ())


def test_a_text_without_sections_is_incomplete_and_shown() -> None:
    found = fields("<p>Only a teaser.")
    assert found.problem
    assert "has no sections" in found.problem.says
    assert "follow = true" in found.problem.remedy
    assert found.fields["found"] == "Only a teaser."


def test_a_section_that_is_missing_is_named() -> None:
    found = fields("<h2>What was found</h2>F.")
    assert found.problem
    assert found.problem.says == "its entry has no section “Why it matters”"


def test_updated_stands_in_for_published_only_as_a_hint() -> None:
    found = fields(updated="2026-05-03T10:00:00Z")
    assert found.fields["published"] == "2026-05-03T10:00:00+00:00"
    assert found.weak == ("published",)
    assert not fields(published="2026-05-02", updated="2026-05-03").weak


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "2099-01-01", "soon", ""])
def test_a_date_that_cannot_be_meant_is_said_and_not_taken(date: str) -> None:
    found = fields(published=date)
    assert "published" not in found.fields
    assert date in "".join(found.notes)
    assert "no date that can be taken" in found.notes[-1]


def test_a_map_names_elements_and_wins() -> None:
    raw = {"prism_doi": "10.1000/ABC", "dc_source": "Brain &amp; Nerve", "posted": "3 May 2026"}
    mapped = {"doi": "prism:doi", "journal": "dc:source", "published": "posted", "pmid": "no:such"}
    found = fields(mapped=mapped, raw=raw, published="2026-01-01")
    assert found.fields["doi"] == "10.1000/ABC"
    assert found.fields["journal"] == "Brain & Nerve"
    assert found.fields["published"] == "2026-05-03"
    assert found.origins["journal"] == "dc:source"
    assert "'no:such'" in found.notes[0]


@pytest.mark.parametrize(
    ("more", "doi", "pmid"),
    [
        ({"raw": {"dc_identifier": "doi:10.1000/A"}}, "10.1000/a", None),
        ({"raw": {"dc_identifier": "info:doi/10.1000/A"}}, "10.1000/a", None),
        ({"raw": {"dc_identifier": "pmid:38012345"}}, None, "38012345"),
        ({"raw": {"prism_doi": "10.1000/a"}}, "10.1000/a", None),
        ({"raw": {"dc_identifier": "978-3-16-148410-0"}}, None, None),
        ({"addresses": ("https://doi.org/10.1000/a",)}, "10.1000/a", None),
        ({"body": WHOLE + "<a href='https://pubmed.ncbi.nlm.nih.gov/5/'>x</a>"}, None, "5"),
        (
            {
                "body": WHOLE + "<a href='https://doi.org/10.1000/a'>x</a>"
                "<a href='https://doi.org/10.1000/b'>y</a>"
            },
            None,
            None,
        ),
    ],
)
def test_a_study_is_taken_where_the_entry_names_one(
    more: dict[str, object], doi: str | None, pmid: str | None
) -> None:
    found = fields(**more)  # type: ignore[arg-type]  (keywords of many types)
    assert (found.fields.get("doi"), found.fields.get("pmid")) == (doi, pmid)


def test_categories_are_tags_once_each_and_the_author_is_no_author_of_the_study() -> None:
    found = fields(tags=("Diet", "diet", "Uncategorized", "x" * 500), raw={"author": "Ada"})
    assert found.fields["tags"] == ("Diet",)
    assert "authors" not in found.fields


def test_a_language_that_is_none_costs_a_note() -> None:
    assert fields(language="de").fields["language"] == "de"
    found = fields(language="x y z")
    assert "language" not in found.fields
    assert "'x y z'" in found.notes[-1]


def test_a_text_of_a_megabyte_is_refused_alone() -> None:
    found = fields("x" * 1_000_000)
    assert found.problem
    assert "characters" in found.problem.says


@given(st.text(), st.text(alphabet="<h2p>/What was found&;"), st.text(), st.text())
def test_any_entry_has_fields(title: str, body: str, date: str, address: str) -> None:
    fields(body, title=title, published=date, updated=date, language=date, addresses=(address,))
