"""Imported summaries are in files that people find, and that are read as summaries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.conflict_copies import original_of
from msnewsletter.model import Summary
from msnewsletter.publisher.import_names import file_name
from msnewsletter.sources.folder import is_passed_over


def named(headline: str, *taken: str, key: str = "k") -> str:
    return file_name(Summary(key=key, headline=headline), taken)


@pytest.mark.parametrize(
    ("headline", "name"),
    [
        ("Short walks ease fatigue.", "short-walks-ease-fatigue.md"),
        ("Größere Studie: 12 % mehr", "größere-studie-12-mehr.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("README first", "summary-readme-first.md"),
        ("Index", "summary-index.md"),
        ("_hidden .draft~", "hidden-draft.md"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word.md"),
        ("?!", "k.md"),
    ],
)
def test_a_name_is_made_of_the_headline(headline: str, name: str) -> None:
    assert named(headline) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert named("Gut", "gut.md", "gut-2.md") == "gut-3.md"
    assert named("?", key="!") == "summary.md"


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_headline_has_a_name_that_is_read(headline: str, key: str) -> None:
    name = named(headline, key=key)
    assert "/" not in name
    assert name.isprintable()
    assert len(name.encode()) <= 250
    assert not is_passed_over(name)
    assert original_of(name) is None
