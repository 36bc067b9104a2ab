"""Title and key messages say no more than the summary that they are of."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.checks import Severity
from msnewsletter.checks.in_short_checks import check_in_short
from msnewsletter.model import Summary
from render.mail.samples import issue_of

USUAL: dict[str, Any] = {
    "key": "walks",
    "headline": "Short walks may ease fatigue in MS.",
    "found": "Forty people walked for 10 minutes a day. 1,200 steps were enough for twenty-four.",
    "why_it_matters": "Fatigue is common, and walking costs nothing.",
    "cautions": "The trial was small: twelve-week data, and nobody was blinded.",
    "location": "summaries/walks.md",
}


def found(language: str = "en", **texts: Any) -> dict[str, str]:
    summary = Summary(**USUAL | texts)
    findings = [*check_in_short(summary, issue_of(language=language).masthead)]
    assert all(one.severity is Severity.WARN for one in findings)
    assert all(one.place == "summaries/walks.md" for one in findings)
    return {one.name: one.reason for one in findings}


def test_a_summary_with_nothing_in_short_has_no_finding() -> None:
    assert found() == {}


def test_key_messages_longer_than_the_text_are_pointed_out() -> None:
    messages = ("It rose. " * 30, "It fell. " * 30)
    assert found(key_messages=messages) == {
        "key-messages-long": "the key messages have 540 characters, the text has 189"
    }
    assert found(key_messages=("It rose.", "It fell.")) == {}


@pytest.mark.parametrize(
    "message",
    [
        "40 people walked for 10 minutes.",
        "1200 steps were enough.",
        "1.200 steps were enough for 24.",
        "In 12 weeks, half felt better.",
        "Sixteen people were treated.",
    ],
)
def test_a_number_that_the_text_has_in_digits_or_words_is_let_be(message: str) -> None:
    assert found(key_messages=(message,)) == {}


@pytest.mark.parametrize("name", ["title", "key_messages"])
def test_a_number_that_the_text_lacks_is_pointed_out_with_its_sentence(name: str) -> None:
    text = "Of 41 people, 10 felt better."
    value = (text,) if name == "key_messages" else text
    said = {"number-not-in-text": f"the text has no 41: “{text}”"}
    assert found(**{name: value}) == said
    assert found("de", **{name: value}) == said
    assert found(**{name: value}, participants="41 people") == {}


def test_a_caution_may_say_what_the_cautions_do_not() -> None:
    assert found(caution="Only 12 of 41 people finished it.") == {}


@pytest.mark.parametrize("title", ["Short walks ease fatigue", "How walking reduced fatigue"])
def test_a_title_that_names_an_effect_where_the_headline_hedges_is_pointed_out(title: str) -> None:
    assert (
        "the headline says 'may', and the title only '" in found(title=title)["title-claims-more"]
    )
    assert found("de", title=title) == {}


@pytest.mark.parametrize(
    "title", ["Short walks and fatigue", "Short walks may ease fatigue", "Do walks help? Unclear"]
)
def test_a_title_that_names_a_topic_or_hedges_too_is_let_be(title: str) -> None:
    assert found(title=title) == {}


def test_a_title_may_claim_what_the_headline_claims() -> None:
    assert found(headline="Short walks ease fatigue in MS.", title="Walks ease fatigue") == {}


def test_it_goes_by_the_language_of_the_summary() -> None:
    title, german = "Short walks ease fatigue", issue_of(language="de").masthead
    english = Summary(**USUAL, title=title, language="en-GB")
    assert [one.name for one in check_in_short(english, german)] == ["title-claims-more"]
    other = Summary(**USUAL, title=title, language="de")
    assert [*check_in_short(other, issue_of().masthead)] == []


@given(st.text(max_size=70), st.lists(st.text(max_size=300), max_size=3))
def test_any_text_is_looked_at_without_trouble(title: str, messages: list[str]) -> None:
    found(title=title, key_messages=tuple(messages))


@pytest.mark.parametrize("unit", ["1", "1,", "one-", "1 ", "twenty-", "may "])
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    found(title="Of 41", found=text, headline=text)
    assert time.process_time() - start < 3
