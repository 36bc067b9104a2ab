"""What is said of the cautions in short: whole sentences, or whole points, and never half a one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.model import Summary
from msnewsletter.render.cautions import LIMIT, Caution, caution_of, whole_cautions
from msnewsletter.sources import read_bytes
from msnewsletter.text_sentences import one_line, sentences_in

if TYPE_CHECKING:
    from pathlib import Path


def of(cautions: str, **more: str) -> Caution:
    return caution_of(Summary(key="k", headline="h", cautions=cautions, **more))


def case(shared: Path, name: str) -> Caution:
    data = (shared / "cases" / "files" / name).read_bytes()
    (summary,) = read_bytes(data, location=name).summaries
    return caution_of(summary)


def test_a_list_in_a_file_is_a_list_in_short(shared: Path) -> None:
    assert case(shared, "list-in-cautions.md") == Caution(
        items=("Only 16 people", "No control group", "Lasted 12 weeks")
    )


def test_a_first_sentence_of_one_word_does_not_hide_what_follows(shared: Path) -> None:
    assert case(shared, "first-sentence-small.md") == Caution(
        text="Small. It can harm unborn children."
    )


def test_sentences_are_taken_whole_while_there_is_room_and_more_is_told() -> None:
    long = "It was tried in one clinic, in people who could walk, and for twelve weeks only. "
    assert of(long * 4) == Caution(text=(long * 2).strip(), more=True)
    assert of(long) == Caution(text=long.strip())


def test_a_paragraph_without_an_end_is_not_run_into_the_next_one() -> None:
    assert of("Only 12 people (mice too)\n\nNo control group") == Caution(
        text="Only 12 people (mice too)", more=True
    )


def test_a_list_keeps_the_line_that_introduces_it() -> None:
    assert of("Keep in mind:\n- It was small.\n- It was short.\n\nAnd more.") == Caution(
        text="Keep in mind:", items=("It was small.", "It was short."), more=True
    )
    assert of("Keep in mind:\n\nIt was small.") == Caution(text="Keep in mind: It was small.")


def test_of_a_long_list_the_first_points_are_shown() -> None:
    items = [f"Point {number} says that {'much is ' * 8}unknown." for number in range(9)]
    short = of("\n".join(f"- {item}" for item in items))
    assert short.more
    assert list(short.items) == items[: len(short.items)]
    assert 1 < len(short.items) < 9


def test_the_editors_own_caution_wins_and_more_is_told_where_the_text_has_more() -> None:
    whole = "It was small. It was short."
    assert of(whole, caution="Only 12 people took part.") == Caution(
        text="Only 12 people took part.", more=True
    )
    assert of(whole, caution="IT was small. It was short.") == Caution(
        text="IT was small. It was short."
    )


def test_a_numbered_list_keeps_its_numbers() -> None:
    assert of("3. Only 12 people\n4. No control group") == Caution(
        items=("Only 12 people", "No control group"), start=3
    )


@pytest.mark.parametrize(
    ("caution", "whole"),
    [
        (None, "It was small. It was short."),
        ("It was short.", "It was small. It was short."),
        ("Ask your team.", "Ask your team.\n\nIt was small. It was short."),
    ],
)
def test_the_whole_cautions_begin_with_the_editors_own_where_they_do_not_hold_it(
    caution: str | None, whole: str
) -> None:
    summary = Summary(
        key="k", headline="h", cautions="It was small. It was short.", caution=caution
    )
    assert whole_cautions(summary) == whole


def test_no_cautions_are_nothing() -> None:
    assert not of("")


SENTENCES = st.sampled_from(
    [
        "Small.",
        "It was done in mice, and nobody knows more.",
        "Who paid? A maker did.",
        "研究很小。",
    ]
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=12).map(" ".join)
TEXTS = st.lists(PARAGRAPHS, min_size=1, max_size=4).map("\n\n".join)


@given(TEXTS)
def test_it_is_the_beginning_in_whole_sentences_and_says_whether_there_is_more(text: str) -> None:
    short, whole = of(text), one_line(text)
    assert whole.startswith(short.text)
    assert short.more == (short.text != whole)
    sentences = [*sentences_in(whole)]
    assert short.text in {" ".join(sentences[:count]) for count in range(len(sentences) + 1)} or (
        "。" in whole
    )
    assert len(short.text) <= LIMIT


@given(st.text())
def test_any_text_in_short_is_bounded_lines(text: str) -> None:
    short = of(text)
    assert sum(map(len, short.texts)) <= 4 * LIMIT
    for line in short.texts:
        assert not set(line) & set("\n\r\t")


@pytest.mark.parametrize(
    "unit", ["- ", "1. ", ". ", "\n", "- a\n", "- a\n\n", "1. a\n", "a. ", "x:\n- a\n\n", "a.\n\n"]
)
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = "x" + unit * (100_000 // len(unit))
    start = time.process_time()
    of(text)
    of(text, caution="Only 12 people took part.")
    assert time.process_time() - start < 3
