"""What the summaries of an issue have in common is said once, and never of those that differ."""

from __future__ import annotations

from collections import Counter

import pytest

from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.render.review_lines import common_review, review_of_all

AI, ADA = "AI-written; not checked by a person", "AI-written; checked by Ada"


@pytest.mark.parametrize(
    ("lines", "common", "said"),
    [
        ([], "", ""),
        ([AI], AI, AI),
        ([AI, ADA], "", ""),
        ([AI, AI], AI, f"All summaries in this issue: {AI}"),
        ([ADA, AI, AI], AI, f"All summaries in this issue, unless they say otherwise: {AI}"),
    ],
)
def test_the_line_that_most_have_is_said_once(lines: list[str], common: str, said: str) -> None:
    reviews = Counter(lines)
    assert common_review(reviews) == common
    assert review_of_all(reviews, common, ENGLISH, whole=True) == said


def test_a_part_of_an_issue_speaks_for_itself_alone() -> None:
    said = review_of_all(Counter([AI, AI]), AI, ENGLISH, whole=False)
    assert said == f"All summaries in this mail: {AI}"
