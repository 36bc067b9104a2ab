"""Pages that do not come: none costs another page of its source, and no server is hammered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homes import AT, command
from msnewsletter.publisher.situation import gather
from msnewsletter.publisher.troubles.kinds import troubles
from msnewsletter.publisher.troubles.trouble import TroubleName
from msnewsletter.sources.fetch.fetch_error import FetchError
from msnewsletter.sources.fetch.finds import Remark
from msnewsletter.sources.fetch.unanswered import Unanswered
from sources.fetch import feed_homes
from sources.fetch.page_homes import came, health, items, look, page_home, sitemap, study
from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from sources.fetch.web_server import WebServer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = '<rss version="2.0"><channel><title>S</title><link>/</link>{}</channel></rss>'


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving() as found:
        yield found


def site_of_pages(root: Path, server: WebServer, count: int, **settings: object) -> Home:
    """A home of a site with so many pages, the last the newest."""
    for number in range(count):
        server.put(f"/{number}", study(number))
    dates = [(f"/{number}", f"2026-10-{1 + number:02}") for number in range(count)]
    return page_home(root, sitemap=sitemap(server, "/sitemap.xml", dates), **settings)


def feed_of_pages(root: Path, server: WebServer, count: int) -> Home:
    """A home of a feed whose entries link to so many pages, the last the newest."""
    entries = []
    for number in range(count):
        server.put(f"/{number}", study(number))
        entries.append(
            f"<item><title>T {number}</title><guid>urn:x:{number}</guid><link>/{number}</link>"
            f"<pubDate>{1 + number} Nov 2026 08:00:00 GMT</pubDate></item>"
        )
    return feed_homes.feed_home(
        root, server.put("/feed", FEED.format("".join(entries))), follow="true"
    )


def fail(server: WebServer, numbers: Collection[int], status: int, **headers: str) -> None:
    for number in numbers:
        server.fail(f"/{number}", status, **headers)


def asked_pages(server: WebServer) -> list[str]:
    """The pages that were asked for since the last call, each once."""
    said = list(dict.fromkeys(path for path, _ in server.answers() if path[1:].isdecimal()))
    server.asked.clear()
    return said


def names(*numbers: int) -> list[str]:
    return sorted(f"Study {number}." for number in numbers)


MAKERS = {"page": site_of_pages, "feed": feed_of_pages}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
@pytest.mark.parametrize("pause", ["", "60", "86400"])
def test_the_newest_page_that_fails_for_ever_costs_no_other(
    server: WebServer, tmp_path: Path, kind: str, status: int, pause: str
) -> None:
    home = MAKERS[kind](tmp_path, server, 6)
    fail(server, [5], status, **({"Retry_After": pause} if pause else {}))
    done = look(home)
    assert (done.failure, done.came, done.problems) == (None, 5, 1)
    assert came(home) == names(0, 1, 2, 3, 4)


@pytest.mark.parametrize("kind", MAKERS)
def test_three_or_five_or_eight_newest_that_are_refused_starve_no_other(
    server: WebServer, tmp_path: Path, kind: str
) -> None:
    for count in (3, 5, 8):
        home = MAKERS[kind](tmp_path / str(count), server, 11)
        fail(server, range(11 - count, 11), 403)
        for hours in range(3):
            done = look(home, AT + hours * HOUR)
            assert (done.failure, done.problems) == (None, count)
            assert came(home) == names(*range(11 - count))
        assert health(home).unanswered == count


@pytest.mark.parametrize("kind", MAKERS)
def test_each_look_gets_on_to_others_however_many_fail(
    server: WebServer, tmp_path: Path, kind: str
) -> None:
    home = MAKERS[kind](tmp_path, server, 28)
    fail(server, range(7, 28), 500)
    seen: set[str] = set()
    for hours in range(5):
        look(home, AT + hours * HOUR)
        pages = set(asked_pages(server))
        assert len(pages) <= 1 + 7 + 5  # one more that fails, all that are well, and five again
        seen |= pages
    assert seen == {f"/{number}" for number in range(28)}
    assert came(home) == names(*range(7))


@pytest.mark.parametrize("status", [403, 500])
def test_a_site_that_is_down_as_a_whole_is_not_asked_for_hundreds_of_pages(
    server: WebServer, tmp_path: Path, status: int
) -> None:
    urls = [server.fail(f"/{number}", status) for number in range(500)]
    home = page_home(tmp_path, urls=urls, most=500)
    assert look(home).failure
    assert len(asked_pages(server)) == (20 if status == 403 else 5)


def test_a_site_whose_known_pages_are_all_refused_fails(server: WebServer, tmp_path: Path) -> None:
    home = site_of_pages(tmp_path, server, 25)
    look(home)
    fail(server, range(25), 403)
    done = look(home, AT + DAY)
    assert done.failure
    assert "403" in str(done.failure)
    assert came(home) == names(*range(25)), "what was read before stays"


def test_pages_that_were_read_well_and_do_not_come_are_said_in_few_lines(
    server: WebServer, tmp_path: Path
) -> None:
    home = site_of_pages(tmp_path, server, 11)
    look(home)
    fail(server, range(0, 10, 2), 403)
    done = look(home, AT + DAY)
    assert done.failure is None
    assert len(done.remarks) == 4
    assert done.remarks[-1] == "2 more pages do not come: they stay as they were read"
    assert came(home) == names(*range(11))
    assert health(home).unanswered == 5
    assert "fails partly since" in command(home, "status").stdout


def test_a_source_that_fails_partly_for_a_day_is_a_trouble_until_it_is_whole(
    server: WebServer, tmp_path: Path
) -> None:
    home = site_of_pages(tmp_path, server, 4)
    fail(server, [3], 403)
    look(home)
    assert not _is_trouble(home, AT + HOUR)
    look(home, AT + DAY)
    assert _is_trouble(home, AT + DAY)
    server.put("/3", study(3))
    look(home, AT + 2 * DAY)
    assert not _is_trouble(home, AT + 2 * DAY)
    assert (health(home).unanswered, health(home).partial_since) == (0, None)


def _is_trouble(home: Home, at: datetime) -> bool:
    found = troubles(gather(home, at=at), thorough=False)
    return TroubleName.PARTLY_FAILING_SOURCE in {one.name for one in found}


def test_a_page_whose_server_wants_a_pause_is_not_asked_for_before_it_is_over(
    server: WebServer, tmp_path: Path
) -> None:
    home = site_of_pages(tmp_path, server, 3)
    fail(server, [2], 503, Retry_After="7200")
    look(home)
    asked_pages(server)
    look(home, AT + HOUR)
    assert asked_pages(server) == []
    look(home, AT + 3 * HOUR)
    assert asked_pages(server) == ["/2"]


def test_three_pages_in_a_row_that_want_a_pause_speak_for_their_server(
    server: WebServer, tmp_path: Path
) -> None:
    home = site_of_pages(tmp_path, server, 9)
    fail(server, range(5, 9), 429, Retry_After="3600")
    assert look(home).failure
    assert asked_pages(server) == ["/8", "/7", "/6"]
    assert look(home, AT + HOUR / 2).rests_until == AT + HOUR
    assert look(home, AT + HOUR).failure is None
    assert came(home) == names(*range(5))


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_cannot_be_read_is_said_once(
    server: WebServer, tmp_path: Path, kind: str, status: int
) -> None:
    home = MAKERS[kind](tmp_path, server, 7)
    server.fail("/robots.txt", status)
    done = look(home)
    said = [str(done.failure), *done.remarks]
    assert sum("robots.txt" in one for one in said) == 1
    assert items(home) == {}
    assert asked_pages(server) == []
    server.fail("/robots.txt", 404)
    look(home, AT + HOUR)
    assert len(came(home)) == 7


def test_of_two_servers_the_one_that_is_down_costs_the_other_nothing(
    server: WebServer, tmp_path: Path
) -> None:
    with serving() as other:
        for number in range(6):
            server.put(f"/{number}", study(number))
        other.fail("/robots.txt", 500)
        urls = [other.url(f"/{number}") for number in range(6)]
        urls += [server.url(f"/{number}") for number in range(6)]
        home = page_home(tmp_path, urls=urls)
        done = look(home)
        assert (done.failure, done.came) == (None, 6)
        assert sum("robots.txt" in one for one in done.remarks) == 1
        assert other.paths == ["/robots.txt"]


def test_pages_that_come_again_are_failing_no_more(server: WebServer, tmp_path: Path) -> None:
    home = feed_of_pages(tmp_path, server, 3)
    fail(server, [1], 403)
    look(home)
    server.put("/1", study(1))
    look(home, AT + HOUR)
    assert came(home) == names(0, 1, 2)
    assert (health(home).unanswered, health(home).partial_since) == (0, None)


# The helper alone:


def _error(status: int | None) -> FetchError:
    return FetchError("https://a.example/", "does not come", "wait", status=status)


@given(st.lists(st.sampled_from([None, 403, 500, 200]), max_size=300))
def test_a_server_is_asked_in_vain_twenty_times_in_a_row_at_most(
    statuses: list[int | None],
) -> None:
    look = Unanswered()
    in_vain = most = 0
    for number, status in enumerate(statuses):
        address = f"https://a.example/{number}"
        if look.leaves_out(address, new=True):
            continue
        if status == 200:
            look.has_come(address)
            in_vain = 0
        else:
            look.fail(address, _error(status), None)
            in_vain += 1
        most = max(most, in_vain)
    assert most <= 20
    assert len(list(look.remarks())) <= 8
    left = any(look.leaves_out(f"https://a.example/{n}", new=False) for n in range(300))
    partial = any(one.partial for one in look.remarks() if isinstance(one, Remark))
    assert partial <= left
