"""One line of text, for messages and logs."""

from __future__ import annotations

import pytest

from msnewsletter.text import bug_words, without_addresses


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("550 reader@example.org: unknown", "550 <address>: unknown"),
        ("to <reader+ms@example.org>", "to <<address>>"),
        ("reader@example.org,other@example.org", "<address>,<address>"),
        ("no address", "no address"),
    ],
)
def test_no_address_is_left_in_a_line(text: str, shown: str) -> None:
    assert without_addresses(text) == shown


@pytest.mark.parametrize("who", ["ada@b.org", "<ada@b.org>", "'ada%40b.org'", "u=ada=40b.org"])
def test_a_bug_s_words_hold_no_address(who: str) -> None:
    assert bug_words(ValueError(f"{who} is\nnew")) == "a bug: ValueError: <address> is new"


def test_a_word_of_any_length_is_looked_at_once() -> None:
    """Where each of its letters begins a search, a link of a megabyte stops the clock."""
    word = "a" * 2_000_000
    assert without_addresses(f"{word} reader@example.org") == f"{word} <address>"
