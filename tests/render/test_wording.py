from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from msnewsletter.model import Status, WrittenBy
from msnewsletter.partial_date import PartialDate
from msnewsletter.render import wording
from render.site.sample import MASTHEAD, entry_of, summary_of


@pytest.mark.parametrize(
    ("stamp", "text"),
    [
        ("2026", "2026"),
        ("2026-05", "May 2026"),
        ("2026-05-03", "3 May 2026"),
        ("2026-12-31T23:30:00Z", "1 January 2027"),  # half past midnight in Berlin
    ],
)
def test_a_date_is_shown_as_precisely_as_it_is_known(stamp: str, text: str) -> None:
    assert wording.partial_date_text(PartialDate.parse(stamp), MASTHEAD) == text


def test_a_bare_day_never_shows_as_the_day_before_wherever_the_newsletter_is() -> None:
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        masthead = replace(MASTHEAD, zone=zone)
        assert wording.partial_date_text(PartialDate.parse("2026-05-03"), masthead) == "3 May 2026"


def test_the_journals_own_date_is_told_only_where_it_says_something_else() -> None:
    def line(cover: str) -> tuple[str, ...]:
        summary = summary_of("one", cover_date=PartialDate.parse(cover))
        return wording.dates(entry_of(summary), MASTHEAD)

    assert line("2026-05") == line("2026") == line("2026-05-01") == ("1 May 2026",)
    assert line("2026-12") == ("1 May 2026", "journal issue dated December 2026")


@pytest.mark.parametrize("stored", ["A sample finding about one.", "A sample finding…", ""])
def test_a_teaser_of_an_older_issue_that_repeats_its_headline_is_made_anew(stored: str) -> None:
    entry = replace(entry_of(summary_of("one")), teaser=stored)
    assert wording.teaser(entry, MASTHEAD) == "Researchers looked at 40 people."


def test_any_other_teaser_stays_as_it_was_sent() -> None:
    entry = replace(entry_of(summary_of("one")), teaser="A sample of\nsomething else.")
    assert wording.teaser(entry, MASTHEAD) == "A sample of something else."


BY_ADA = "checked by Dr. Ada (neurologist) on 3 May 2026"
ADA = {"reviewed_by": "Dr. Ada (neurologist)", "reviewed_on": date(2026, 5, 3)}


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "AI-written; not checked by a person"),
        (ADA, f"AI-written; {BY_ADA}"),
        (
            ADA | {"changed_on": date(2026, 5, 9)},
            f"AI-written; {BY_ADA}, before it was changed on 9 May 2026",
        ),
        (
            ADA | {"changed_on": date(2026, 5, 3)},
            f"AI-written; {BY_ADA}, changed on the same day",
        ),
        (ADA | {"changed_on": date(2026, 5, 2)}, f"AI-written; {BY_ADA}"),
        (
            {"reviewed_by": "Ada", "changed_on": date(2026, 5, 9)},
            "AI-written; checked by Ada, before it was changed on 9 May 2026",
        ),
        ({"written_by": WrittenBy.PEOPLE}, "Written by people"),
        (ADA | {"written_by": WrittenBy.PEOPLE}, f"Written by people; {BY_ADA}"),
        ({"written_by": WrittenBy.BOTH}, "Written by AI and people; not checked by a person"),
        (ADA | {"status": Status.WITHDRAWN}, ""),
    ],
)
def test_a_summary_says_who_wrote_and_who_checked_the_text_shown(
    fields: dict[str, Any], line: str
) -> None:
    assert wording.review_line(summary_of("one", **fields), MASTHEAD) == line


@pytest.mark.parametrize("own", [None, *WrittenBy])
@pytest.mark.parametrize("general", WrittenBy)
def test_a_summarys_own_word_on_its_author_goes_before_the_newsletters(
    general: WrittenBy, own: WrittenBy | None
) -> None:
    masthead = replace(MASTHEAD, written_by=general)
    line = wording.review_line(summary_of("one", written_by=own), masthead)
    only_people = (own or general) is WrittenBy.PEOPLE
    assert ("AI" not in line) is only_people


def test_a_notice_stands_without_the_disclaimer_of_the_text_that_it_replaces() -> None:
    own = summary_of("one", disclaimer="Of one clinic.")
    assert wording.disclaimer(own, MASTHEAD) == "Of one clinic."
    taken_back = replace(own, status=Status.RETRACTED)
    assert wording.disclaimer(taken_back, MASTHEAD) == MASTHEAD.disclaimer
