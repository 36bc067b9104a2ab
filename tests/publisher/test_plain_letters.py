"""Keys and ids in letters that everybody can type."""

from __future__ import annotations

import unicodedata

import pytest

from msnewsletter.publisher.new_settings import permanent_id
from msnewsletter.publisher.plain_letters import plain_letters


@pytest.mark.parametrize(
    ("text", "in_german", "in_english"),
    [
        ("Übung", "uebung", "ubung"),
        ("ÄRZTE & Öl", "aerzte & oel", "arzte & ol"),
        ("Straße", "strasse", "strasse"),
        ("Señor Łø", "senor lo", "senor lo"),
        ("研究", "", ""),
    ],
)
def test_letters_outside_of_ascii_are_written_as_the_language_does(
    text: str, in_german: str, in_english: str
) -> None:
    for form in ("NFC", "NFD"):
        given = unicodedata.normalize(form, text)
        assert plain_letters(given, "de") == plain_letters(given, "de-CH") == in_german
        assert plain_letters(given, "en") == plain_letters(given, "den") == in_english


def test_so_is_the_id_of_a_new_newsletter() -> None:
    site = "https://notes.test/"
    made = [permanent_id("Übungen", site, year=2026, language=each) for each in ("de", "en")]
    assert made == ["tag:notes.test,2026:uebungen", "tag:notes.test,2026:ubungen"]
