"""What a page says of the study itself: all that the editor gave, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from msnewsletter import urls
from msnewsletter.model import Evidence, Status
from msnewsletter.render.site.issue_pages import render_pages
from msnewsletter.render.site.study_facts import study_facts
from render.site.sample import MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from msnewsletter.model import Issue

AUTHORS = tuple(f"Author {letter}" for letter in "ABCDEFGH")
GIVEN: dict[str, Any] = {
    "paper_title": "Slow walks and  fatigue",
    "authors": AUTHORS,
    "evidence": (Evidence.TRIAL, Evidence.PREPRINT),
    "participants": "48 people",
    "population": "adults with relapsing MS",
    "funding": "A foundation.",
    "interests": "None.",
}


def facts(**fields: Any) -> list[tuple[str, str]]:
    found = study_facts(summary_of("one", **fields), MASTHEAD)
    return [(one.label, " ".join(part for part in (one.text, one.others) if part)) for one in found]


def page(issue: Issue, templates: dict[str, str], **fields: Any) -> html.HtmlElement:
    entry = entry_of(summary_of("one", **fields))
    made = render_pages(replace(issue, entries=(entry,)), templates)
    return html.fromstring(made[urls.page_name(entry)])


def test_all_that_is_given_is_said_in_order() -> None:
    assert facts(**GIVEN) == [
        ("The paper", "Slow walks and fatigue"),
        ("Who wrote it", "Author A; Author B; Author C; Author D; Author E; Author F and 2 others"),
        ("Kind of study", "Trial, preprint, not peer-reviewed"),
        ("How many took part", "48 people"),
        ("Who they were", "adults with relapsing MS"),
        ("Who paid for it", "A foundation."),
        ("What the authors declared", "None."),
    ]


@pytest.mark.parametrize("field", GIVEN)
def test_what_is_not_given_is_left_out(field: str) -> None:
    assert facts() == []
    assert len(facts(**{field: GIVEN[field]})) == 1


@pytest.mark.parametrize(
    ("count", "end"), [(6, "Author F"), (7, "Author F and 1 other"), (8, "and 2 others")]
)
def test_six_authors_are_named_and_the_others_counted(count: int, end: str) -> None:
    ((_, said),) = facts(authors=AUTHORS[:count])
    assert said.endswith(end)


def test_the_page_shows_them_and_programs_read_those_that_have_a_property(
    issue: Issue, templates: dict[str, str]
) -> None:
    shown = page(issue, templates, **GIVEN)
    assert [one.text_content() for one in shown.iter("dt")] == [
        label for label, _ in facts(**GIVEN)
    ]
    assert [one.text_content() for one in shown.iter("dd")] == [text for _, text in facts(**GIVEN)]
    study = json.loads(shown.find(".//script").text)["about"]
    assert study == {
        "@type": "MedicalScholarlyArticle",
        "headline": "Slow walks and fatigue",
        "name": "Slow walks and fatigue",
        "author": list(AUTHORS),
    }


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.RETRACTED])
def test_where_the_text_is_taken_back_they_go_with_it(
    issue: Issue, templates: dict[str, str], status: Status
) -> None:
    shown = page(issue, templates, **GIVEN, key_messages=("Walk.",), status=status, note="Wrong.")
    assert not list(shown.iter("dl"))
    assert "about" not in json.loads(shown.find(".//script").text)
    assert "Walk." not in shown.text_content()


def test_the_most_important_comes_first(issue: Issue, templates: dict[str, str]) -> None:
    shown = page(issue, templates, key_messages=("Walking helped.", "A little."), title="Walking")
    main = shown.find(".//main")
    assert [one.text for one in main.iter("h2")][:2] == ["In short", "What was found?"]
    assert [one.text for one in main.findall(".//section[1]/ul/li")][:2] == [
        "Walking helped.",
        "A little.",
    ]
    assert main.findtext(".//h1") == "A sample finding about one."
    assert shown.findtext(".//title") == "Walking – MS in plain words"
    data = json.loads(shown.find(".//script").text)
    assert (data["name"], data["headline"]) == ("Walking", "A sample finding about one.")
