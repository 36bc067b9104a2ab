"""A site's feed is read from a real server, look after look, whatever becomes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, FOLDER, command, name_sources, write_summary
from markups_of_pages import MARKUPS, PageOfText
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.sources import Reading, list_files, read_file
from sources.fetch.feed_homes import (
    feed_home,
    headlines,
    look,
    memory,
    read,
    read_from,
    summary,
)
from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from sources.fetch.web_server import WebServer

DAY = timedelta(days=1)
SECTIONS = (
    "<h2>What was found</h2><p>We saw {0}.</p><h2>Why it matters</h2><p>It may help.</p>"
    "<h2>Cautions</h2><p>It was small.</p>"
)
_DATE = "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving(tags=True) as running:
        yield running


def item(name: str, *, guid: str | None = None, date: str = _DATE, body: str = SECTIONS) -> str:
    known = f"<guid>urn:x:{name}</guid>" if guid is None else guid
    return (
        f"<item><title>About {name}.</title>{known}<link>/{name}</link>{date}"
        f"<description><![CDATA[{body.format(name)}]]></description></item>"
    )


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><link>/</link>{"".join(items)}</channel></rss>'


def test_entries_become_summaries_with_their_date(server: WebServer, tmp_path: Path) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("gut"))))
    assert look(home).failure is None
    one = summary(home)
    assert (one.headline, one.found, one.cautions) == (
        "About gut.",
        "We saw gut.",
        "It was small.",
    )
    assert str(one.published) == "2026-11-20T10:00:00+00:00"
    assert (one.key, one.url) == ("urn:x:gut", server.base + "/gut")


def test_a_feed_that_has_not_changed_is_asked_for_and_not_sent(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("gut"))))
    look(home)
    again = look(home, AT + DAY)
    assert (again.came, again.failure) == (0, None)
    assert server.answers() == [("/feed", 200), ("/feed", 304)]
    assert headlines(home) == ["About gut."]


def test_other_settings_read_the_same_feed_again(server: WebServer, tmp_path: Path) -> None:
    home = feed_home(tmp_path, url := server.put("/feed", rss(item("gut"))))
    look(home)
    read_from(home, url, fields='{journal = "title"}')
    look(home, AT + DAY)
    assert summary(home).journal == "About gut."


def test_of_an_address_that_is_not_asked_any_more_nothing_is_remembered(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("a"))))
    look(home)
    read_from(home, url := server.put("/new", rss(item("a"))))
    assert look(home, AT + DAY).failure is None
    assert list(memory(home).documents) == [url]


def test_a_summary_whose_file_is_lost_comes_again(server: WebServer, tmp_path: Path) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("gut"))))
    look(home)
    for path in (home.fetched / "site" / "items").iterdir():
        path.unlink()
    look(home, AT + DAY)
    assert headlines(home) == ["About gut."]


def test_only_what_changed_counts_as_new(server: WebServer, tmp_path: Path) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("a"), item("b"))))
    assert look(home).came == 2
    server.put("/feed", rss(item("c"), item("a", body=SECTIONS.replace("help", "heal")), item("b")))
    assert look(home, AT + DAY).came == 2
    assert headlines(home) == ["About a.", "About b.", "About c."]


def test_of_many_new_ones_the_newest_come_first_and_the_others_with_the_next_looks(
    server: WebServer, tmp_path: Path
) -> None:
    days = {"old": 10, "new": 20, "middle": 15, "undated": 0}
    items = [
        item(name, date=f"<pubDate>{day} Nov 2026 10:00 GMT</pubDate>" if day else "")
        for name, day in days.items()
    ]
    home = feed_home(tmp_path, server.put("/feed", rss(*items)), most="2")
    look(home)
    assert headlines(home) == ["About middle.", "About new."]
    look(home, AT + DAY)
    assert len(headlines(home)) == 4
    look(home, AT + 2 * DAY)
    assert [status for _, status in server.answers()] == [200, 200, 304]


def test_a_feed_that_changes_all_its_ids_brings_nothing_twice(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("a"), item("b"))))
    look(home)
    keys = {one.key for one in read(home).summaries}
    changed = (item(name, guid=f"<guid>urn:y:{name}</guid>") for name in "ab")
    server.put("/feed", rss(*changed))
    assert look(home, AT + DAY).came == 2  # they have another identity more
    assert {one.key for one in read(home).summaries} == keys
    # Now their addresses change too.
    moved = (
        item(name, guid=f"<guid>urn:y:{name}</guid>").replace("<link>/", "<link>/x/")
        for name in "ab"
    )
    server.put("/feed", rss(*moved))
    look(home, AT + 2 * DAY)
    assert {one.key for one in read(home).summaries} == keys


def numbered(*entries: tuple[int, str, int]) -> str:
    """A feed whose ids are numbers: id, name of the page, day."""
    return rss(
        *(
            item(
                name,
                guid=f'<guid isPermaLink="false">{number}</guid>',
                date=f"<pubDate>{day} Nov 2026 10:00:00 GMT</pubDate>",
            )
            for number, name, day in entries
        )
    )


BEFORE = (1, "a", 18), (2, "b", 19), (3, "c", 20)
RENUMBERED = {
    "all ids turned round": [(2, "a", 18), (3, "b", 19), (1, "c", 20), (4, "d", 21)],
    "an old id is a new study's": [(9, "a", 18), (2, "b", 19), (3, "c", 20), (1, "d", 21)],
    "in another order": [(1, "d", 21), (9, "a", 18), (3, "b", 19), (2, "c", 20)],
}


@pytest.mark.parametrize("renumbered", RENUMBERED.values(), ids=RENUMBERED)
@pytest.mark.parametrize("same_day", [False, True])
def test_a_feed_that_numbers_its_entries_anew_takes_none_for_another(
    server: WebServer, tmp_path: Path, renumbered: list[tuple[int, str, int]], *, same_day: bool
) -> None:
    def on_days(entries: Iterable[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
        return [(number, name, 18 if same_day else day) for number, name, day in entries]

    home = feed_home(tmp_path, server.put("/feed", numbered(*on_days(BEFORE))))
    look(home)
    keys = {one.headline: one.key for one in read(home).summaries}
    server.put("/feed", numbered(*on_days(renumbered)))
    for hours in (1, 2, 3):
        done = look(home, AT + timedelta(hours=hours))
        found = {one.headline: one.key for one in read(home).summaries}
        assert keys.items() < found.items()
        assert sorted(found) == ["About a.", "About b.", "About c.", "About d."]
    assert done.came == 0


def test_an_id_that_is_wholly_another_study_after_sending_gives_it_a_key_of_its_own(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.put("/feed", numbered((1, "a", 18))), since="2026-11-01")
    name_sources(home, FOLDER, home.settings.read_text().rpartition("[[sources]]")[2])
    look(home)
    publish(home, at=AT)
    server.put("/feed", numbered((1, "d", 24)))
    look(home, AT + DAY)
    collected = collect_now(home, at=AT + DAY)
    assert (collected.refused, collected.alarms) == ((), ())
    done = publish(home, at=AT + 7 * DAY)
    assert isinstance(done, Released)
    assert done.preview.draft.issue is not None
    assert [one.summary.headline for one in done.preview.draft.issue.entries] == ["About d."]


def test_an_address_that_is_always_the_newest_study_is_not_the_one_that_had_it(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.put("/feed", numbered((1, "latest", 18))))
    look(home)
    old = item("latest", guid="<guid>1</guid>").replace("/latest<", "/archive/1<")
    new = item("gut", guid="<guid>2</guid>").replace("/gut<", "/latest<")
    server.put("/feed", rss(new, old))
    look(home, AT + DAY)
    assert headlines(home) == ["About gut.", "About latest."]


def test_tracking_and_another_scheme_make_no_other_summary(
    server: WebServer, tmp_path: Path
) -> None:
    plain = item("a", guid="")
    home = feed_home(tmp_path, server.put("/feed", rss(plain)))
    look(home)
    server.put("/feed", rss(plain.replace("<link>/a", "<link>/a/?utm_source=rss")))
    look(home, AT + DAY)
    assert headlines(home) == ["About a."]


def test_a_number_is_an_id_in_its_feed_alone(server: WebServer, tmp_path: Path) -> None:
    home = feed_home(
        tmp_path, server.put("/feed", rss(item("a", guid='<guid isPermaLink="false">123</guid>')))
    )
    look(home)
    assert summary(home).key == "site:123"


def test_entries_that_share_a_link_are_not_one(server: WebServer, tmp_path: Path) -> None:
    items = [item(name).replace(f"<link>/{name}", "<link>/") for name in ("a", "b")]
    home = feed_home(tmp_path, server.put("/feed", rss(*items)))
    look(home)
    assert headlines(home) == ["About a.", "About b."]


def test_a_link_that_several_feeds_of_a_year_share_is_no_identity(
    server: WebServer, tmp_path: Path
) -> None:
    first = item("a").replace("<link>/a", "<link>/")
    home = feed_home(tmp_path, server.put("/feed", rss(first)))
    look(home)
    server.put("/feed", rss(item("b").replace("<link>/b", "<link>/")))
    look(home, AT + DAY)
    assert headlines(home) == ["About a.", "About b."]


def test_of_two_entries_with_one_id_the_first_is_read_with_a_remark(
    server: WebServer, tmp_path: Path
) -> None:
    newer = item("a").replace("We saw", "We clearly saw")
    home = feed_home(tmp_path, server.put("/feed", rss(newer, item("a"))))
    look(home)
    assert summary(home).found == "We clearly saw a."
    assert "'urn:x:a'" in memory(home).health.remarks[0]


def test_entries_with_pages_of_their_own_and_one_id_are_read_with_a_remark(
    server: WebServer, tmp_path: Path
) -> None:
    same = "<guid>urn:x:same</guid>"
    home = feed_home(tmp_path, server.put("/feed", rss(item("a", guid=same))))
    for day, names in enumerate(("a", "ba", "cba")):
        server.put("/feed", rss(*(item(name, guid=same) for name in names)))
        look(home, AT + day * DAY)
        assert headlines(home) == [f"About {name}." for name in sorted(names)]
    assert "'urn:x:same'" in memory(home).health.remarks[0]


def test_a_feed_that_shrinks_to_nothing_takes_nothing_back(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("a"))))
    look(home)
    server.put("/feed", rss())
    assert look(home, AT + DAY).failure is None
    assert headlines(home) == ["About a."]
    assert memory(home).health.remarks == ("the feed has no entries; what it brought before stays",)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Please log in</body></html>",
        b'<!DOCTYPE l [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><rss version="2.0">&b;</rss>',
        b'{"items": []}',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_feed_is_said_in_one_line_and_takes_nothing_back(
    server: WebServer, tmp_path: Path, body: bytes
) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("a"))))
    look(home)
    server.put("/feed", body, "text/html")
    failure = look(home, AT + DAY).failure
    assert failure
    assert "\n" not in str(failure)
    assert headlines(home) == ["About a."]
    server.put("/feed", rss(item("a"), item("b")))
    assert look(home, AT + 2 * DAY).failure is None
    assert headlines(home) == ["About a.", "About b."]


def test_an_answer_that_nothing_changed_since_nothing_is_a_failure(
    server: WebServer, tmp_path: Path
) -> None:
    server.fail("/feed", 304)
    home = feed_home(tmp_path, server.base + "/feed")
    assert look(home).failure


def test_a_hint_of_a_date_does_not_move_with_each_update(server: WebServer, tmp_path: Path) -> None:
    entry = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x:a</id><title>About a.</title>'
        "<updated>2026-11-{}T10:00:00Z</updated><content type='html'><![CDATA["
        + SECTIONS.format("a")
        + "]]></content></entry></feed>"
    )
    home = feed_home(tmp_path, server.put("/feed", entry.replace("{}", "20")))
    look(home)
    server.put("/feed", entry.replace("{}", "22"))
    look(home, AT + DAY)
    assert str(summary(home).published) == "2026-11-20T10:00:00+00:00"


def atom(*dates: str) -> str:
    """A feed whose entries say only when they were updated."""
    entries = "".join(
        f"<entry><id>urn:x:{n}</id><title>About {n}.</title><updated>{date}</updated>"
        f"<content type='html'><![CDATA[{SECTIONS.format(n)}]]></content></entry>"
        for n, date in enumerate(dates)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'


def test_entries_that_a_build_of_their_site_dated_have_no_date(
    server: WebServer, tmp_path: Path
) -> None:
    moments = [f"2026-11-23T06:59:{n:02}Z" for n in range(6)]
    home = feed_home(tmp_path, server.put("/feed", atom(*moments)))
    look(home)
    assert [one.published for one in read(home).summaries] == [None] * 6


def test_a_feed_that_a_build_of_its_site_dated_brings_no_archive(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.base + "/feed")
    write_summary(home, "old")
    name_sources(home, FOLDER)
    publish(home, at=AT, agreed=True)
    read_from(home, server.put("/feed", atom(*["2026-11-23T08:00:00Z"] * 6)))
    look(home, AT + timedelta(hours=2))
    assert headlines(home) == ["What we know of old."]


def test_a_date_that_an_entry_once_had_stays_when_it_says_none(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(tmp_path, server.put("/feed", rss(item("a"))))
    look(home)
    server.put("/feed", rss(item("a", date="")))
    look(home, AT + DAY)
    assert str(summary(home).published) == "2026-11-20T10:00:00+00:00"


def test_one_entry_without_sections_is_held_with_its_reason_and_the_others_come(
    server: WebServer, tmp_path: Path
) -> None:
    home = feed_home(
        tmp_path, server.put("/feed", rss(item("a"), item("b", body="<p>A teaser of {0}.")))
    )
    look(home)
    found = read(home)
    assert headlines(home) == ["About a."]
    (refused,) = found.refused
    assert "its entry has no sections" in str(refused)
    assert server.base + "/b" in str(refused)


# With `follow`:

PAGE = "<html><body><h1>The page about {0}.</h1>" + SECTIONS + "</body></html>"


def followed(server: WebServer, root: Path, *names: str, **settings: str) -> Home:
    for name in names:
        server.put(f"/{name}", PAGE.format(name), "text/html")
    teasers = [item(name, body="A teaser of {0}.") for name in names]
    return feed_home(root, server.put("/feed", rss(*teasers)), follow="true", **settings)


def test_the_page_has_the_texts_and_the_entry_the_date(server: WebServer, tmp_path: Path) -> None:
    home = followed(server, tmp_path, "gut")
    look(home)
    one = summary(home)
    assert (one.headline, one.found) == ("The page about gut.", "We saw gut.")
    assert str(one.published) == "2026-11-20T10:00:00+00:00"
    assert one.key == "urn:x:gut"


def test_a_page_is_asked_for_again_only_when_its_entry_changed_or_a_day_has_passed(
    server: WebServer, tmp_path: Path
) -> None:
    home = followed(server, tmp_path, "gut")
    look(home)
    server.answers()
    look(home, AT + timedelta(hours=1))
    assert server.answers() == [("/feed", 304)]
    server.put("/feed", rss(item("gut", body="Another teaser of {0}.")))
    look(home, AT + timedelta(hours=2))
    assert server.answers() == [("/feed", 200), ("/gut", 200)]
    look(home, AT + 2 * DAY)
    assert server.answers() == [("/feed", 200), ("/gut", 304)]
    look(home, AT + 2 * DAY + timedelta(hours=1))
    assert server.answers() == [("/feed", 304)]


def test_a_page_that_changed_without_its_entry_is_read_within_two_days(
    server: WebServer, tmp_path: Path
) -> None:
    home = followed(server, tmp_path, "gut")
    look(home)
    server.put("/gut", PAGE.format("bowel"), "text/html")
    look(home, AT + 2 * DAY)
    assert summary(home).found == "We saw bowel."


def test_a_page_that_fails_for_now_leaves_what_was_read_and_comes_again(
    server: WebServer, tmp_path: Path
) -> None:
    home = followed(server, tmp_path, "a")
    look(home)
    server.fail("/a", 503)
    server.put("/feed", rss(item("a", body="Changed {0}."), item("b", body="New {0}.")))
    server.put("/b", PAGE.format("b"), "text/html")
    look(home, AT + DAY)
    assert headlines(home) == ["The page about a.", "The page about b."]
    server.put("/a", PAGE.format("better a"), "text/html")
    look(home, AT + 2 * DAY)
    assert headlines(home) == ["The page about b.", "The page about better a."]


def test_a_page_that_is_gone_is_said_and_not_asked_for_all_the_time(
    server: WebServer, tmp_path: Path
) -> None:
    home = followed(server, tmp_path, "a", "b")
    server.fail("/a", 404)
    look(home)
    assert headlines(home) == ["The page about b."]
    assert "its page" in str(read(home).refused[0])
    server.answers()
    server.put("/feed", rss(item("a", body="A teaser of {0}."), item("b", body="Changed {0}.")))
    look(home, AT + timedelta(hours=1))
    assert server.answers() == [("/feed", 200), ("/b", 200)]
    server.put("/a", PAGE.format("a"), "text/html")
    look(home, AT + 2 * DAY)
    assert headlines(home) == ["The page about a.", "The page about b."]


def test_a_page_to_log_in_with_status_200_holds_what_it_was_the_page_of(
    server: WebServer, tmp_path: Path
) -> None:
    home = followed(server, tmp_path, "a")
    look(home)
    server.put("/a", "<html><body><h1>Log in</h1></body></html>", "text/html")
    look(home, AT + 2 * DAY)
    (refused,) = read(home).refused
    assert f"last read well on {AT:%Y-%m-%d}" in str(refused)


def test_a_server_that_is_down_is_not_asked_for_every_page(
    server: WebServer, tmp_path: Path
) -> None:
    names = [f"p{number}" for number in range(10)]
    home = followed(server, tmp_path, *names)
    for name in names:
        server.fail(f"/{name}", 503)
    look(home)
    assert len(server.answers()) <= 1 + 5 * 4  # five pages, each tried a few times
    assert "5 pages in a row do not come" in memory(home).health.remarks[0]
    for name in names:
        server.put(f"/{name}", PAGE.format(name), "text/html")
    look(home, AT + DAY)
    assert len(headlines(home)) == 10


def test_pages_from_before_since_are_not_asked_for(server: WebServer, tmp_path: Path) -> None:
    home = followed(server, tmp_path, "a", since="2026-11-23")
    look(home)
    assert server.answers() == [("/feed", 200)]
    read_from(home, server.base + "/feed", follow="true", since="2026-11-01")
    look(home, AT + DAY)
    assert headlines(home) == ["The page about a."]


def test_an_entry_without_a_link_says_so(server: WebServer, tmp_path: Path) -> None:
    home = feed_home(
        tmp_path, server.put("/feed", rss(item("a").replace("<link>/a</link>", ""))), follow="true"
    )
    look(home)
    assert "links to no page" in str(read(home).refused[0])


def test_the_five_pages_behind_a_feed_give_their_texts_to_the_letter(
    server: WebServer, tmp_path: Path, shared: Path
) -> None:
    listing = list_files(shared / "seeds", format="auto", display_path=str)
    expected = Reading.joined(read_file(file) for file in listing.files).summaries
    items = []
    for number, file in enumerate(listing.files, start=1):
        with open(file.address, encoding="utf-8") as page:  # noqa: PTH123  (an address is a text)
            lines = [line.strip("\n") for line in page if line.strip()]
        escape = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
        body = "".join(f"<p>{line.translate(escape)}</p>\n" for line in lines)
        server.put(f"/page{number}", f"<html><body><main>{body}</main></body></html>", "text/html")
        date = f"<pubDate>{number} Nov 2026 10:00:00 GMT</pubDate>"
        items.append(item(f"page{number}", date=date, body="A teaser."))
    home = feed_home(tmp_path, server.put("/feed", rss(*items)), follow="true")
    look(home)
    found = sorted(read(home).summaries, key=lambda one: str(one.published))
    assert [str(one.published) for one in found] == [
        f"2026-11-{number:02}T10:00:00+00:00" for number in range(1, 6)
    ]
    texts = ("headline", "found", "why_it_matters", "cautions", "disclaimer", "journal")
    for one, other in zip(found, expected, strict=True):
        assert [getattr(one, name) for name in texts] == [getattr(other, name) for name in texts]


def _rss(server: WebServer, moments: list[str]) -> str:
    entries = "".join(
        f"<item><title>T</title><guid>urn:x:{number}</guid><link>/page{number}</link>"
        f"<pubDate>{number} Nov 2026 10:00:00 GMT</pubDate>"
        "<description>A teaser.</description></item>"
        for number, _ in enumerate(moments, start=1)
    )
    return server.put("/feed", f'<rss version="2.0"><channel>{entries}</channel></rss>')


def _atom(server: WebServer, moments: list[str]) -> str:
    entries = "".join(
        f"<entry><title>T</title><id>urn:x:{number}</id><link href='/page{number}'/>"
        f"<published>{moment}</published><updated>2026-11-22T10:00:00Z</updated>"
        "<summary>A teaser.</summary></entry>"
        for number, moment in enumerate(moments, start=1)
    )
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title>{entries}</feed>'
    return server.put("/feed", atom, "application/atom+xml")


def _json_feed(server: WebServer, moments: list[str]) -> str:
    items = [
        {
            "id": f"urn:x:{number}",
            "url": f"{server.base}/page{number}",
            "title": "T",
            "summary": "A teaser.",
            "content_text": "A teaser.",
            "date_published": moment,
        }
        for number, moment in enumerate(moments, start=1)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "S", "items": items}
    return server.put("/feed", json.dumps(feed), "application/feed+json")


FEEDS = {"RSS": _rss, "Atom": _atom, "JSON Feed": _json_feed}


@pytest.mark.parametrize("kind", FEEDS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_the_five_pages_in_each_markup_behind_each_feed_have_its_dates_and_their_own_texts(
    server: WebServer, tmp_path: Path, shared: Path, markup: str, kind: str
) -> None:
    pages = [PageOfText.of(path.read_bytes()) for path in sorted((shared / "seeds").glob("*.txt"))]
    moments = [f"2026-11-{number:02}T10:00:00+00:00" for number in range(1, 6)]
    for number, page in enumerate(pages, start=1):
        server.put(f"/page{number}", MARKUPS[markup](page), "text/html")
    home = feed_home(tmp_path, FEEDS[kind](server, moments), follow="true")
    assert look(home).failure is None
    reading = read(home)
    assert reading.refused == ()
    found = sorted(reading.summaries, key=lambda one: str(one.published))
    assert [one.key for one in found] == [f"urn:x:{number}" for number in range(1, 6)]
    # One markup shows a date of its own, and the cards of all show others'.
    assert [str(one.published) for one in found] == moments
    texts = ("headline", "found", "why_it_matters", "cautions", "disclaimer")
    said = [[getattr(one, name) for name in texts] for one in found]
    assert [list(filter(None, one)) for one in said] == [list(page.texts) for page in pages]


def test_a_person_who_wrote_the_pages_is_pointed_out_once_until_the_settings_say_who_did(
    server: WebServer, tmp_path: Path
) -> None:
    author = '{"@type": "Article", "author": {"@type": "Person", "name": "Ada Example"}}'
    script = f'<script type="application/ld+json">{author}</script></body>'
    for name in ("a", "b"):
        page = PAGE.format(name).replace("</body>", script)
        server.put(f"/{name}", page, "text/html")
    feed = server.put("/feed", rss(*(item(name, body="A teaser.") for name in ("a", "b"))))
    home = feed_home(tmp_path, feed, follow="true")

    def said(verb: str) -> list[str]:
        return [
            line for line in command(home, verb).stderr.splitlines() if "a person as author" in line
        ]

    line = (
        "note: site: 2 pages name a person as author (“Ada Example”), and readers are told that AI "
        "wrote it; set its written_by in newsletter.toml: 'people', 'ai and people', or 'ai' if "
        "that is so"
    )
    for verb in ("collect", "check"):
        assert said(verb) == [line]
    explained = command(home, "read", "--explain", "--private", f"{server.base}/a").stdout
    assert "  the page's author: “Ada Example”, a person\n" in explained
    read_from(home, feed, follow="true", written_by='"ai"')
    assert said("check") == []
