"""The short text says what was found, and never the headline again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msnewsletter.issue.teaser import news_in, sound_of, teaser_of
from msnewsletter.model import Summary

LEAD = "A small study in mice suggests that a quiet gene may protect nerve fibres from harm."


def test_the_editors_own_teaser_wins_over_the_lead() -> None:
    summary = Summary(key="k", headline=LEAD, teaser="Read this one.")
    assert teaser_of(summary, limit=160) == "Read this one."


def test_without_one_it_is_what_was_found_in_whole_sentences_and_never_the_headline_again() -> None:
    found = f"{LEAD} It was done in 12 mice. Half of them got the gene.\n\nNobody was treated."
    summary = Summary(key="k", headline=LEAD, found=found, why_it_matters="It is a start.")
    assert teaser_of(summary, limit=60) == "It was done in 12 mice. Half of them got the gene."
    assert teaser_of(summary, limit=40) == "It was done in 12 mice."
    again = replace(summary, found=LEAD, teaser=LEAD[:30] + "…")
    assert teaser_of(again, limit=60) == "It is a start."
    assert teaser_of(replace(again, why_it_matters=""), limit=60) == ""


@pytest.mark.parametrize(
    ("headline", "title", "found"),
    [
        ("It may help.", "Vitamin D", "Vitamin D lowered the number of relapses by a third."),
        ("Nearly all had it.", "EBV", "EBV was found in nearly all of them."),
        ("Sleep helps.", None, "Sleep helps, but only in those who slept badly."),
        ("No difference was found.", None, "No. The tablet did nothing."),
        ("Sleep", None, "Sleeping pills were not tried."),
    ],
)
def test_no_finding_is_lost_because_it_begins_as_a_title_does(
    headline: str, title: str | None, found: str
) -> None:
    summary = Summary(key="k", headline=headline, title=title, found=f"{found} It was short.")
    (block,) = news_in(summary.found, summary)
    assert block.text == summary.found
    assert teaser_of(summary, limit=160) == summary.found


def test_the_first_point_of_a_list_is_a_teaser_without_its_sign() -> None:
    summary = Summary(key="k", headline=LEAD, found="- Twelve mice lived longer.\n- Six did not.")
    assert teaser_of(summary, limit=60) == "Twelve mice lived longer. Six did not."


@pytest.mark.parametrize("text", ["Sleep helps", "sleep  HELPS.", "Sleep\nhelps …", "Sleep helps!"])
def test_texts_that_differ_in_spaces_capitals_and_their_end_sound_alike(text: str) -> None:
    assert sound_of(text) == sound_of("Sleep helps.")


def test_texts_that_say_something_else_do_not() -> None:
    assert sound_of("Sleep may help.") != sound_of("Sleep helps.")
