"""A text is cut where a reader expects it, whatever it is."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from msnewsletter.text_cut import ELLIPSIS, shorten

LEAD = "A small study in mice suggests that a quiet gene may protect nerve fibres from harm."


def test_a_text_within_the_limit_stays_to_the_letter() -> None:
    assert shorten(LEAD, limit=160) == LEAD


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("one two three", 10, "one two…"),
        ("one two, three", 10, "one two…"),
        ("one two — three", 12, "one two…"),
        ("one two (three four)", 14, "one two…"),
        ("a dose of 42 mg a day", 14, "a dose of…"),
        ("a dose of 42\u00a0mg a day", 16, "a dose of 42\u00a0mg…"),
        ("a fall of 42% in a year", 16, "a fall of 42%…"),
        ("about 12 000 people took part", 12, "about…"),
        ("多発性硬化症の新しい研究", 6, "多発性硬化…"),
        ("line\nbreaks\tand   runs", 40, "line breaks and runs"),
        ("Donaudampfschifffahrtsgesellschaft", 8, "Donauda…"),
        ("MS " + "研究" * 60, 60, "MS " + "研究" * 28 + "…"),
        ("It fell by " + "1 " * 25 + "mg", 62, "It fell by…"),
        ("In " + "a" * 38 + " of words", 41, "In…"),
    ],
)
def test_a_cut_falls_where_a_reader_expects_it(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit=limit) == expected


def test_a_family_emoji_is_never_torn_apart() -> None:
    family = "👩‍👩‍👧‍👦"
    assert shorten(family * 3, limit=len(family) + 3) == family + ELLIPSIS


def test_where_only_dashes_stand_before_a_word_it_is_cut_within() -> None:
    assert shorten("— — — — nerve", limit=12) == "— — — — ner…"
    assert shorten("nerve — — — nerve", limit=15) == "nerve…"


def test_a_character_is_not_torn_where_it_ends_with_a_comma() -> None:
    # U+0600, the Arabic number sign, and what follows it are one character.
    assert shorten("x \u0600, nerve", limit=5) == "x…"


@given(st.text(), st.integers(2, 200))
def test_any_text_gives_one_line_within_the_limit(text: str, limit: int) -> None:
    cut = shorten(text, limit=limit)
    assert len(cut) <= limit
    assert not set(cut) & set("\n\r\t\v\f\x85\u2028\u2029")
    whole = " ".join(regex.split(r"[^\S\u00a0\u2007\u202f\x1c-\x1f]+", text)).strip(" ")
    if len(whole) <= limit and not set(whole) & set("\x1c\x1d\x1e\x1f\u00a0\u2007\u202f"):
        assert cut == whole


# Words, numbers with units, marks and emoji, as adverse as a real language gets, and no word.
WORDS = st.sampled_from(
    ["nerve", "e\u0301te\u0301", "42 mg", "3.5 %", "🏳️‍🌈", "TNF-α", "(n = 16)", "—", "研究" * 25]
)
NO_END = " ,(=—"  # what of these words an ellipsis must not follow


def ends_well(kept: str) -> bool:
    return bool(kept) and not kept[-1].isdigit()


@given(st.lists(WORDS, min_size=1).map(" ".join), st.integers(12, 60))
@example("— — — — nerve", 12)
def test_a_cut_falls_at_the_last_word_that_fits_or_else_at_the_last_character(
    text: str, limit: int
) -> None:
    cut = shorten(text, limit=limit)
    if len(text) <= limit:
        assert cut == text
        return
    room = limit - 1
    spaces = [end for end in range(room + 1) if text[end] == " "]
    near = spaces and room - spaces[-1] <= 40
    words = [text[:end].rstrip(NO_END) for end in spaces] if near else []
    ends = [match.end() for match in regex.finditer(r"\X", text) if match.end() <= room]
    characters = [text[:end].rstrip(NO_END) for end in ends]
    fitting = [*filter(ends_well, words)] or [*filter(ends_well, characters)] or [""]
    assert cut == fitting[-1] + ELLIPSIS


@given(st.text(), st.integers(2, 60))
def test_a_cut_keeps_what_a_reader_sees_as_one_character_whole(text: str, limit: int) -> None:
    cut = shorten(text, limit=limit)
    whole = shorten(text, limit=len(text))
    kept = cut.removesuffix(ELLIPSIS)
    if cut != whole:
        assert whole.startswith(kept)
        assert not kept[-1:].isdigit()
        assert len(kept) in {0, *(match.end() for match in regex.finditer(r"\X", whole))}


@pytest.mark.parametrize(
    "unit", ["- ", "1. ", ". ", "\n", "\u00a0", "—", "研究", "e\u0301", "\u0600"]
)
def test_a_hostile_text_is_cut_at_once(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    assert len(shorten(text, limit=160)) <= 160
    assert time.process_time() - start < 1
