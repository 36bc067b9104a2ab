"""What pages call a summary: our word for what became of it, then its own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.site.names import Name, headline_name, short_name
from render.site.sample import MASTHEAD, entry_of, summary_of

ARABIC = replace(MASTHEAD, language="ar")


def names(status: Status, **fields: Any) -> tuple[Name, Name]:
    entry = entry_of(summary_of("one", status=status, headline="It  slept.", **fields))
    return short_name(entry, MASTHEAD), headline_name(entry, MASTHEAD)


@pytest.mark.parametrize("status", Status)
def test_a_name_on_one_line_is_the_title_of_feeds(status: Status) -> None:
    entry = entry_of(summary_of("one", status=status, title="Sleep"))
    assert short_name(entry, MASTHEAD).line == wording.title(entry, ENGLISH)


def test_lists_use_the_title_and_the_summary_itself_its_headline() -> None:
    short, whole = names(Status.WITHDRAWN, title="Sleep")
    assert (short.before, short.text) == ("Withdrawn", "Sleep")
    assert (whole.before, whole.text) == ("Withdrawn", "It slept.")
    short, whole = names(Status.LIVE)
    assert short == whole
    assert whole.line == "It slept."


def test_what_was_taken_down_has_no_name_of_its_own() -> None:
    short, whole = names(Status.TAKEN_DOWN, language="he")
    assert short == whole
    assert (whole.line, whole.words) == ("This summary was taken down", "")
    entry = entry_of(summary_of("one", status=Status.TAKEN_DOWN))
    assert short_name(entry, ARABIC).words == ' lang="en"'


def test_a_name_is_never_empty() -> None:
    entry = entry_of(summary_of("one", headline=" "))
    assert headline_name(entry, MASTHEAD).text == entry.id


@pytest.mark.parametrize(
    ("newsletter", "language", "words", "own", "side"),
    [
        ("en", None, "", "", ""),
        ("en", "EN", "", "", ""),
        ("en", "he", ' lang="he"', ' dir="ltr"', ' dir="rtl"'),
        ("ar", None, "", ' lang="en" dir="ltr"', ""),
        ("ar", "he", ' lang="he"', ' lang="en" dir="ltr"', ""),
        ("ar", "en", ' lang="en"', ' lang="en" dir="ltr"', ' dir="ltr"'),
    ],
)
def test_each_part_says_its_language_and_its_direction(
    newsletter: str, language: str | None, words: str, own: str, side: str
) -> None:
    masthead = replace(MASTHEAD, language=newsletter)
    entry = entry_of(summary_of("one", language=language, status=Status.CORRECTED))
    name = short_name(entry, masthead)
    assert (name.words, name.own, name.side) == (words, own, side)
