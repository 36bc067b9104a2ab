"""The lists of the site: topics with counts, the archive with each issue's first summary, OPML."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

from databases import on_both
from homes import AT, empty_home, write_summary
from msnewsletter import urls
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.takedown import take_down
from msnewsletter.render.site.icons import ICON_FILES

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)


def lines(home: Home, page: str) -> list[str]:
    """The items of a page's list, as plain text."""
    main = html.fromstring((home.site / page).read_bytes()).get_element_by_id("main")
    return [" ".join(item.text_content().split()) for item in main.iter("li")]


@on_both
def test_topics_say_how_many_summaries_they_have(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a", tags="[gut, mice]")
    write_summary(home, "b", tags="[mice]")
    publish(home, at=AT)
    assert lines(home, urls.TOPICS) == ["gut, 1 summary", "mice, 2 summaries"]
    write_summary(home, "c", "2026-11-24", tags="[gut]")
    publish(home, at=AT + 2 * DAY)
    assert lines(home, urls.TOPICS) == ["gut, 2 summaries", "mice, 2 summaries"]
    assert b"2 summaries on this topic, newest first." in (home.site / "tags/gut.html").read_bytes()


def test_a_topic_with_more_than_its_page_shows_says_so(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for number in range(41):
        write_summary(home, f"s{number}", tags="[gut]")
    publish(home, at=AT)
    page = (home.site / "tags/gut.html").read_bytes()
    assert b"The newest 40 of 41 summaries on this topic, newest first." in page
    assert lines(home, urls.TOPICS) == ["gut, 41 summaries"]


@on_both
def test_the_archive_names_the_first_summary_of_each_issue_as_it_is_now(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "old", "2026-11-18")
    write_summary(home, "new", "2026-11-20")
    publish(home, at=AT)
    write_summary(home, "late", "2026-11-24")
    publish(home, at=AT + 2 * DAY)
    assert lines(home, urls.ARCHIVE) == [
        "Issue 2, 25 November 2026, 1 study, first of all: What we know of late.",
        "Issue 1, 23 November 2026, 2 studies, first of all: What we know of new.",
    ]
    take_down(home, "new", reason="law", at=AT + 3 * DAY)
    assert "What we know of new" not in (home.site / urls.ARCHIVE).read_text()
    assert lines(home, urls.ARCHIVE)[1].startswith("Issue 1, 23 November 2026, 2 studies, first")


def test_every_feed_of_the_opml_file_leads_to_its_own_page(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a", tags='[gut, "a & b"]')
    publish(home, at=AT)
    site = "https://notes.example.org/"
    outlines = etree.fromstring((home.site / urls.OPML).read_bytes()).iter("outline")
    found = {one.get("xmlUrl").removeprefix(site): one.get("htmlUrl") for one in outlines}
    rss = {
        str(path.relative_to(home.site))
        for path in home.site.rglob("rss.xml")
        if "archive/" not in str(path)
    }
    assert found.keys() == rss
    for feed, page in found.items():
        channel = etree.fromstring((home.site / feed).read_bytes()).find("channel")
        assert channel is not None
        assert page == channel.findtext("link")
        assert (home.site / (page.removeprefix(site) or urls.HOME)).is_file()


@pytest.mark.parametrize("lost", ICON_FILES)
def test_a_picture_that_is_lost_is_drawn_again(tmp_path: Path, lost: str) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    before = (home.site / lost).read_bytes()
    (home.site / lost).unlink()
    write_summary(home, "b", "2026-11-24")
    publish(home, at=AT + 2 * DAY)
    assert (home.site / lost).read_bytes() == before
