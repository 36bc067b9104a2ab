"""Who wrote and who checked: said once at the end, and with a summary where it differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.model import Summary, WrittenBy
from msnewsletter.publisher.readiness import findings_in
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.mail.render import render_mail
from render.mail.samples import SUMMARIES, issue_of, many
from render.mail.test_digest import Page, flat

if TYPE_CHECKING:
    from msnewsletter.render.mail.render import Mail

UNCHECKED = "AI-written; not checked by a person"
OWN = "This text is about one clinic. Ask your own about your eyes."


def parts(mail: Mail) -> tuple[str, str]:
    return Page(mail.html).text, flat(mail.text)


def plain(*fields: dict[str, Any]) -> list[Summary]:
    """Summaries that nobody checked, but for what is given."""
    bare = {"reviewed_by": None, "reviewed_on": None, "disclaimer": None}
    return [replace(SUMMARIES[place], **bare | more) for place, more in enumerate(fields)]


ADA = {"reviewed_by": "Dr. Ada Example (neurologist)", "reviewed_on": date(2026, 11, 19)}
CHECKED = "AI-written; checked by Dr. Ada Example (neurologist) on 19 November 2026"


def test_what_holds_for_all_is_said_once_at_the_end(templates: dict[str, str]) -> None:
    for shown in parts(render_mail(issue_of(*plain({}, {}, {})), templates)):
        assert shown.count(f"All summaries in this issue: {UNCHECKED}.") == 1
        assert shown.count("AI-written") == 1


def test_a_summary_says_only_what_differs_from_the_others(templates: dict[str, str]) -> None:
    issue = issue_of(*plain({}, ADA, {}, {}))
    for shown in parts(render_mail(issue, templates)):
        checked, headline = shown.index(CHECKED), flat(SUMMARIES[1].headline)
        assert shown.index(headline) < checked < shown.index(flat(SUMMARIES[2].headline))
        end = f"All summaries in this issue, unless they say otherwise: {UNCHECKED}."
        assert (shown.count(end), shown.count("AI-written")) == (1, 2)


def test_where_no_two_are_the_same_each_says_its_own(templates: dict[str, str]) -> None:
    by_people = {"written_by": WrittenBy.PEOPLE}
    for shown in parts(render_mail(issue_of(*plain({}, ADA, by_people)), templates)):
        assert "All summaries" not in shown
        for said in (UNCHECKED, CHECKED, "Written by people"):
            assert shown.count(said) == 1


def test_a_headline_alone_still_says_that_it_differs(templates: dict[str, str]) -> None:
    summaries = [
        replace(one, reviewed_by=None, reviewed_on=None, disclaimer=None) for one in many(80)
    ]
    summaries[79] = replace(summaries[79], **ADA)
    for shown in parts(render_mail(issue_of(*summaries), templates)):
        assert shown.index(CHECKED) > shown.index("一项小型研究", shown.index("(10)"))
        assert shown.count(UNCHECKED) == 1


def test_what_only_the_web_page_lists_is_not_spoken_for(templates: dict[str, str]) -> None:
    summaries = [replace(one, reviewed_by=None, reviewed_on=None) for one in many(700)]
    summaries[699] = replace(summaries[699], **ADA)
    for shown in parts(render_mail(issue_of(*summaries), templates)):
        assert "more studies on the web page" in shown
        assert CHECKED not in shown
        assert f"All summaries in this mail, unless they say otherwise: {UNCHECKED}." in shown


@pytest.mark.parametrize("written_by", WrittenBy)
def test_ai_is_named_only_where_it_wrote(written_by: WrittenBy, templates: dict[str, str]) -> None:
    issue = issue_of(*plain({}, ADA), written_by=written_by, disclaimer="Not medical advice.")
    for shown in parts(render_mail(issue, templates)):
        assert ("AI" in shown) is (written_by is not WrittenBy.PEOPLE)
        assert ("not checked" in shown) is (written_by is not WrittenBy.PEOPLE)
        assert "checked by Dr. Ada Example (neurologist)" in shown


def test_a_disclaimer_stands_with_its_summary_and_the_newsletters_at_the_top(
    templates: dict[str, str],
) -> None:
    issue = issue_of(*plain({}, {"disclaimer": OWN}, {}))
    for shown in parts(render_mail(issue, templates)):
        places = [issue.masthead.disclaimer, flat(SUMMARIES[1].headline), OWN]
        places.append(flat(SUMMARIES[2].headline))
        assert sorted(places, key=shown.index) == places
        assert [shown.count(OWN), shown.count(issue.masthead.disclaimer)] == [1, 1]


def test_a_disclaimer_that_several_have_is_said_once_at_the_end(templates: dict[str, str]) -> None:
    issue = issue_of(*plain({"disclaimer": OWN}, {}, {"disclaimer": OWN}))
    for shown in parts(render_mail(issue, templates)):
        assert shown.count(OWN) == 1
        assert shown.index(OWN) > shown.index(flat(SUMMARIES[2].headline))


def test_the_newsletters_disclaimer_is_not_repeated_as_a_summarys_own(
    templates: dict[str, str],
) -> None:
    same = issue_of(*plain({})).masthead.disclaimer
    issue = issue_of(*plain({}, {"disclaimer": same}))
    for shown in parts(render_mail(issue, templates)):
        assert shown.count(same) == 1


def test_a_name_without_end_is_cut_and_stops_no_issue(templates: dict[str, str]) -> None:
    endless = {"reviewed_by": "Dr. Ada Example " * 8_000, "reviewed_on": date(2026, 11, 19)}
    issue = issue_of(*plain({}, endless, {}))
    files = render_folder(issue, templates).files
    assert not [one for one in findings_in(issue, files) if one.severity == "block"]
    assert "… on 19 November 2026 " in flat(files["digest.txt"])


@pytest.mark.parametrize("size", [1_000, 10_000])
def test_long_disclaimers_shorten_the_mail_and_stop_no_issue(
    size: int, templates: dict[str, str]
) -> None:
    long = ("Ask your own doctor. " * size)[:size].strip()
    issue = issue_of(*(replace(one, disclaimer=f"{one.key}: {long}") for one in many(100)))
    short = replace(issue, entries=issue.entries[:2])
    for each in (issue, short):
        files = render_folder(each, templates).files
        blocking = {one.name for one in findings_in(each, files) if one.severity == "block"}
        assert len(files["digest.html"]) < 102_400
        assert "no-disclaimer" not in blocking
