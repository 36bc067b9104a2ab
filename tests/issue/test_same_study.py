"""What came by another study's id or address: the same study, another one, or nobody knows."""

from __future__ import annotations

import pytest

from msnewsletter.issue.same_study import Resemblance, resemblance
from msnewsletter.model import Status, Summary
from msnewsletter.partial_date import PartialDate

ONE, OTHER, UNCLEAR = Resemblance


def study(about: str, headline: str = "", day: int = 0, **more: str) -> Summary:
    """A text of thirty words that no other study's has."""
    return Summary(
        key="",
        headline=headline or f"What of {about}?",
        found=" ".join(f"{about}{number}" for number in range(30)),
        published=PartialDate.parse(f"2026-11-{day:02d}") if day else None,
        doi=more.get("doi"),
        status=Status(more.get("status", "live")),
    )


GUT = study("gut", day=20, doi="10.1000/gut")
SHORT = Summary(key="", headline="Study A", found="It was small.", published=GUT.published)


@pytest.mark.parametrize(
    ("before", "after", "renamed", "what"),
    [
        (GUT, study("eye", GUT.headline, day=27, doi="10.1000/eye"), True, ONE),
        (GUT, study("eye", day=27, doi="10.1000/gut"), True, ONE),
        (GUT, study("gut", "Another headline", day=27), True, ONE),
        (GUT, study("gut", "Another headline", day=27, doi="10.1000/right"), True, ONE),
        (GUT, study("eye", day=27, status="retracted"), True, ONE),
        (GUT, study("eye", day=27), False, OTHER),
        (GUT, study("eye", day=20), True, OTHER),
        (GUT, study("eye"), False, UNCLEAR),
        (GUT, study("eye", day=20, doi="10.1000/eye"), False, OTHER),
    ],
)
def test_words_a_date_or_a_name_tell_what_came_in_the_place_of_another(
    before: Summary, after: Summary, *, renamed: bool, what: Resemblance
) -> None:
    assert resemblance(before, after, renamed=renamed) is what


@pytest.mark.parametrize(
    ("day", "renamed", "what"), [(20, True, ONE), (27, True, OTHER), (27, False, UNCLEAR)]
)
def test_of_few_words_the_date_and_the_name_decide(
    day: int, *, renamed: bool, what: Resemblance
) -> None:
    published = PartialDate.parse(f"2026-11-{day}")
    after = Summary(key="", headline="Study B", found="It was small.", published=published)
    assert resemblance(SHORT, after, renamed=renamed) is what
