from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.text_sentences import first_sentence, one_line, sentences_in, whole_sentences

LIMIT = 200


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
    assert first_sentence(text, limit=LIMIT) == first


def test_a_very_long_sentence_is_cut_at_a_word_with_an_ellipsis() -> None:
    shown = first_sentence("word " * 80 + "end.", limit=LIMIT)
    assert len(shown) <= 200
    assert shown.endswith("word…")


@given(st.text())
def test_the_first_sentence_is_the_texts_beginning_on_one_line(text: str) -> None:
    shown = first_sentence(text, limit=LIMIT)
    assert len(shown) <= 200
    assert not set(shown) & set("\n\r\t")
    assert one_line(text).startswith(shown.removesuffix("…")) or "…" in text


@given(st.lists(st.sampled_from(["Mice are small", "We do not know", "See e.g. Ann"]), min_size=1))
def test_whole_sentences_come_back_whole(sentences: list[str]) -> None:
    assert first_sentence(". ".join(sentences) + ".", limit=LIMIT) == sentences[0] + "."


@given(st.text())
def test_the_sentences_of_a_text_are_all_of_it(text: str) -> None:
    line, at = one_line(text), 0
    for sentence in sentences_in(text):
        at = line.index(sentence, at) + len(sentence)
    assert "".join(sentences_in(text)).replace(" ", "") == line.replace(" ", "")
    assert at == len(line.rstrip(" ")) or not line


@pytest.mark.parametrize("sign", [".", "!", "…", ".)", '."', "。", ". ", "a. ", "1. "])
def test_a_hundred_thousand_signs_are_looked_at_once(sign: str) -> None:
    text = "x" + sign * 100_000 + "y"
    looked = 0
    for sentence in sentences_in(text):
        looked += len(sentence)
    assert looked <= len(text)


def test_whole_sentences_are_taken_while_they_fit_and_the_first_one_always() -> None:
    text = "Small. Only 12 people took part. Nobody was treated, and nobody knows for how long."
    assert whole_sentences(text, most=3, limit=40) == "Small. Only 12 people took part."
    assert whole_sentences(text, most=1, limit=40) == "Small."
    assert whole_sentences(text, most=3, limit=4) == "Small."
    assert whole_sentences("word " * 60 + "end.", most=2, limit=40).endswith(" end.")
    assert whole_sentences("word " * 90 + "end.", most=2, limit=40).endswith(" word…")


def test_the_first_two_are_taken_together_where_asked_though_they_are_longer() -> None:
    text = "Cells were infected with a virus. Genes tied to an illness woke up in them. More."
    assert whole_sentences(text, least=2, most=3, limit=50) == text.removesuffix(" More.")
    assert whole_sentences(text, least=2, most=3, limit=30) == "Cells were infected with a virus."
