"""How sources do, at the desk: what is remembered of them, and no request to any."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from fetching import FEED, SITE
from msnewsletter.publisher.source_memory import read_memory, write_health
from msnewsletter.web.desk.health.source_health import ago
from web.desk.barriers import barriers
from web.desk.conftest import NOW
from web.desk.running import running
from web.desk.sourced import sourced_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from playwright.sync_api import Page

    from msnewsletter.home import Home
    from web.desk.running import Running

    Opened = Callable[..., Page]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def does(home: Home, source: str, **health: datetime | str | int | tuple[str, ...]) -> None:
    memory = read_memory(home, source)
    assert memory
    write_health(home, source, replace(memory.health, **health))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    home = sourced_home(tmp_path)
    read = NOW - 10 * MINUTE
    does(home, SITE, begun=read, tried=read, succeeded=read, remarks=("its index has no links",))
    failing = {"begun": NOW, "tried": NOW, "succeeded": NOW - DAY, "failing_since": NOW - HOUR}
    does(home, FEED, **failing, failures=4, reason="answers 503")
    with running(home, NOW) as desk:
        yield desk


def test_the_first_screen_says_in_a_line_how_the_sources_do(opened: Opened) -> None:
    line = opened().locator("section[data-live=beyond]")
    expect(line).to_have_text(
        f"Sources: {SITE} read 10 minutes ago, "
        f"{FEED} failing since 25 November 2026, 09:00 (Europe/Berlin)"
    )


def test_their_own_screen_says_when_why_and_how_many(opened: Opened) -> None:
    page = opened()
    page.get_by_role("navigation", name="The desk").get_by_role("link", name="Health").click()
    site = page.locator(".rows > li", has=page.get_by_text(SITE, exact=True))
    expect(site).to_contain_text("It was last read 25 November 2026, 09:50 (Europe/Berlin).")
    expect(site).to_contain_text("page: 4 known")
    expect(site).to_contain_text("its index has no links")
    feed = page.locator(".rows > li", has_text="answers 503")
    expect(feed.locator(".chip")).to_have_text("failing")
    expect(page.locator(".rows > li").first).to_contain_text("summaries")


def test_without_a_source_that_is_fetched_there_is_no_word_of_them(
    desk: Running, opened: Opened
) -> None:
    settings = desk.home.settings.read_text().split("[[sources]]", maxsplit=1)[0]
    desk.home.settings.write_text(f'{settings}[[sources]]\npath = "summaries"\n')
    page = opened()
    expect(page.locator("section[data-live=beyond]")).to_have_count(0)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (-HOUR, "just now"),
        (MINUTE, "1 minute ago"),
        (59 * MINUTE, "59 minutes ago"),
        (HOUR, "1 hour ago"),
        (47 * HOUR, "47 hours ago"),
        (2 * DAY, "2 days ago"),
    ],
)
def test_a_time_is_said_in_the_largest_unit_that_fits(time: timedelta, said: str) -> None:
    assert ago(time) == said


def test_axe_finds_nothing(desk: Running, opened: Opened) -> None:
    page = opened("/health", bypass_csp=True)
    assert barriers(page) == []
    page.goto(desk.url)
    assert barriers(page) == []
