"""A summary that is written as Markdown is read back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.catalogues.catalogue_files import languages
from msnewsletter.sources import read_bytes
from msnewsletter.sources.field_rules import FRONT_FIELDS
from msnewsletter.sources.front_matter_form import form_of
from msnewsletter.sources.markdown_writer import markdown_of, markdown_of_fields
from msnewsletter.sources.section_headings import section_titles
from sources.written import read_one

if TYPE_CHECKING:
    from msnewsletter.model import Summary

TEXTS = {"found": "Some of it.", "why_it_matters": "It may help.", "cautions": "It was small."}
WHOLE = {
    "key": "example.org/research/gut",
    "headline": "What we know: of #gut",
    **TEXTS,
    "title": "A title: short",
    "published": "2026-11-20T08:00:00+01:00",
    "cover_date": "2026-12",
    "doi": "10.1000/abc(1)",
    "pmid": "38012345",
    "url": "https://example.org/gut?a=1&b=2#c",
    "studied_in": "16 people # and mice",
    "evidence": ["trial", "preprint"],
    "participants": "16",
    "population": "- adults",
    "paper_title": '"Gut" and brain',
    "authors": ["Smith, J.", "Grün; M"],
    "funding": "no",
    "interests": "None: declared",
    "tags": ["gut, brain", "sleep"],
    "teaser": "[a] teaser",
    "key_messages": ["One.", "Two, three: four."],
    "caution": "It was 'small'.",
    "language": "en",
    "disclaimer": "AI-generated summary – not medical advice",
    "journal": "Brain : a journal of neurology",
    "written_by": "ai and people",
    "reviewed_by": "Ada",
    "reviewed_on": "2026-11-19",
    "status": "corrected",
    "note": "First.\n\n- a point\n- another\n---\nLast.",
    "related": [{"date": "2026-05-01", "teaser": "How the gut and the brain: talk to each"}],
}


def from_json(fields: dict[str, object]) -> Summary:
    return read_one(json.dumps(fields), "walk.json")


def read_again(summary: Summary, language: str = "en") -> Summary:
    text = markdown_of(summary, language=language)
    return replace(read_one(text, "walk.md"), location=summary.location)


@pytest.mark.parametrize("language", languages())
def test_every_field_is_written_and_read_back(language: str) -> None:
    summary = from_json(WHOLE)
    unset = [name for name in (*FRONT_FIELDS, *TEXTS) if not getattr(summary, name)]
    assert unset == []
    assert read_again(summary, language) == summary


@pytest.mark.parametrize("language", languages())
def test_the_headings_are_those_of_the_newsletter_s_language(language: str) -> None:
    titles = section_titles(language)
    for text in (
        markdown_of(from_json(WHOLE), language=language),
        markdown_of_fields({"key": "k", **TEXTS}, language=language),
    ):
        for name, words in TEXTS.items():
            assert f"\n## {titles[name]}\n\n{words}\n" in text


@pytest.mark.parametrize(
    "line",
    [
        *(
            "# Cautions",
            "## Cautions",
            "##Cautions",
            " ## What was found",
            "### no heading of ours",
        ),
        *(
            "\\## Cautions",
            "\\\\# x",
            "#5 in the list",
            "\u00a0#\u00a0Related",
            "---",
            "\u200b## Related",
        ),
    ],
)
def test_a_line_of_a_text_is_never_a_heading(line: str) -> None:
    for name in TEXTS:
        summary = from_json(WHOLE | {name: f"Before.\n{line}\nAfter."})
        assert read_again(summary) == summary


@pytest.mark.parametrize(
    "headline", ["Cautions", "Is it C#", "## two signs", "What was found?", "---", "key: x", "#a b"]
)
def test_any_headline_is_written(headline: str) -> None:
    summary = from_json(WHOLE | {"headline": headline})
    assert read_again(summary) == summary


def test_a_backslash_before_the_sign_is_shown_as_the_sign_alone() -> None:
    text = markdown_of(from_json({"key": "k", "headline": "One two", **TEXTS}), language="en")
    summary = read_one(text.replace("It was small.", "\\# small\n\\* it was"), "walk.md")
    assert summary.cautions == "# small\n\\* it was"


words = st.text("ab #-*\\\"':,;[]{}|>&!%@`~é—“”’\u00a0.1", min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and any(sign.isalnum() for sign in text)
)
paragraphs = st.lists(words, min_size=1, max_size=4).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n"]).map(lambda gap: gap.join(lines))
)
one_line_fields = [
    *("title", "studied_in", "participants", "population", "paper_title", "funding", "interests"),
    *("teaser", "caution", "disclaimer", "journal"),
]


summaries = st.fixed_dictionaries(
    {"key": st.just("k"), "headline": words, **dict.fromkeys(TEXTS, paragraphs)},
    optional={
        **dict.fromkeys(one_line_fields, words),
        "note": paragraphs,
        "tags": st.lists(words, min_size=1, max_size=4, unique=True),
        "authors": st.lists(words, min_size=1, max_size=4),
        "key_messages": st.lists(words, min_size=1, max_size=3, unique=True),
        "related": st.lists(
            st.fixed_dictionaries({"date": st.just("2026-05-01"), "teaser": words})
        ),
    },
)


@given(summaries, st.sampled_from(languages()))
def test_any_texts_are_read_back(fields: dict[str, object], language: str) -> None:
    reading = read_bytes(json.dumps(fields).encode(), location="a.json")
    for summary in reading.summaries:
        again = read_bytes(markdown_of(summary, language=language).encode(), location="a.md")
        assert again.refused == ()
        assert [replace(one, location=summary.location) for one in again.summaries] == [summary]


@given(
    st.dictionaries(
        st.sampled_from(["headline", *TEXTS, "teaser", "journal", "published", "note"]), st.text()
    )
)
def test_fields_that_are_no_summary_yet_are_a_file_with_a_key_and_every_section(
    fields: dict[str, str],
) -> None:
    text = markdown_of_fields({"key": "k", **fields}, language="en")
    assert text.startswith("---\nkey: k\n")
    for title in ("What was found", "Why it matters", "Cautions"):
        assert f"\n## {title}\n" in text
    form_of(text, "k.md", "markdown")  # it can be completed in a form


def test_fields_that_are_a_summary_are_read_back_as_they_are() -> None:
    text = markdown_of_fields(
        {"key": "k", "headline": "What we know.", **TEXTS, "tags": ("a", "b")}, language="en"
    )
    (summary,) = read_bytes(text.encode(), location="k.md").summaries
    assert (summary.key, summary.headline, summary.tags) == ("k", "What we know.", ("a", "b"))
    assert {name: getattr(summary, name) for name in TEXTS} == TEXTS
