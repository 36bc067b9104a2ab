"""Before an issue is published, the site's root says so; afterwards it is the site's."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING

from lxml import html

from homes import empty_home
from msnewsletter.web.public.app import StaticSite
from msnewsletter.web.public.first_page import FirstPage
from patience import PATIENCE
from web.doors import door_home
from web.servers import Server

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.errors import NewsletterError
    from msnewsletter.home import Home

NOT_HERE = b"There is no such page.\n"


def asked(port: int, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        got = connection.getresponse()
        return got.status, got.read()
    finally:
        connection.close()


def served(home: Home, told: list[NewsletterError] | None = None) -> Server:
    told = [] if told is None else told
    page = FirstPage(home, StaticSite(home.site), complain=told.append)
    return Server(application=page)


def test_it_names_the_newsletter_in_its_language_and_needs_no_door(tmp_path: Path) -> None:
    home = empty_home(tmp_path, title='"Leise Notizen"', language='"de"')
    with served(home).running() as server:
        status, body = asked(server.port, "/")
        assert status == 200
        shown = html.fromstring(body)
        assert shown.get("lang") == "de"
        assert [one.text for one in shown.iter("h1")] == ["Hier ist noch nichts erschienen"]
        assert "Leise Notizen" in shown.text_content()
        links = [one.get("href") for one in shown.iter("a")]
        assert not [link for link in links if "subscribe" in link or link.startswith("http")]
        [style] = shown.xpath("//link[@rel='stylesheet']/@href")
        assert asked(server.port, f"/{style}")[0] == 200
        assert asked(server.port, "/index.html") == (200, body)
        assert asked(server.port, "/", "HEAD") == (200, b"")
        assert asked(server.port, "/", "POST")[0] == 405
        assert asked(server.port, "/issues/0001.html") == (404, NOT_HERE)


def test_with_a_door_it_leads_to_the_form(tmp_path: Path) -> None:
    with served(door_home(tmp_path, port=9)).running() as server:
        shown = html.fromstring(asked(server.port, "/")[1])
    assert "subscribe" in [one.get("href") for one in shown.iter("a")]


def test_the_site_takes_its_place_at_once_and_for_good(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    with served(home).running() as server:
        assert b"Nothing is published here yet" in asked(server.port, "/")[1]
        home.site.mkdir(parents=True)
        (home.site / "index.html").write_text("The site.")
        assert asked(server.port, "/") == (200, b"The site.")
        (home.site / "index.html").unlink()
        assert asked(server.port, "/") == (404, NOT_HERE)


def test_settings_that_cannot_be_read_are_said_once_and_cost_the_page_alone(tmp_path: Path) -> None:
    home, told = empty_home(tmp_path), []
    good = home.settings.read_text()
    home.settings.write_text("nonsense")
    with served(home, told).running() as server:
        assert [asked(server.port, "/") for _ in range(2)] == [(404, NOT_HERE)] * 2
        assert len(told) == 1
        home.settings.write_text(good)
        assert asked(server.port, "/")[0] == 200


def test_a_template_that_is_corrected_is_taken_at_the_next_request(tmp_path: Path) -> None:
    home, told = empty_home(tmp_path), []
    template = home.root / "templates/door/message.html.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{{ nothing.at.all }}")
    with served(home, told).running() as server:
        assert [asked(server.port, "/")[0] for _ in range(2)] == [404, 404]
        assert len(told) == 1
        template.unlink()
        assert asked(server.port, "/")[0] == 200
