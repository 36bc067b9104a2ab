"""The short text says what was found, and never the headline again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msnewsletter.issue.teaser import news_in, repeats_title, says_title, sound_of, teaser_of
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


@pytest.mark.parametrize("own", ["Vitamin D.", f"{LEAD[:30]}…  ", f"{LEAD} Read on."])
def test_an_own_teaser_that_repeats_title_or_headline_gives_way_to_what_was_found(own: str) -> None:
    summary = Summary(key="k", headline=LEAD, title="Vitamin D", teaser=own, found="Half had it.")
    assert repeats_title(own, summary)
    assert teaser_of(summary, limit=160) == "Half had it."


def test_a_text_that_says_nothing_says_no_title() -> None:
    assert not says_title(" …", Summary(key="k", headline=LEAD))


def test_a_text_is_kept_from_its_first_news_on() -> None:
    text = "It is shown: Yes. Yes. Then came a no. Yes.\n\nNobody was treated.\n\nIt was short."
    summary = Summary(key="k", headline="It is shown: Yes.")
    news = news_in(text, summary)
    assert [block.text for block in news] == [
        "Yes. Then came a no. Yes.",
        "Nobody was treated.",
        "It was short.",
    ]


def test_a_list_loses_the_points_that_repeat_the_headline_and_stays_a_list() -> None:
    summary = Summary(key="k", headline=LEAD)
    (block,) = news_in(f"- {LEAD}\n- Six did not.\n- Two died.", summary)
    assert block.items == ("Six did not.", "Two died.")
    (whole,) = news_in(f"- Six did not.\n- {LEAD}", summary)
    assert len(whole.items) == 2


def test_the_first_point_of_a_list_is_a_teaser_without_its_sign() -> None:
    summary = Summary(key="k", headline=LEAD, found="- Twelve mice lived longer.\n- Six did not.")
    assert teaser_of(summary, limit=60) == "Twelve mice lived longer. Six did not."


@pytest.mark.parametrize("text", ["Sleep helps", "sleep  HELPS.", "Sleep\nhelps …", "Sleep helps!"])
def test_texts_that_differ_in_spaces_capitals_and_their_end_sound_alike(text: str) -> None:
    assert sound_of(text) == sound_of("Sleep helps.")


def test_texts_that_say_something_else_do_not() -> None:
    assert sound_of("Sleep may help.") != sound_of("Sleep helps.")
