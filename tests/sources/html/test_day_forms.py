"""Days in the languages of the catalogues: what is certain is read, all else is not."""

from __future__ import annotations

import datetime as dt

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.catalogues.catalogue_files import languages
from msnewsletter.sources.html.date_words import DATE_WORDS
from msnewsletter.sources.html.day_forms import days_named

OTHERS = [tag for tag in languages() if tag != "en"]
DAY = dt.date(2026, 11, 12)


@pytest.mark.parametrize("tag", OTHERS)
@given(day=st.dates(dt.date(1991, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_in_the_words_of_a_language_is_read_back(tag: str, day: dt.date) -> None:
    locale = Locale.parse(tag, sep="-")
    assert days_named(format_date(day, "long", locale)) == {day}
    assert days_named(format_date(day, "full", locale)) == {day}
    assert days_named(format_date(day, "d. MMM y", locale)) == {day}


@pytest.mark.parametrize(
    "text",
    [
        *("12. November 2026", "12.November 2026", "12.  NOVEMBER 2026", "12. Nov. 2026"),
        *("Donnerstag, 12. November 2026", "Do., 12. Nov. 2026, 10:30 Uhr", "Do 12. Nov 2026"),
        *("12. November 2026 um 10:30 Uhr", "12. November 2026, 10.30 Uhr"),
    ],
)
def test_german_days_are_read_with_their_weekday_and_time(text: str) -> None:
    assert days_named(text) == {DAY}


def test_months_have_the_names_of_each_country() -> None:
    assert days_named("3. Jänner 2026") == days_named("3. Januar 2026") == {dt.date(2026, 1, 3)}


@pytest.mark.parametrize("text", ["12.11.2026", "12. 11. 2026", "Do., 12.11.2026, 10:30 Uhr"])
def test_numbers_alone_are_read_on_a_page_in_that_language(text: str) -> None:
    assert days_named(text, "de") == days_named(text, "de-AT") == {DAY}
    assert days_named(text) == days_named(text, "en") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2026",
        "03-04-2026",
        "12.11.26",
        "31.2.2026",
        "32. Mai 2026",
        "November 2026",
        "",
        "9" * 99,
    ],
)
def test_what_is_not_certain_is_no_day(text: str) -> None:
    assert days_named(text, "de") == frozenset()


def test_every_language_of_a_catalogue_says_what_a_line_of_publication_begins_with() -> None:
    assert set(DATE_WORDS) == set(OTHERS)
    assert all(words.published for words in DATE_WORDS.values())
