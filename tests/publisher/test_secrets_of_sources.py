"""What lets anybody in at a source is shown nowhere: not by commands, state, logs or notices."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home
from msnewsletter.clock.clock_troubles import all_troubles
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.fetched_files import fetched_files
from msnewsletter.publisher.situation import gather
from msnewsletter.publisher.source_memory import health_path
from msnewsletter.settings import load_settings
from sources.fetch.web_server import Answer, WebServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

SECRET = "s3cretvalue"  # noqa: S105  (of a server in this file)
RSS = (
    '<rss version="2.0"><channel><title>S</title>{}</channel></rss>',
    "application/rss+xml",
)
INDEX = f'<main><a href="/one?api_key={SECRET}">one</a></main>'
PAGE = "<html><head><title>Walks help</title></head><body><h1>Walks help</h1></body></html>"
SITEMAPS = (
    "<sitemapindex><sitemap><loc>{0}</loc></sitemap><sitemap><loc>{0}&amp;b=2</loc></sitemap>"
    "</sitemapindex>"
)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving({}) as found:
        yield found


def home_of(root: Path, *lines: str) -> Home:
    home = empty_home(root / "home")
    section = "\n".join(('[[sources]]\nname = "news"\nprivate = true\npause = 0.0', *lines))
    home.settings.write_text(f"{home.settings.read_text()}\n{section}\n")
    return home


def said_of(home: Home) -> str:
    """What is said of a look, and what of it is kept for `status`, `doctor` and notices."""
    [done] = fetch(home, now=lambda: AT, forced=True)
    kept = health_path(home, "news").read_text()
    situation = gather(home, at=AT)
    troubles = " ".join(one.says for one in all_troubles(situation, thorough=False))
    return f"{done.failure} {kept} {troubles}"


def secret_url(server: WebServer, path: str) -> str:
    """An address with a parameter that lets in."""
    return f"{server.url(path)}?api_key={SECRET}"


def test_no_command_and_no_log_shows_a_secret(tmp_path: Path, server: WebServer) -> None:
    server.routes["/f"] = Answer(body=b"<html><body>Log in</body></html>")
    home = home_of(tmp_path, f'kind = "feed"\nurl = {json.dumps(secret_url(server, "/f"))}')
    for words in ("collect", "status", "doctor", "run --once"):
        done = command(home, *words.split())
        assert SECRET not in done.stdout + done.stderr, words
    assert "news: is an HTML page" in command(home, "doctor").stdout


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(body=b"<html><body>Log in</body></html>"), "is an HTML page"),
        (Answer(body=b""), "is empty"),
        (Answer(body=b'{"a": '), "is not JSON"),
        (Answer(body=b'{"a": 1}'), "no JSON Feed"),
        (Answer(body=b"<!DOCTYPE a [<!ENTITY b SYSTEM 'c'>]><rss/>"), "declares entities"),
        (Answer(body=b"<rss>" + b"<a>" * 600), "deep in each other"),
        (
            Answer(
                body=b'<html><link rel="alternate" type="application/rss+xml" href="/f">',
            ),
            "which the page names",
        ),
    ],
)
def test_a_feed_that_is_none_is_named_by_its_source(
    tmp_path: Path, server: WebServer, answer: Answer, says: str
) -> None:
    server.routes["/f"] = answer
    home = home_of(tmp_path, f'kind = "feed"\nurl = {json.dumps(secret_url(server, "/f"))}')
    said = said_of(home)
    assert says in said
    assert SECRET not in said


def test_a_feed_that_moved_is_said_without_its_secret(tmp_path: Path, server: WebServer) -> None:
    there = f"/g?api_key={SECRET}"
    server.routes["/f"] = Answer(status=301, headers=(("Location", there),))
    server.routes["/g"] = Answer(body=RSS[0].format("").encode(), kind=RSS[1])
    home = home_of(tmp_path, f'kind = "feed"\nurl = "{server.url("/f")}"')
    said = said_of(home)
    assert "/g?api_key=***" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><body>Log in</body></html>", "has no link to a summary"),
        (b"%PDF-1.7 \x00\x01", "is no HTML page"),
        (b"", "is an empty page"),
    ],
)
def test_an_index_that_is_none_is_named_without_its_secret(
    tmp_path: Path, server: WebServer, body: bytes, says: str
) -> None:
    server.routes["/index"] = Answer(body=body)
    address = json.dumps(secret_url(server, "/index"))
    home = home_of(tmp_path, f'kind = "page"\nindex = {address}\nlinks = "main a"')
    said = said_of(home)
    assert says in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><body>Log in</body></html>", "is no sitemap"),
        (SITEMAPS, "the other sitemaps were read"),
    ],
)
def test_a_sitemap_that_is_none_is_named_without_its_secret(
    tmp_path: Path, server: WebServer, body: bytes | str, says: str
) -> None:
    if isinstance(body, str):
        body = body.format(server.url(f"/none?api_key={SECRET}")).encode()
    server.routes["/sitemap"] = Answer(body=body, kind="application/xml")
    server.routes["/none"] = Answer(body=b"<html></html>")
    address = json.dumps(secret_url(server, "/sitemap"))
    home = home_of(tmp_path, f'kind = "page"\nsitemap = {address}')
    said = said_of(home)
    assert says in said
    assert SECRET not in said


def test_pages_with_a_secret_are_located_without_it_and_readers_get_no_link(
    tmp_path: Path, server: WebServer
) -> None:
    server.routes["/one"] = Answer(body=PAGE.encode())
    one, two = (json.dumps(secret_url(server, "/one") + more) for more in ("", "2"))
    home = home_of(tmp_path, f'kind = "page"\nurls = [{one}, {two}]')
    fetch(home, now=lambda: AT, forced=True)
    files = fetched_files(home, load_settings(home.settings)).files
    places = [file.location.partition(" [")[0] for file in files]
    assert places == [f"news: {server.url('/one')}?api_key=***"] * 2
    assert len({file.location for file in files}) == 2
    for file in files:
        with open(file.address, encoding="utf-8") as kept:  # noqa: PTH123  (an address is a text)
            assert "url" not in json.load(kept)["fields"]
