from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.render.sentences import (
    WIDTH,
    counted,
    direction,
    one_line,
    reading_minutes,
    wrap,
)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_wrapping_changes_nothing_but_spaces_and_breaks_only_at_them(text: str) -> None:
    wrapped = wrap(text)
    assert wrapped.replace("\n", " ") == one_line(text)
    for line in wrapped.split("\n"):
        assert len(line) <= WIDTH or " " not in line


def test_a_url_is_never_broken() -> None:
    url = "https://notes.example.org/" + "a-long-name-" * 20
    assert url in wrap(f"See {url} for more").split("\n")


def test_later_lines_are_indented_within_the_width() -> None:
    lines = wrap("one " * 40, "    ").split("\n")
    assert len(lines) > 1
    assert all(line.startswith("    one") and len(line) <= WIDTH for line in lines[1:])


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"])))
def test_direction_is_that_of_most_letters_and_of_the_first_where_as_many_run_either_way(
    text: str,
) -> None:
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    strong = ["ltr" if kind == "L" else "rtl" for kind in kinds if kind in {"L", "R", "AL"}]
    left, right = strong.count("ltr"), strong.count("rtl")
    first = strong[0] if strong else "ltr"
    assert direction(text) == (first if left == right else "ltr" if left > right else "rtl")
    assert direction("1 - 2", "rtl") == "rtl"


def test_numbers_are_words_up_to_ten_and_nouns_follow_them() -> None:
    assert [counted(number, "study") for number in (0, 1, 2)] == [
        "0 studies", "1 study", "2 studies",
    ]  # fmt: skip
    assert counted(2, "minute") == "2 minutes"


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (1000, 5)])
def test_reading_takes_a_minute_for_two_hundred_words_rounded_up(words: int, minutes: int) -> None:
    assert reading_minutes(["word " * words]) == minutes
