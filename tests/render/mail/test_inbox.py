"""What an inbox and a lock screen show, and the line that sums up an issue."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.illness import hints_at_illness, named_illness
from msnewsletter.model import Evidence
from msnewsletter.render.glance import glance
from msnewsletter.render.mail.inbox import first_line, topics_of
from msnewsletter.render.mail.render import render_mail
from render.mail.samples import CORRECTIONS, ISSUES, SUMMARIES, corrected, issue_of
from render.mail.test_digest import Page

if TYPE_CHECKING:
    from msnewsletter.model import Issue


def tagged(*tags: str) -> tuple[str, ...]:
    """The topics of an issue whose summaries have one tag each, or several by commas."""
    summaries = [
        dataclasses.replace(SUMMARIES[0], key=f"k{place}", tags=tuple(each.split(",")))
        for place, each in enumerate(tags)
    ]
    return topics_of(issue_of(*summaries))


def line_of(issue: Issue, minutes: int) -> str:
    return first_line(issue, minutes, topics_of(issue))


def test_the_first_line_names_topics_and_how_much_there_is() -> None:
    summaries = [
        dataclasses.replace(one, tags=(tag,))
        for one, tag in zip(SUMMARIES[:3], ("sleep", "a virus", "exercise"), strict=True)
    ]
    issue = issue_of(*summaries)
    assert line_of(issue, 4) == "Sleep, a virus, exercise: three studies, about 4 minutes"
    both = corrected(issue, CORRECTIONS[0])
    assert line_of(both, 4) == (
        "One correction; sleep, a virus, exercise: three studies, about 4 minutes"
    )
    assert line_of(issue_of(SUMMARIES[0]), 1) == "One study, about 1 minute"


@pytest.mark.parametrize(
    ("tags", "topics"),
    [
        (("fatigue,daily life", "multiple sclerosis", "MS"), ("daily life",)),
        (("sleep", "Sleep", "food"), ("sleep", "food")),
        (("optic neuritis,eyesight", "ocrelizumab", "bladder"), ("eyesight",)),
        (("x" * 25, "", "\u202esleep"), ()),
        (("sleep", "food", "heat", "light"), ("sleep", "food", "heat")),
    ],
)
def test_topics_are_each_studys_first_tag_that_tells_nobody_of_an_illness(
    tags: tuple[str, ...], topics: tuple[str, ...]
) -> None:
    assert tagged(*tags) == topics


def test_a_newsletter_in_another_language_mixes_no_topics_into_english() -> None:
    summary = dataclasses.replace(SUMMARIES[3], tags=("النوم",))
    assert topics_of(issue_of(summary, language="ar")) == ()
    assert topics_of(issue_of(dataclasses.replace(summary, language="ar"))) == ()


@given(st.lists(st.text(max_size=40), max_size=9), st.integers(1, 10**6), st.integers(0, 10**4))
def test_the_first_line_is_one_line_of_at_most_ninety_characters(
    tags: list[str], minutes: int, corrections: int
) -> None:
    issue = issue_of(dataclasses.replace(SUMMARIES[0], tags=tuple(tags)))
    line = line_of(dataclasses.replace(issue, corrections=CORRECTIONS[:1] * corrections), minutes)
    assert len(line) <= 90
    assert line.isprintable()
    assert not any(tag in line for tag in tags if len(tag) > 3 and hints_at_illness(tag))


@pytest.mark.parametrize(
    ("studied", "line"),
    [
        (("48 people", "12 patients"), "Two studies: two in people."),
        (("mice", "16 people", "rat cells"),
         "Three studies: one in people, one in animals, one in cells or tissue."),
        (("blood cells of 16 people", "blood and brain tissue"),
         "Two studies: two in cells or tissue."),
        (("a review of earlier studies", "2,250 people in 45 trials"),
         "Two studies: one in people, one review."),
        (("mice and 12 people", "40 people"), "Two studies, among them one in people."),
        (("", "somewhere"), "Two studies in plain language, each with what it does not show."),
        (("40 people",), "One study in plain language, with what it does not show."),
    ],
)  # fmt: skip
def test_the_glance_counts_what_the_editors_say_plainly(
    studied: tuple[str, ...], line: str
) -> None:
    summaries = [
        dataclasses.replace(SUMMARIES[0], key=f"k{place}", studied_in=words or None)
        for place, words in enumerate(studied)
    ]
    assert glance(issue_of(*summaries)) == line


def test_a_review_is_one_by_its_evidence_too() -> None:
    review = dataclasses.replace(SUMMARIES[1], studied_in=None, evidence=(Evidence.REVIEW,))
    assert glance(issue_of(SUMMARIES[0], review)) == "Two studies: one in people, one review."


@pytest.mark.parametrize("name", ["one", "eight", "eighty"])
def test_what_an_inbox_shows_of_the_mail_names_no_illness(
    name: str, templates: dict[str, str]
) -> None:
    shown = Page(render_mail(ISSUES[name], templates).html).text
    assert shown.startswith(line_of(ISSUES[name], 1)[:8])
    assert named_illness(shown[:250]) is None
    assert "Unsubscribe" not in shown[:150]


def test_programs_are_told_to_make_no_links_of_their_own(templates: dict[str, str]) -> None:
    source = render_mail(ISSUES["one"], templates).html.decode()
    assert (
        'name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"'
        in source
    )
    assert "a[x-apple-data-detectors]" in source
