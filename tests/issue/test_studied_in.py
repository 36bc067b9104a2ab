"""In whom or what a study was done: what the editors' words name."""

from __future__ import annotations

import pytest

from msnewsletter.issue.studied_in import Subject, subjects_in


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        ("16 people with MS", {Subject.PEOPLE}),
        ("Mice", {Subject.ANIMALS}),
        ("human cells in a dish", {Subject.CELLS}),
        ("blood of 30 donors", {Subject.SAMPLES, Subject.PEOPLE}),
        ("mice and 12 patients", {Subject.ANIMALS, Subject.PEOPLE}),
        ("records of a clinic", set()),
        ("", set()),
    ],
)
def test_it_is_what_the_words_name(words: str, subjects: set[Subject]) -> None:
    assert subjects_in(words) == subjects


def test_a_word_that_holds_another_names_nothing() -> None:
    assert subjects_in("excellent rations of catmint, womenfolk") == frozenset()
