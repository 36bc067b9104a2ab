"""What a source has that is for a person: here, that it names no summary any more."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home
from msnewsletter.clock.notices import source_notice
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.situation import gather
from msnewsletter.publisher.source_ailments import AilingSource, Ailment, ailing_sources
from msnewsletter.publisher.source_memory import SourceHealth, read_health, write_health
from msnewsletter.publisher.troubles.kinds import troubles
from msnewsletter.publisher.troubles.trouble import TroubleName
from msnewsletter.settings import load_settings
from sources.fetch.web_server import Answer, Asked, WebServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE = "<main><h1>Walks help</h1><h2>Cautions</h2><p>Small.</p></main>"
LOGIN = "<html><body><form>Log in: <input name=user></form></body></html>"
RSS = '<rss version="2.0"><channel><title>S</title>{}</channel></rss>'
ITEM = "<item><title>Walks help</title><link>https://a.example/walks</link></item>"
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
# Of each way to name summaries: its settings, and what it says while it names some, and none.
WAYS = {
    "index": (
        'kind = "page"\nindex = "{url}"\nlinks = "main a"',
        '<main><a href="/one">Walks</a></main>',
        LOGIN,
    ),
    "index without its links": (
        'kind = "page"\nindex = "{url}"\nlinks = "main a"',
        '<main><a href="/one">Walks</a></main>',
        "<main><p>Soon more.</p></main>",
    ),
    "index of other pages": (
        'kind = "page"\nindex = "{url}"\nlinks = "a"\ninclude = ["/one"]',
        '<main><a href="/one">Walks</a></main>',
        '<main><a href="/terms">Terms</a></main>',
    ),
    "sitemap": (
        'kind = "page"\nsitemap = "{url}"',
        SITEMAP.format("<url><loc>{base}/one</loc></url>"),
        SITEMAP.format(""),
    ),
    "feed": ('kind = "feed"\nurl = "{url}"', RSS.format(ITEM), RSS.format("")),
    "json": (
        'kind = "json"\nurl = "{url}"',
        '[{{"url": "https://a.example/walks", "headline": "Walks help"}}]',
        "[]",
    ),
}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving({"/one": Answer(body=PAGE.encode())}) as found:
        yield found


def say(server: WebServer, text: str) -> None:
    """Have the source say this, and say of what is known already that it has not changed."""
    body = text.replace("{base}", server.url("")).replace("{{", "{").replace("}}", "}").encode()
    etag = f'"{sha256(body).hexdigest()}"'

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("If-None-Match") == etag:
            return Answer(status=304, headers=(("ETag", etag),))
        kind = "application/json" if body[:1] == b"[" else "application/xml"
        kind = "text/html" if body[:5] in {b"<html", b"<main"} else kind
        return Answer(body=body, kind=kind, headers=(("ETag", etag),))

    server.routes["/there"] = answer


def home_of(root: Path, server: WebServer, way: str) -> Home:
    home = empty_home(root / "home")
    section = '[[sources]]\nname = "news"\nprivate = true\npause = 0.0\n'
    section += WAYS[way][0].replace("{url}", server.url("/there"))
    home.settings.write_text(f"{home.settings.read_text()}\n{section}\n")
    return home


def look(home: Home, at: datetime) -> datetime | None:
    """Look once; since when it names nothing."""
    [done] = fetch(home, now=lambda: at, forced=True)
    assert done.failure is None
    health = read_health(home, "news")
    assert health
    return health.empty_since


def ailing(home: Home, at: datetime) -> list[AilingSource]:
    return list(ailing_sources(home, load_settings(home.settings), at=at, last_slot=None))


@pytest.mark.parametrize("way", WAYS)
def test_a_source_that_names_nothing_any_more_is_for_a_person_after_a_day(
    tmp_path: Path, server: WebServer, way: str
) -> None:
    _, some, none = WAYS[way]
    home = home_of(tmp_path, server, way)
    say(server, some)
    assert look(home, AT) is None
    assert look(home, AT + HOUR) is None, "it has not changed"
    say(server, none)
    assert look(home, AT + 2 * HOUR) == AT + 2 * HOUR
    assert look(home, AT + 3 * HOUR) == AT + 2 * HOUR
    assert ailing(home, AT + DAY) == []
    [one] = ailing(home, AT + DAY + 2 * HOUR)
    assert (one.has, one.since) == (Ailment.EMPTY, AT + 2 * HOUR)
    assert "names no summary since Mon 2026-11-23 10:00 (Europe/Berlin)" in one.says
    assert "though it named 1 before" in one.says
    say(server, some)
    assert look(home, AT + 2 * DAY) is None
    assert ailing(home, AT + 3 * DAY) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_source_that_names_nothing_at_the_first_look_is_said_at_once(
    tmp_path: Path, server: WebServer, way: str
) -> None:
    home = home_of(tmp_path, server, way)
    say(server, WAYS[way][2])
    assert look(home, AT) == AT
    assert look(home, AT + HOUR) == AT
    [one] = ailing(home, AT + HOUR)
    assert one.has is Ailment.EMPTY
    assert one.says.startswith("the source news names no summary: look at its address")
    assert source_notice(one).subject == "a source names no summaries"
    found = troubles(gather(home, at=AT + HOUR), thorough=False)
    assert TroubleName.EMPTY_SOURCE in {trouble.name for trouble in found}


@pytest.mark.parametrize(
    ("last_slot", "missed"),
    [
        (None, False),
        (AT - timedelta(seconds=1), False),
        (AT, True),  # it failed from the very moment of the slot on
        (AT + HOUR, True),
        (AT + 2 * HOUR, False),  # it lies ahead
    ],
)
def test_a_source_that_failed_at_the_last_slot_is_said_at_once(
    tmp_path: Path, last_slot: datetime | None, *, missed: bool
) -> None:
    home = empty_home(tmp_path / "home")
    section = '[[sources]]\nname = "news"\nkind = "command"\ncommand = "true"\n'
    home.settings.write_text(f"{home.settings.read_text()}\n{section}")
    health = SourceHealth(
        added=AT - DAY,
        running=True,
        succeeded=AT - HOUR,
        failing_since=AT,
        failures=1,
        reason="is down",
    )
    write_health(home, "news", health)
    settings = load_settings(home.settings)
    found = [*ailing_sources(home, settings, at=AT + HOUR, last_slot=last_slot)]
    assert [one.has for one in found] == [Ailment.FAILING] * missed
    assert all("the last issue went out without" in one.says for one in found)
    long = [*ailing_sources(home, settings, at=AT + DAY, last_slot=None)]
    assert [one.has for one in long] == [Ailment.FAILING], "for a day"


def test_a_program_that_prints_nothing_new_is_not_empty(tmp_path: Path, server: WebServer) -> None:
    home = home_of(tmp_path, server, "feed")
    text = home.settings.read_text().rpartition('kind = "feed"')[0]
    home.settings.write_text(f'{text}kind = "command"\ncommand = "true"\n')
    assert look(home, AT) is None
