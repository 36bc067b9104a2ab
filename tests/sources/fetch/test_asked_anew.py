"""Lists that a server calls good for a week: who collects by hand asks for them all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT
from msnewsletter.publisher.fetch import fetch
from sources.fetch.page_homes import came, look, page_home, sitemap, study
from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from sources.fetch.web_server import WebServer

HOUR = timedelta(hours=1)
WEEK = "max-age=604800, immutable"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving(tags=True) as found:
        yield found


def one_page_then_two(root: Path, server: WebServer, *, way: str) -> Home:
    """A home that has read a list of one page, and the list now names two."""
    server.put("/1", study(1))
    server.put("/2", study(2))
    named = {
        "sitemap": lambda *paths: sitemap(
            server, "/list", [(path, "") for path in paths], Cache_Control=WEEK
        ),
        "index": lambda *paths: server.put(
            "/list",
            "<main>" + "".join(f'<a href="{path}">x</a>' for path in paths) + "</main>",
            Cache_Control=WEEK,
        ),
    }[way]
    settings = (
        {"sitemap": named("/1")} if way == "sitemap" else {"index": named("/1"), "links": "a"}
    )
    home = page_home(root, **settings)
    look(home)
    server.answers()
    named("/1", "/2")
    return home


@pytest.mark.parametrize("way", ["sitemap", "index"])
def test_collecting_by_hand_asks_whether_a_list_changed(
    server: WebServer, tmp_path: Path, way: str
) -> None:
    home = one_page_then_two(tmp_path, server, way=way)
    look(home, AT + HOUR)
    assert came(home) == ["Study 1.", "Study 2."]
    server.answers()
    look(home, AT + 2 * HOUR)
    assert server.answers() == [("/list", 304)], "it is asked conditionally"


def test_an_issue_that_waits_has_it_asked_for_too(server: WebServer, tmp_path: Path) -> None:
    home = one_page_then_two(tmp_path, server, way="sitemap")
    fetch(home, now=lambda: AT + 6 * HOUR, ask_fresh=True)
    assert len(came(home)) == 2


def test_the_clock_waits_a_day_at_most(server: WebServer, tmp_path: Path) -> None:
    home = one_page_then_two(tmp_path, server, way="sitemap")
    look(home, AT + 23 * HOUR, forced=False)
    assert server.answers() == []
    look(home, AT + 25 * HOUR, forced=False)
    assert len(came(home)) == 2
