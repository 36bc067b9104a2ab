"""Whether the text is still the one that a person checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.reviews import with_review_state
from msnewsletter.model import Status, Summary, WrittenBy

CHECKED, EARLIER, TODAY = date(2026, 5, 3), date(2026, 5, 7), date(2026, 5, 9)
SUMMARY = Summary(
    key="naps",
    headline="Short naps went with clearer thinking.",
    found="Of 24 people, half took naps.",
    why_it_matters="Tiredness is common in MS.",
    cautions="It was one clinic only.",
    reviewed_by="Ada",
    reviewed_on=CHECKED,
)
TEXTS = ("headline", "found", "why_it_matters", "cautions", "teaser", "title", "caution")


def changed_on(read: Summary, *known: Summary) -> date | None:
    return with_review_state(read, known, today=TODAY).changed_on


@pytest.mark.parametrize("name", TEXTS)
def test_another_text_under_the_same_check_was_changed_today(name: str) -> None:
    read = replace(SUMMARY, **{name: "Other words."})
    assert changed_on(read, SUMMARY) == TODAY
    assert changed_on(read, replace(SUMMARY, changed_on=EARLIER)) == TODAY


def test_so_it_was_with_other_key_messages() -> None:
    read = replace(SUMMARY, key_messages=("Other words.",))
    assert changed_on(read, SUMMARY) == TODAY


OTHER: dict[str, Any] = {
    "funding": "A charity",
    "authors": ("Lee, B.",),
    "journal": "Neurology Notes",
    "tags": ("sleep",),
    "status": Status.CORRECTED,
    "note": "We mended a link.",
    "written_by": WrittenBy.BOTH,
    "location": "summaries/moved.md:1",
}


@pytest.mark.parametrize("name", OTHER)
def test_what_is_not_the_text_changes_nothing(name: str) -> None:
    read = replace(SUMMARY, **{name: OTHER[name]})
    assert changed_on(read, SUMMARY) is None
    assert changed_on(read, replace(SUMMARY, changed_on=EARLIER)) == EARLIER


@pytest.mark.parametrize("again", [{"reviewed_on": TODAY}, {"reviewed_by": "Bo"}])
def test_a_new_check_is_one_of_the_text_that_came_with_it(again: dict[str, Any]) -> None:
    before = replace(SUMMARY, changed_on=EARLIER)
    assert changed_on(replace(SUMMARY, **again), before) is None
    assert changed_on(replace(SUMMARY, found="Other words.", **again), before) is None


def test_a_text_that_nobody_checked_has_no_such_day() -> None:
    bare = replace(SUMMARY, reviewed_by=None, reviewed_on=None)
    assert changed_on(replace(bare, found="Other words."), bare, SUMMARY) is None
    assert changed_on(SUMMARY) is None


def test_back_to_the_text_that_was_sent_is_back_to_the_text_that_was_checked() -> None:
    stored = replace(SUMMARY, found="Other words.", changed_on=EARLIER)
    assert changed_on(SUMMARY, stored, SUMMARY) is None
    assert changed_on(SUMMARY, stored, replace(SUMMARY, changed_on=CHECKED)) == CHECKED


def test_back_to_a_text_that_nothing_has_kept_is_one_more_change() -> None:
    assert changed_on(SUMMARY, replace(SUMMARY, found="Other words.", changed_on=EARLIER)) == TODAY


def test_a_check_that_was_taken_out_and_put_back_is_still_one_of_the_sent_text() -> None:
    stored = replace(SUMMARY, found="Other words.", reviewed_by=None, reviewed_on=None)
    assert changed_on(replace(SUMMARY, found="Other words."), stored, SUMMARY) == TODAY


WORDS = st.sampled_from(["One text.", "Another text."])


@given(st.lists(st.tuples(WORDS, st.sampled_from(["Ada", "Bo"])), min_size=1, max_size=8))
def test_a_check_is_claimed_only_of_the_text_that_it_was_first_met_with(
    read: list[tuple[str, str]],
) -> None:
    stored: list[Summary] = []
    met: tuple[str, str] | None = None
    for found, by in read:
        if met is None or met[1] != by:
            met = (found, by)
        now = replace(SUMMARY, found=found, reviewed_by=by)
        stored = [with_review_state(now, stored, today=TODAY)]
        assert stored[0].changed_on is not None or found == met[0]


def test_all_else_stays_as_it_was_read() -> None:
    made = with_review_state(replace(SUMMARY, found="Other words."), [SUMMARY], today=TODAY)
    assert replace(made, changed_on=None, found=SUMMARY.found) == SUMMARY
