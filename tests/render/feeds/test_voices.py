from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from msnewsletter.render.feeds.voices import Voices, voices_of
from msnewsletter.render.languages import direction_in
from render.site.sample import MASTHEAD, summary_of

ARABIC, HEBREW = "النوم يساعد", "שלום"
LANGUAGES = st.sampled_from(("en", "en-GB", "de", "ar", "he", "ku-Arab", "zh"))


def test_all_english_is_marked_nowhere_and_only_what_runs_against_it_is_turned() -> None:
    voices = Voices("en", "en")
    assert (voices.own, voices.words("Sleep helps."), voices.house("It is no advice.")) == ("",) * 3
    assert voices.words(HEBREW) == voices.quoted(HEBREW) == ' dir="rtl"'
    assert voices.declared == voices.own_language == ""


def test_in_an_arabic_newsletter_our_words_are_english_and_all_is_turned() -> None:
    voices = Voices("ar", "ar")
    assert voices.own == ' lang="en" dir="ltr"'
    assert voices.words(ARABIC) == voices.house(ARABIC) == ' dir="rtl"'
    assert voices.words("Sleep helps.") == ' dir="ltr"'
    assert voices.quoted(ARABIC) == ' lang="ar" dir="rtl"'
    assert (voices.declared, voices.own_language) == ("", "en")


def test_a_summary_in_another_language_says_so_and_so_do_the_words_around_it() -> None:
    voices = Voices("en", "ar")
    assert voices.words(ARABIC) == voices.quoted(ARABIC) == ' lang="ar" dir="rtl"'
    assert voices.own == voices.house("It is no advice.") == ' lang="en" dir="ltr"'
    assert voices.declared == "ar"
    german = Voices("de", "en")
    assert (german.words("Sleep helps."), german.quoted("mice")) == (' lang="en"', "")
    assert german.house("Kein Rat.") == ' lang="de"'


@pytest.mark.parametrize(
    ("text", "language", "runs"),
    [
        (f"MS: {ARABIC}", "ar", "rtl"),
        (f"MS: {ARABIC}", "en", "rtl"),
        (f"{ARABIC}: MS", "en", "rtl"),
        ("Only 14 people.", "he", "ltr"),
        ("14.", "he", "rtl"),
        ("", "fa", "rtl"),
        ("14.", "en", "ltr"),
    ],
)
def test_a_text_runs_as_its_language_does_where_it_has_a_letter_of_it(
    text: str, language: str, runs: str
) -> None:
    assert direction_in(text, language) == runs


def test_a_summary_without_a_language_is_in_the_newsletters() -> None:
    masthead = replace(MASTHEAD, language="he")
    assert voices_of(masthead) == voices_of(masthead, summary_of("one")) == Voices("he", "he")
    assert voices_of(masthead, summary_of("one", language="fr")) == Voices("he", "fr")
    assert voices_of(masthead, summary_of("one", language="HE")).declared == ""


@given(LANGUAGES, LANGUAGES, st.text(max_size=20))
@example("ar", "en", HEBREW)
def test_either_nothing_is_turned_or_everything_is(
    newsletter: str, summary: str, text: str
) -> None:
    voices = Voices(newsletter, summary)
    said = [voices.words(text), voices.house(text)]
    either = {newsletter, summary} & {"ar", "he", "ku-Arab"}
    assert all('dir="' in one for one in said) or not either
    assert not any('dir="ltr"' in one for one in said) or either
