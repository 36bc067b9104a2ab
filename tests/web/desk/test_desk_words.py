"""What the desk says reads as a person would write it: its dates, its sentences, its plurals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.web.desk.desk_words import (
    day_and_time,
    edited_texts,
    sentence,
    slot_words,
    stopped,
    time_left,
    unbroken,
    weekday_and_time,
    with_dates,
)

MOMENT = datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_dates_have_one_form() -> None:
    assert day_and_time(MOMENT) == "30 November 2026, 08:00"
    assert weekday_and_time(MOMENT) == "Monday, 30 November 2026, 08:00"
    assert slot_words("2026-11-30T08:00[Europe/Berlin]") == (
        "for the slot of 30 November 2026, 08:00"
    )
    assert slot_words("2026-11-30T07:00Z") == "published by hand"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("published 2026-11-20, after the", "published 20 November 2026, after the"),
        (
            "cutoff 2026-11-30 08:00 (Europe/Berlin)",
            "cutoff 30 November 2026, 08:00 (Europe/Berlin)",
        ),
        ("since Mon 2026-11-23 08:00 (UTC)", "since 23 November 2026, 08:00 (UTC)"),
        ("'2026-02-30' does not exist", "'2026-02-30' does not exist"),
        ("10.1000/2026-11-20-x", "10.1000/2026-11-20-x"),
        ("slot 2026-11-30T08:00[Europe/Berlin]", "slot 2026-11-30T08:00[Europe/Berlin]"),
    ],
)
def test_dates_in_reasons_are_shown_in_that_form(written: str, shown: str) -> None:
    assert with_dates(written) == shown


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("nobody is notified", "Nobody is notified."),
        ("newsletter.toml is valid", "newsletter.toml is valid."),
        ("var/newsletter.db is intact", "var/newsletter.db is intact."),
        ("published: it is late", "Published: it is late."),
        ("a placeholder is left: “Lorem.”", "A placeholder is left: “Lorem.”"),
        ("a link says only “here”", "A link says only “here”."),
        ("write the whole address, https://…", "Write the whole address, https://…"),
        ("site: https://example.org/eye differs", "site: https://example.org/eye differs."),
        ("", ""),
    ],
)
def test_a_sentence_begins_and_ends_as_one(text: str, whole: str) -> None:
    assert sentence(text) == whole


@given(st.text(max_size=40))
def test_a_text_is_stopped_once(text: str) -> None:
    assert stopped(stopped(text)) == stopped(text)
    assert sentence(sentence(text)) == sentence(text)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=5), "in 5 days"),
        (timedelta(days=1, hours=1, minutes=40), "in 1 day 1 hour"),
        (timedelta(hours=3, minutes=20), "in 3 hours 20 minutes"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=20), "in 0 minutes"),
        (-timedelta(hours=3), "in 0 minutes"),
    ],
)
def test_the_time_that_is_left_is_in_words(left: timedelta, words: str) -> None:
    assert time_left(MOMENT, MOMENT - left) == words


def test_plurals_are_right() -> None:
    assert edited_texts(1) == "1 edited text of an earlier issue"
    assert edited_texts(2) == "2 edited texts of earlier issues"


@pytest.mark.parametrize(
    ("headline", "markup"),
    [
        ("What IL-6 does & why", '<span class="whole">IL-6</span> does &amp; why'),
        ("In CD4-T cells", 'In <span class="whole">CD4-T</span> cells'),
        ("a well-known 5 <b>", "a well-known 5 &lt;b&gt;"),
        ("a 14-week-old-and-very-long one", "a 14-week-old-and-very-long one"),
    ],
)
def test_a_name_with_a_number_stays_on_one_line(headline: str, markup: str) -> None:
    assert unbroken(headline).endswith(markup)
