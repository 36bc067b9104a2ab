"""The public site as clients see it: whole, unchanged, new since, or not there."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from homes import AT, sample_home, write_summary
from msnewsletter import urls
from msnewsletter.publisher.publish import publish
from msnewsletter.web.public import file_responses
from web.asking import Site

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

FEEDS = ("/rss.xml", "/atom.xml", "/feed.json")
LONG_AGO, FAR_AHEAD = "Mon, 01 Jan 1990 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.fixture
def site(published: Home) -> Site:
    return Site(published.site)


def test_every_file_of_the_site_is_served_byte_for_byte(published: Home, site: Site) -> None:
    files = [path for path in published.site.rglob("*") if path.is_file()]
    assert len(files) > 40
    for path in files:
        answer = site.get(f"/{path.relative_to(published.site)}")
        assert answer.status == 200
        assert answer.body == path.read_bytes()
        assert answer.headers["content-length"] == str(len(answer.body))


def test_a_folder_is_its_index(published: Home, site: Site) -> None:
    page = (published.site / urls.LATEST).read_bytes()
    assert site.get(f"/{urls.LATEST_FOLDER}").body == page
    assert site.get(f"/{urls.LATEST}").body == page
    moved = site.get("/latest")
    assert (moved.status, moved.headers["location"]) == (301, "latest/")
    for path in ("/summaries/", "/summaries", "//", "//latest", "/latest//"):
        assert site.get(path).status == 404


def test_the_root_is_the_home_page(published: Home, site: Site) -> None:
    assert site.get("/").body == (published.site / "index.html").read_bytes()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        # As application/rss+xml browsers would download them.
        ("/rss.xml", "application/xml; charset=utf-8"),
        ("/full/atom.xml", "application/xml; charset=utf-8"),
        ("/feed.json", "application/feed+json"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
    ],
)
def test_each_file_says_what_it_is(site: Site, path: str, kind: str) -> None:
    assert site.get(path).headers["content-type"] == kind


@pytest.mark.parametrize("path", ["/", *FEEDS])
def test_etag_and_date_are_each_honoured_alone(site: Site, path: str) -> None:
    whole = site.get(path)
    etag, modified = whole.headers["etag"], whole.headers["last-modified"]
    assert etag.startswith('"')
    for condition in ({"if_none_match": etag}, {"if_modified_since": modified}):
        same = site.get(path, **condition)
        assert (same.status, same.body) == (304, b"")
        assert same.headers["etag"] == etag
        assert "content-type" not in same.headers


@pytest.mark.parametrize("value", ['"x", {}', "W/{}", "*", "{}, W/{}"])
def test_an_etag_may_stand_in_a_list_or_be_weak(site: Site, value: str) -> None:
    etag = site.get("/").headers["etag"]
    assert site.get("/", if_none_match=value.format(etag, etag)).status == 304


def test_a_date_does_not_count_beside_an_etag(site: Site) -> None:
    assert site.get("/", if_none_match='"old"', if_modified_since=FAR_AHEAD).status == 200
    assert site.get("/", if_modified_since=FAR_AHEAD).status == 304
    assert site.get("/", if_modified_since=LONG_AGO).status == 200


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*", "deflate, gzip"])
def test_gzip_comes_where_it_is_taken_with_an_etag_of_its_own(site: Site, accepted: str) -> None:
    plain, zipped = site.get("/rss.xml"), site.get("/rss.xml", accept_encoding=accepted)
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.text == plain.body
    assert len(zipped.body) < len(plain.body) / 3
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "Accept-Encoding" in zipped.headers["vary"]
    etag = zipped.headers["etag"]
    assert site.get("/rss.xml", accept_encoding=accepted, if_none_match=etag).status == 304


@pytest.mark.parametrize("refused", ["", "identity", "gzip;q=0", "gzip ; q=0.00", "br"])
def test_gzip_does_not_come_where_it_is_not_taken(site: Site, refused: str) -> None:
    assert "content-encoding" not in site.get("/rss.xml", accept_encoding=refused).headers


def test_head_is_get_without_the_body(site: Site) -> None:
    head, whole = site.get("/", method="HEAD"), site.get("/")
    assert (head.status, head.headers, head.body) == (whole.status, whole.headers, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "NONSENSE"])
def test_nothing_can_be_changed(site: Site, method: str) -> None:
    answer = site.get("/", method=method)
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


def test_scripts_of_other_sites_may_read_feeds_and_only_feeds(site: Site) -> None:
    for path in FEEDS:
        assert site.get(path).headers["access-control-allow-origin"] == "*"
        asked = site.get(path, method="OPTIONS")
        assert asked.status == 204
        assert "A-IM" in asked.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in site.get("/").headers


def test_pages_may_load_our_stylesheet_and_nothing_else(site: Site) -> None:
    for path in ("/", "/rss.xml", "/nowhere"):
        headers = site.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "; connect-src 'self';" in policy  # Lighthouse reads robots.txt from within the page
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "seconds"),
    [("/archive/0001/atom.xml", 86400), ("/atom.xml", 1234), ("/", 300), ("/style.css", 300)],
)
def test_a_copy_is_good_for_as_long_as_it_says(published: Home, path: str, seconds: int) -> None:
    site = Site(published.site, max_age=lambda _: 1234)
    whole = site.get(path)
    unchanged = site.get(path, if_none_match=whole.headers["etag"])
    head = site.get(path, method="HEAD")
    assert (whole.status, unchanged.status, head.status) == (200, 304, 200)
    for answer in (whole, unchanged, head):
        # Nothing is for ever: a takedown must reach every copy.
        assert answer.headers["cache-control"] == f"public, max-age={seconds}"
    assert head.headers == whole.headers


def test_who_says_how_long_a_feed_is_good_knows_when_it_changed(published: Home) -> None:
    asked: list[int] = []
    site = Site(published.site, max_age=lambda modified: asked.append(modified) or 300)
    site.get("/rss.xml")
    assert asked == [int(AT.timestamp())]


def test_what_is_not_there_gets_the_page_that_says_so(published: Home, site: Site) -> None:
    answer = site.get("/nowhere/at/all.html")
    assert answer.status == 404
    assert answer.body == (published.site / "404.html").read_bytes()
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/../../newsletter.toml",
        "/../../var/newsletter.db",
        "/summaries/../../../newsletter.toml",
        "//etc/passwd",
        "/\\..\\..\\newsletter.toml",
        "/.index.html.tmp",
        "/index.html\0",
        "/index.html/",
        "/issues",
        "/issues/",
        "/" + "a" * 5000,
        "/" + "a/" * 3000,
        "/\udcff",
    ],
)
def test_no_path_leads_out_or_to_what_is_hidden(tmp_path: Path, path: str) -> None:
    home = sample_home(tmp_path)
    home.site.mkdir(parents=True)
    (home.site / "issues").mkdir()
    (home.site / "index.html").write_text("home")
    (home.site / ".index.html.tmp").write_text("half")
    (home.site / "404.html").write_text("not here")
    answer = Site(home.site).get(path)
    assert (answer.status, answer.body) == (404, b"not here")


def test_a_symbolic_link_out_of_the_site_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "site" / "way.txt").symlink_to(tmp_path / "secret.txt")
    assert Site(tmp_path / "site").get("/way.txt").status == 404


def test_a_site_that_is_not_there_yet_answers_politely(tmp_path: Path) -> None:
    answer = Site(tmp_path / "nothing").get("/")
    assert (answer.status, answer.body) == (404, b"There is no such page.\n")


def test_a_changed_file_is_noticed_at_the_next_request(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("one")
    site = Site(tmp_path)
    before = site.get("/")
    new = tmp_path / ".new"
    new.write_text("two")
    os.utime(new, ns=(page.stat().st_atime_ns, page.stat().st_mtime_ns))
    new.rename(page)  # same size, same time: as quick as files change
    after = site.get("/", if_none_match=before.headers["etag"])
    assert (after.status, after.body) == (200, b"two")
    page.unlink()
    assert site.get("/").status == 404


def entries(path: str, data: bytes) -> list[str]:
    if path.endswith(".json"):
        return [item["id"] for item in json.loads(data)["items"]]
    return [entry.id for entry in feedparser.parse(data).entries]


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_client_that_asks_for_it_gets_only_what_is_new(
    tmp_path: Path, path: str, coding: str
) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    site = Site(home.site)
    old = site.get(path, accept_encoding=coding).headers["etag"]
    write_summary(home, "brand-new")
    publish(home, at=AT + timedelta(hours=1))
    asked = {"if_none_match": old, "accept_encoding": coding}

    delta = site.get(path, a_im="feed", **asked)
    assert (delta.status, delta.headers["im"]) == (226, "feed")
    assert len(entries(path, delta.text)) == 1
    whole = site.get(path, **asked)
    assert whole.status == 200
    assert len(entries(path, whole.text)) == 9
    assert entries(path, delta.text)[0] in entries(path, whole.text)
    assert delta.headers["etag"] == whole.headers["etag"]
    assert delta.headers["cache-control"] == "no-store, im"
    assert "A-IM" in whole.headers["vary"]
    now = {"if_none_match": delta.headers["etag"], "accept_encoding": coding}
    assert site.get(path, a_im="feed", **now).status == 304


def test_a_delta_brings_an_entry_again_that_was_edited(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    site = Site(home.site)
    old = site.get("/atom.xml").headers["etag"]
    sample = next((home.root / "summaries").glob("*retro*"))
    sample.write_text(sample.read_text().replace("# Traces", "# A better word: traces"))
    publish(home, at=AT + timedelta(hours=1))
    delta = site.get("/atom.xml", if_none_match=old, a_im="feed")
    assert delta.status == 226
    assert [e.title[:8] for e in feedparser.parse(delta.text).entries] == ["A better"]


@pytest.mark.parametrize("asked", ["", "vcdiff", "feed;q=0", ",;=", "feedx"])
def test_others_get_the_whole_feed(site: Site, asked: str) -> None:
    assert site.get("/atom.xml", if_none_match='"old"', a_im=asked).status == 200


def test_an_unknown_version_gets_the_whole_feed(site: Site) -> None:
    assert site.get("/atom.xml", if_none_match='"unknown"', a_im="feed").status == 200


HEADER = st.binary(max_size=60) | st.sampled_from(
    [b'"', b'W/"', b"*, *", b"feed;q", b"Mon, 99 Foo 9999 99:99:99 GMT", b"gzip;q=;", b"\xff" * 9]
)


@settings(max_examples=examples(200))
@given(HEADER, HEADER, HEADER, HEADER)
def test_malformed_headers_are_as_good_as_none(
    published: Home, etag: bytes, since: bytes, manipulation: bytes, coding: bytes
) -> None:
    answer = Site(published.site).get(
        "/atom.xml",
        if_none_match=etag,
        if_modified_since=since,
        a_im=manipulation,
        accept_encoding=coding,
    )
    assert answer.status in {200, 304}


@settings(max_examples=examples(200))
@given(st.text(max_size=40))
def test_any_path_is_a_page_or_is_not_there(published: Home, path: str) -> None:
    assert Site(published.site).get("/" + path).status in {200, 404}


def test_a_file_that_is_too_large_or_no_file_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_responses, "RECORD_LIMIT", 10)
    (tmp_path / "small.txt").write_bytes(b"x" * 10)
    (tmp_path / "large.txt").write_bytes(b"x" * 11)
    os.mkfifo(tmp_path / "pipe.txt")
    files = file_responses.SiteFiles(tmp_path)
    assert files.get("/small.txt")
    assert not files.get("/large.txt")
    assert not files.get("/pipe.txt")
