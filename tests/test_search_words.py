"""Words are found whatever their case, their accents, and how a letter is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.search_words import WORDS_LIMIT, folded, folded_line, has_words, words_in

TEXTS = st.text(max_size=60)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("GÖTEBORG", "Goteborg"),
        ("Łódź", "lodz"),
        ("Øre og Ærø", "ore og aero"),
        ("straße", "STRASSE"),
        ("ﬁbre", "fibre"),
        ("re\N{SOFT HYPHEN}mission", "remission"),
        ("e\N{COMBINING ACUTE ACCENT}tude", "étude"),
        ("İstanbul", "istanbul"),
        ("Ελλάς", "ελλασ"),
        ("Αθήνα", "αθηνα"),
    ],
)
def test_case_accents_and_ways_of_writing_a_letter_do_not_matter(typed: str, written: str) -> None:
    assert folded(typed) == folded(written)


@given(TEXTS)
def test_a_folded_text_is_folded_and_one_line_that_a_database_can_keep(text: str) -> None:
    found = folded(text)
    assert folded(found) == found
    assert not {"\n", "\0"} & set(found)
    assert found.isprintable()
    found.encode()


@given(TEXTS)
def test_capitals_and_composed_letters_are_the_same(text: str) -> None:
    assert folded(unicodedata.normalize("NFC", text)) == folded(unicodedata.normalize("NFD", text))
    assert folded(text.upper()) == folded(text.upper().casefold())


@given(st.lists(TEXTS, max_size=5), st.data())
def test_every_word_of_a_text_is_found_in_it(texts: list[str], data: st.DataObject) -> None:
    line = folded_line(texts)
    words = words_in(data.draw(st.sampled_from(texts))) if texts else ()
    assert has_words(line, words)


def test_a_word_is_never_found_across_two_texts() -> None:
    assert not has_words(folded_line(("sleep", "walks")), words_in("sleepwalks"))
    assert has_words(folded_line(("sleep", None, "", "walks")), words_in("walks sleep"))


def test_of_a_book_that_is_pasted_only_the_first_words_count() -> None:
    assert len(words_in(" ".join(map(str, range(10_000))))) == WORDS_LIMIT
    assert words_in("gut gut GUT") == ("gut",)
    assert words_in(" \0\n\ud800 ") == ()
