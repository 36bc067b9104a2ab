"""The site behind nginx and Caddy, as deploy/ has them: the same answers as those of `serve`."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from homes import AT, copy_of, sample_home
from msnewsletter import urls
from msnewsletter.publisher.publish import publish
from msnewsletter.web.public.file_responses import SECURITY
from patience import PATIENCE
from web.asking import Site
from web.doors import form_token, opened_door
from web_servers import SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

    from msnewsletter.home import Home

TEXTS = (*urls.FEED_NAMES, "archive/0001/atom.xml", "", "feeds.opml", "sitemap.xml", "feed.css")
NAMES = (*TEXTS, "icon-512.png", "icon.svg", "robots.txt")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server answers."""

    status: int
    headers: Message
    body: bytes

    @property
    def kind(self) -> tuple[str, str | None]:
        """The type of its text, and the letters it is written in."""
        return self.headers.get_content_type(), self.headers.get_content_charset()


@dataclass(frozen=True, kw_only=True)
class Server:
    """A web server at work."""

    port: int
    site: Path

    def ask(
        self, path: str, *, method: str = "GET", body: str | None = None, **headers: str
    ) -> Answer:
        """Its answer to a request; a word of a header's name is joined by an underscore."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            return Answer(status=answer.status, headers=answer.headers, body=answer.read())
        finally:
            connection.close()


def lay_out(root: Path) -> Home:
    home = sample_home(root)
    publish(home, at=AT)
    return home


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Each of the two."""
    work = tmp_path_factory.mktemp(request.param)
    home = copy_of(lay_out, work / "home")
    with SERVERS[request.param](root, home.site, work) as port:
        yield Server(port=port, site=home.site)


def test_it_says_of_each_kind_of_file_what_serve_says(server: Server) -> None:
    served = Site(server.site)
    for name in NAMES:
        mine, theirs = served.get(f"/{name}"), server.ask(f"/{name}")
        assert (theirs.status, theirs.body) == (200, mine.body), name
        for header in ("Last-Modified", "Access-Control-Allow-Origin", "Cache-Control", *SECURITY):
            assert theirs.headers[header] == mine.headers.get(header.lower()), (name, header)
        kind = mine.headers["content-type"].partition(";")[0]
        same = {kind, "image/x-icon", "image/vnd.microsoft.icon"}
        assert theirs.headers.get_content_type() in same, name
        if "charset" in mine.headers["content-type"]:
            assert theirs.headers.get_content_charset() == "utf-8", name


def test_what_changes_is_kept_for_minutes_and_what_does_not_for_a_day(server: Server) -> None:
    kept = {name: server.ask(f"/{name}").headers["Cache-Control"] for name in NAMES}
    assert kept["rss.xml"] == kept[""] == "public, max-age=300"
    assert kept["archive/0001/atom.xml"] == kept["icon.svg"] == "public, max-age=86400"


def test_texts_are_packed_for_who_can_unpack_them(server: Server) -> None:
    for name in (*TEXTS, "icon.svg"):
        plain = server.ask(f"/{name}").body
        packed = server.ask(f"/{name}", accept_encoding="gzip")
        if len(plain) < 1000:
            continue
        assert packed.headers["Content-Encoding"] == "gzip", name
        assert gzip.decompress(packed.body) == plain
        assert len(packed.body) < len(plain) / 2
        assert packed.headers["Vary"] == "Accept-Encoding"
    assert server.ask("/icon-512.png", accept_encoding="gzip").headers["Content-Encoding"] is None


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_who_has_a_file_already_gets_nothing_again(server: Server, coding: str) -> None:
    for name in ("rss.xml", "", "icon.svg"):
        first = server.ask(f"/{name}", accept_encoding=coding)
        for header, asked in (("ETag", "if_none_match"), ("Last-Modified", "if_modified_since")):
            again = server.ask(
                f"/{name}", accept_encoding=coding, **{asked: str(first.headers[header])}
            )
            assert (again.status, again.body) == (304, b""), (name, header)
            assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_what_is_not_there_is_the_site_s_own_page_and_kept_by_nobody(server: Server) -> None:
    missing = server.ask("/nowhere")
    assert missing.status == 404
    assert missing.body == (server.site / "404.html").read_bytes()
    assert missing.kind == ("text/html", "utf-8")
    assert missing.headers["Cache-Control"] in {None, "no-cache"}
    for header, value in SECURITY.items():
        assert missing.headers[header] == value


def test_what_is_half_written_and_what_is_beside_the_site_are_nobody_s(server: Server) -> None:
    (server.site / ".half.html").write_text("half")
    (server.site / "issues" / ".half.html").write_text("half")
    for path in ("/.half.html", "/issues/.half.html", "/../new/0001/digest.html", "/%2e%2e/new/"):
        assert server.ask(path).status in {400, 404}, path


def test_a_folder_s_slash_is_added_wherever_the_reader_is(server: Server) -> None:
    led = server.ask("/latest")
    assert led.status in {301, 308}
    assert led.headers["Location"] in {"/latest/", "latest/"}


def test_nothing_is_taken_and_no_server_says_what_it_is(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert server.ask("/", method=method, body="x").status == 405
    assert not any(sign.isdigit() for sign in server.ask("/").headers["Server"] or "")


@pytest.mark.parametrize("name", SERVERS)
def test_the_pages_to_sign_up_are_passed_on_with_their_own_headers(
    root: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "work").mkdir()
    with (
        opened_door(tmp_path, more='proxies = ["127.0.0.1"]') as door,
        SERVERS[name](root, door.home.site, tmp_path / "work", door=door.server.port) as port,
    ):
        front = Server(port=port, site=door.home.site)
        for path in ("subscribe", "subscribe/style.css", "preferences", "unsubscribe/"):
            answer = front.ask(f"/{path}")
            assert answer.body.decode() != "The site."
            [policy] = answer.headers.get_all("Content-Security-Policy") or []
            assert "form-action 'self'" in policy
            assert len(answer.headers.get_all("Cache-Control") or []) == 1
        assert front.ask("/").body == b"The site."
        assert front.ask("/metrics").status == 404
        form = form_token(door.get("/subscribe"))
        door.wait(seconds=9)
        fields = urlencode({"form": form, "address": "ada@example.org", "website": ""})
        answer = front.ask(
            "/subscribe",
            method="POST",
            body=fields,
            content_type="application/x-www-form-urlencoded",
        )
        assert "Check your mail" in answer.body.decode()
        assert door.letter().to == "ada@example.org"
        assert door.complaints == []
        # Caddy may find it out while it passes it on.
        assert front.ask("/subscribe", method="POST", body="x" * 20_000).status in {413, 502}
