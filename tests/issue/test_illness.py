"""Which words tell others that their reader is ill."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.illness import hints_at_illness, named_illness

NAMES = ("MS", "multiple sclerosis", "Sclerosis", "RRMS", "NMOSD", "esclerosis", "التصلب المتعدد")
HINTS = (
    *("relapses", "myelin", "ocrelizumab", "fingolimod", "dimethyl fumarate", "neuritis"),
    *("fatigue", "patients", "a new drug", "depression", "bladder training", "pregnancy"),
)
SILENT = ("sleep", "a virus", "exercise", "the gut", "vitamin D", "20 ms", "Ms. Smith", "diet", "")


@pytest.mark.parametrize("text", NAMES)
def test_the_illness_is_known_by_its_names(text: str) -> None:
    assert named_illness(f"News on {text}, again")
    assert hints_at_illness(text)


@pytest.mark.parametrize("text", HINTS)
def test_a_topic_may_hint_at_it_without_naming_it(text: str) -> None:
    assert hints_at_illness(text)
    assert named_illness(text) is None


@pytest.mark.parametrize("text", SILENT)
def test_other_topics_tell_nothing(text: str) -> None:
    assert not hints_at_illness(text)
    assert named_illness(text) is None


@given(st.text(), st.text(), st.sampled_from(NAMES))
def test_a_name_between_other_words_is_found_whatever_they_are(
    before: str, after: str, name: str
) -> None:
    found = named_illness(f"{before} {name} {after}")
    assert found is not None
    assert hints_at_illness(found)


@given(st.text())
def test_whoever_names_it_hints_at_it(text: str) -> None:
    assert named_illness(text) is None or hints_at_illness(text)


@pytest.mark.parametrize(
    "unit", ["- ", "1. ", ". ", "\n", "a", "itis", "mab ", "MS", "scler", "sclerosi"]
)
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    hints_at_illness(text)
    named_illness(text)
    assert time.process_time() - start < 3
