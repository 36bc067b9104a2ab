"""Paragraphs stay paragraphs, lists stay lists, and no word is lost between them."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from msnewsletter.text_blocks import Block, blocks_of, first_points, has_list
from msnewsletter.text_sentences import one_line

SIGNS = "-+*•‣◦·–"


def paragraph(text: str) -> Block:
    return Block(text=text)


def points(*items: str, start: int = 0) -> Block:
    return Block(items=items, start=start)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One.\nStill one.\n\nTwo.", (paragraph("One. Still one."), paragraph("Two."))),
        ("- Small\n- Short", (points("Small", "Short"),)),
        ("- Small", (points("Small"),)),
        ("• Small\n• Short", (points("Small", "Short"),)),
        ("It was:\n- small,\n  new", (paragraph("It was:"), points("small, new"))),
        ("1. Small\n2. Short", (points("Small", "Short", start=1),)),
        ("3) Small\n4) Short", (points("Small", "Short", start=3),)),
        ("It was:\n1) small\n2) short", (paragraph("It was:"), points("small", "short", start=1))),
        ("It was:\n– small\n– short", (paragraph("It was:"), points("small", "short"))),
        ("- Small\n\n- Short\n\nMore.", (points("Small", "Short"), paragraph("More."))),
        ("- Small\n  * twelve\n  * or so", (points("Small", "twelve", "or so"),)),
        ("1. Small\n  - twelve\n2. Short", (points("Small - twelve", "Short", start=1),)),
        ("1. A\n2. B\n\n1. C\n2. D", (points("A", "B", start=1), points("C", "D", start=1))),
        ("1. A\n2. B\n\n3. C\n4. D", (points("A", "B", "C", "D", start=1),)),
        ("", ()),
        (" \n\n ", ()),
    ],
)  # fmt: skip
def test_an_editors_list_is_a_list(text: str, blocks: tuple[Block, ...]) -> None:
    assert blocks_of(text) == blocks


@pytest.mark.parametrize(
    "text",
    [
        "The drug\n– a tablet – was given daily.",
        "The drug\n- a tablet - was given daily.",
        "It rose from 3 to\n12. Nobody knows why.",
        "They were in group\n2. The others were in\n3. None was treated.",
        "It took\n3) hours,\n5) in some.",
        "1. The study was small. It was short.",
        "– An aside – begins it.",
        "-5 points were lost, and\n-3 were won.",
        "2026. It was a year.",
        "-\n-\n-",
        "0. Nothing.\n1. Something.",
    ],
)
def test_a_wrapped_paragraph_with_a_dash_or_number_at_a_line_s_start_stays_one(text: str) -> None:
    assert blocks_of(text) == (paragraph(one_line(text)),)


def test_a_number_within_a_point_is_no_sign() -> None:
    assert blocks_of("- In all there were\n12. Half left.") == (
        points("In all there were 12. Half left."),
    )


LINES = st.lists(
    st.sampled_from(
        ["- ", "* ", "• ", "– ", "· ", "1. ", "2) ", "12. ", "0. ", "  - ", ""]
    ).flatmap(
        lambda sign: st.sampled_from(["Small", "It rose:", "to 12.", "", "- x", "2. y"]).map(
            sign.__add__
        )
    )
).map("\n".join)


def unspaced(text: str) -> str:
    return "".join(text.split())


@given(st.text() | LINES)
@example("- a\n12. b")
@example("1. a\n2. b\n\n1. c\n2. d")
@example("0. a\n1. b")
def test_nothing_of_a_text_is_lost_but_the_signs_of_its_points(text: str) -> None:
    # Numbers of points are shown anew: Markdown lets all be `1.`.
    kept = Counter("".join(unspaced(part) for block in blocks_of(text) for part in block.texts))
    left = Counter(unspaced(text))
    left.subtract(kept)
    assert min(left.values(), default=0) >= 0
    assert {sign for sign in +left if not sign.isdigit()} <= {*SIGNS, ".", ")"}


@given(st.text() | LINES)
def test_the_words_keep_their_order(text: str) -> None:
    rest = iter(unspaced(text))
    for part in (part for block in blocks_of(text) for part in block.texts):
        assert all(letter in rest for letter in unspaced(part))


@given(st.text(st.characters(codec="utf-8", exclude_characters=f"{SIGNS}0123456789")))
def test_a_text_without_signs_is_paragraphs(text: str) -> None:
    assert not has_list(text)
    assert unspaced("".join(block.text for block in blocks_of(text))) == unspaced(text)


@given(st.lists(st.sampled_from(["Small", "Only mice.", "No control group"]), min_size=1))
def test_a_list_of_any_length_comes_back(items: list[str]) -> None:
    for between in ("\n", "\n\n"):
        assert blocks_of(between.join(f"- {item}" for item in items)) == (points(*items),)


@pytest.mark.parametrize(
    "unit",
    ["- ", "1. ", ". ", "\n", "\n\n", " \n", "- a\n", "- a\n\n", "1. a\n", "1. a\n\n", "–\n"],
)
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    for one in (text, f"x{text}x"):
        blocks_of(one)
    assert time.process_time() - start < 3


def test_points_that_are_all_numbered_one_are_a_list_as_in_markdown() -> None:
    (block,) = blocks_of("1. Small.\n1. No control group.\n1. Short.")
    assert (block.items, block.start) == (("Small.", "No control group.", "Short."), 1)


def test_the_first_points_are_whole_while_they_fit_and_the_first_one_is_always_there() -> None:
    (block,) = blocks_of("3. Small.\n4. Short too.\n5. No.")
    assert first_points(block, limit=16, longest=40) == points("Small.", "Short too.", start=3)
    assert first_points(block, limit=-9, longest=40) == points("Small.", start=3)
    (long,) = blocks_of("- " + "word " * 20)
    assert first_points(long, limit=16, longest=12) == points("word word…")
