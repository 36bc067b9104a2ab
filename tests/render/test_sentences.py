from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.render.sentences import (
    WIDTH,
    counted,
    direction,
    first_sentence,
    number_word,
    one_line,
    reading_minutes,
    wrap,
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It was done in mice. Also, it was short.", "It was done in mice."),
        ("Nothing is proven for people with MS. Not everyone may benefit.",
         "Nothing is proven for people with MS."),
        ("It was small (e.g. 12 people). More is needed.", "It was small (e.g. 12 people)."),
        ("Some, e.g. Ann, left. Others stayed.", "Some, e.g. Ann, left."),
        ("Dr. Smith et al. gave 1.5 mg a day. It was short.",
         "Dr. Smith et al. gave 1.5 mg a day."),
        ("J. Smith paid for it. It was short.", "J. Smith paid for it."),
        ("See Fig. 2 for more. It was short.", "See Fig. 2 for more."),
        ("Is it safe? Nobody knows.", "Is it safe?"),
        ("“It may help.” She was careful.", "“It may help.”"),
        ("The rate fell to 5%. Only in mice.", "The rate fell to 5%."),
        ("It ended in 2026. It was short.", "It ended in 2026."),
        ("1. The first is this. 2. The second is that.", "1. The first is this."),
        ("研究很小。需要更多。", "研究很小。"),
        ("الدراسة صغيرة جدا. لا يمكن التعميم.", "الدراسة صغيرة جدا."),
        ("One\n  line\tonly. More.", "One line only."),
        ("No end in sight", "No end in sight"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_sentence_ends_where_a_reader_would_end_it(text: str, first: str) -> None:
    assert first_sentence(text) == first


def test_a_very_long_sentence_is_cut_at_a_word_with_an_ellipsis() -> None:
    shown = first_sentence("word " * 80 + "end.")
    assert len(shown) <= 200
    assert shown.endswith("word…")


@given(st.text())
def test_the_first_sentence_is_the_texts_beginning_on_one_line(text: str) -> None:
    shown = first_sentence(text)
    assert len(shown) <= 200
    assert not set(shown) & set("\n\r\t")
    assert one_line(text).startswith(shown.removesuffix("…")) or "…" in text


@given(st.lists(st.sampled_from(["Mice are small", "We do not know", "See e.g. Ann"]), min_size=1))
def test_whole_sentences_come_back_whole(sentences: list[str]) -> None:
    assert first_sentence(". ".join(sentences) + ".") == sentences[0] + "."


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
def test_direction_is_that_of_the_first_letter_that_has_one(text: str) -> None:
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    strong = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    assert direction(text) == ("ltr" if strong == "L" else "rtl")


def test_numbers_are_words_up_to_ten_and_nouns_follow_them() -> None:
    assert [number_word(number) for number in (1, 5, 10, 11)] == ["one", "five", "ten", "11"]
    assert [counted(number, "study") for number in (0, 1, 2)] == [
        "0 studies", "1 study", "2 studies",
    ]  # fmt: skip
    assert counted(2, "minute") == "2 minutes"


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (1000, 5)])
def test_reading_takes_a_minute_for_two_hundred_words_rounded_up(words: int, minutes: int) -> None:
    assert reading_minutes(["word " * words]) == minutes
