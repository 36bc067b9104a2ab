"""`collect --again`: known pages are asked for at once, and who does not hears when they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command
from msnewsletter.publisher.fetch import fetch
from sources.fetch.feed_homes import feed_home
from sources.fetch.page_homes import items, page_home, sitemap, study
from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_look import LookResult
    from sources.fetch.web_server import WebServer

HOUR = timedelta(hours=1)
FEED = '<rss version="2.0"><channel><link>/</link>{}</channel></rss>'


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving(tags=True) as running:
        yield running


def look(home: Home, at: datetime, *, again: bool = False) -> LookResult:
    (found,) = fetch(home, now=lambda: at, forced=True, again=again)
    return found


def test_a_correction_on_the_site_comes_at_once_for_who_asks_again(
    server: WebServer, tmp_path: Path
) -> None:
    for name in ("/a", "/b", "/c"):
        server.put(name, study(name))
    home = page_home(
        tmp_path, sitemap=sitemap(server, "/sitemap.xml", [(n, "") for n in ("/a", "/b", "/c")])
    )
    first = look(home, AT)
    assert (first.came, first.not_asked) == (3, None)
    server.put("/b", study("/b", cautions="It was very small."))
    later = look(home, AT + HOUR)
    assert later.came == 0
    assert later.not_asked is not None
    assert later.not_asked.pages == 3
    assert later.not_asked.next_due == AT + timedelta(days=1)
    again = look(home, AT + 2 * HOUR, again=True)
    assert (again.came, again.problems, again.not_asked) == (1, 0, None)
    assert [one["cautions"] for one in fields_of(home)].count("It was very small.") == 1


def fields_of(home: Home) -> list[dict[str, object]]:
    return [one["fields"] for one in items(home).values()]  # type: ignore[misc]


def test_again_asks_for_more_than_a_look_may_and_only_for_what_changed(
    server: WebServer, tmp_path: Path
) -> None:
    names = [f"/{number}" for number in range(5)]
    urls = [server.put(name, study(name)) for name in names]
    home = page_home(tmp_path, urls=urls, most=2)
    for hours in range(3):
        look(home, AT + hours * HOUR)
    server.paths.clear()
    found = look(home, AT + 5 * HOUR, again=True)
    assert (found.came, found.not_asked) == (0, None)
    assert sorted(set(server.paths) - {"/robots.txt"}) == names


def test_again_asks_for_the_pages_that_entries_of_a_feed_link_to(
    server: WebServer, tmp_path: Path
) -> None:
    server.put("/gut", study("gut"))
    entry = "<item><title>Gut.</title><guid>urn:x:gut</guid><link>/gut</link></item>"
    home = feed_home(tmp_path, server.put("/feed", FEED.format(entry)), follow="true")
    assert look(home, AT).came == 1
    server.put("/gut", study("gut", cautions="It was very small."))
    server.put("/feed", FEED.format(entry + " "))
    later = look(home, AT + HOUR)
    assert later.came == 0
    assert later.not_asked is not None
    assert later.not_asked.next_due == AT + timedelta(days=1)
    again = look(home, AT + 2 * HOUR, again=True)
    assert (again.came, again.not_asked) == (1, None)


def test_collect_says_how_many_known_pages_wait_and_until_when(
    server: WebServer, tmp_path: Path
) -> None:
    urls = [server.put(name, study(name)) for name in ("/a", "/b")]
    home = page_home(tmp_path, urls=urls)
    command(home, "collect")
    later = command(home, "collect").stdout.splitlines()[0]
    assert later.startswith(
        "Source site: 0 new or changed summaries; 2 known pages are asked again from "
    )
    assert later.endswith(" on; --again asks now")
    server.put("/a", study("/a", cautions="It was very small."))
    again = command(home, "collect", "--source", "site", "--again")
    assert again.stdout.startswith(
        "Source site: 1 new or changed summary\n1 new or changed summary; in all"
    )
    refused = command(home, "collect", "--again", "--no-fetch")
    assert refused.returncode == 2
    assert "--no-fetch and --again exclude each other" in refused.stderr
