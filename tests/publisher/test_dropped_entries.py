"""A site that moves names its archive anew: nobody is mailed that, and nothing of it twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fetching import FEED, fields_of, keep, read_at
from homes import AT, FOLDER, empty_home, name_sources, write_summary
from msnewsletter.model import HoldReason
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.sources.fetch.finds import Read

DAY = timedelta(days=1)
SOURCE = f'name = "{FEED}"\nkind = "feed"\nurl = "https://news.example/feed"\n'
OLD, NEW = "https://news.example/{}", "https://news.example/2026/{}/"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A newsletter with an issue, to which a feed is added."""
    home = empty_home(tmp_path / "home")
    write_summary(home, "first")
    name_sources(home, FOLDER)
    publish(home, at=AT, agreed=True)
    name_sources(home, SOURCE, FOLDER)
    return home


def entry(address: str, about: str, day: int, **fields: str) -> Read:
    published = (AT + day * DAY).date().isoformat()
    return read_at(address.format(about), fields_of(about, published=published, **fields))


def edited(about: str, day: int, **fields: str) -> Read:
    """The same at another address, with another date and a few other words."""
    text = f"Something was found about {about} in a group of adults, and it was large."
    return entry(NEW, about, day, found=text, **fields)


def look(home: Home, day: int) -> NextIssuePreview:
    return next_issue_preview(home, at=AT + day * DAY, by_hand=True)


def held(found: NextIssuePreview) -> list[tuple[HoldReason, str]]:
    return [(one.because, one.reason) for one in found.draft.held]


def test_an_archive_that_its_site_dates_anew_waits(home: Home) -> None:
    keep(home, FEED, *(entry(OLD, about, -300) for about in ("gut", "eye")), at=AT + DAY)
    assert look(home, 1).issue is None
    keep(home, FEED, edited("gut", 2), entry(NEW, "eye", 2), edited("walk", 2), at=AT + 2 * DAY)
    found = look(home, 2)
    assert found.issue
    assert [one.summary.key for one in found.issue.entries] == ["news.example/2026/walk"]
    reasons = held(found)
    assert [one for one, _ in reasons] == [HoldReason.SAME_STUDY] * 2
    assert all("from before its 'since'" in reason for _, reason in reasons)


def test_what_was_sent_is_not_mailed_again_where_its_feed_names_it_anew(home: Home) -> None:
    keep(home, FEED, entry(OLD, "gut", 1), at=AT + DAY)
    publish(home, at=AT + DAY, agreed=True)
    keep(home, FEED, edited("gut", 3), at=AT + 3 * DAY)
    found = look(home, 3)
    assert found.issue is None
    ((because, reason),) = held(found)
    assert because is HoldReason.SAME_STUDY
    assert "'news.example/gut'" in reason


def test_what_waits_goes_out_once_where_its_feed_names_it_anew(home: Home) -> None:
    keep(home, FEED, entry(OLD, "gut", 1), at=AT + DAY)
    keep(home, FEED, edited("gut", 1, headline="Another headline"), at=AT + 2 * DAY)
    found = look(home, 2)
    assert found.issue
    assert [one.summary.key for one in found.issue.entries] == ["news.example/gut"]
    assert len(held(found)) == 1


def test_what_the_feed_still_names_is_another_study_than_one_that_says_nearly_the_same(
    home: Home,
) -> None:
    keep(home, FEED, entry(OLD, "gut", 1), edited("gut", 1), at=AT + DAY)
    found = look(home, 1)
    assert found.issue
    assert len(found.issue.entries) == 2


def test_a_series_whose_headline_returns_with_other_words_goes_out(home: Home) -> None:
    keep(home, FEED, entry(OLD, "gut", 1, headline="The week"), at=AT + DAY)
    other = {
        "headline": "The week",
        "found": "People who walked each morning slept better than those who sat at home.",
        "why_it_matters": "Nothing is cheaper than to walk.",
    }
    keep(home, FEED, entry(NEW, "walking", 2, **other), at=AT + 2 * DAY)
    found = look(home, 2)
    assert found.issue
    assert len(found.issue.entries) == 2


def test_a_damaged_file_of_what_a_feed_names_no_more_holds_nothing(home: Home) -> None:
    keep(home, FEED, entry(OLD, "gut", -300), at=AT + DAY)
    for path in (home.fetched / FEED / "items").iterdir():
        path.write_text("garbage")
    keep(home, FEED, edited("gut", 2), at=AT + 2 * DAY)
    assert look(home, 2).issue
