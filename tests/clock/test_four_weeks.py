"""Two web sources for four weeks: the clock collects, composes and publishes on its own."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from clock.clocks import at_work, entries, once, scheduled_home, slots
from made_kinds import article, made_sources, with_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from msnewsletter.home import Home

START = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, two hours after its slot
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# The day on which each summary appears: never within a day of a slot. The even ones are pages of a
# site, the odd ones entries of a feed that lead to pages.
APPEARS = {
    number: START + timedelta(days=1 + 7 * (number // 3) + number % 3) for number in range(12)
}
ISSUES = {1: {0, 1, 2}, 2: {3, 4, 5}, 3: {6, 7, 8}, 4: {9, 10, 11}}


def there(now: datetime, remainder: int) -> list[int]:
    """The numbers of what a source has at a moment, newest first."""
    return [n for n in reversed(APPEARS) if n % 2 == remainder and APPEARS[n] <= now]


def published(home: Home) -> dict[int, set[int]]:
    """The numbers in each issue."""
    return {
        issue: {int(key.rpartition("/")[2]) for key in keys}
        for issue, keys in entries(home).items()
    }


def test_two_sources_fill_an_issue_a_week_for_four_weeks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_sources(monkeypatch)
    home = with_sources(scheduled_home(tmp_path), "site", "news")
    for days in range(29):
        now = START + days * DAY
        for name, remainder in (("site", 0), ("news", 1)):
            numbers = there(now, remainder)
            made.says[name] = lambda _, numbers=numbers: [  # type: ignore[misc]
                article(number, published=APPEARS[number].date().isoformat()) for number in numbers
            ]
        once(home, now)
    assert published(home) == ISSUES
    assert [outcome for _, _, outcome in slots(home)] == ["published"] * 4


# ── with the real kinds ──────────────────────────────────────────────────────────────────────

PAGE = """<!doctype html><html lang="en"><head><title>Notes</title>
<meta property="article:published_time" content="{day}T08:00:00Z"></head><body><main>
<h1>What we know of number {number}.</h1>
<section id="found"><h2>What was found</h2><p>Something about number {number}.</p></section>
<section id="why"><h2>Why it matters</h2><p>It may help.</p></section>
<section id="cautions"><h2>Cautions</h2><p>The study was small.</p></section>
</main></body></html>"""
SELECT = """
[sources.select]
headline = "h1"
found = "#found p"
why_it_matters = "#why p"
cautions = "#cautions p"
"""


@contextmanager
def site_of(home: Home) -> Iterator[str]:
    """A server whose content is that of the moment at which the home's clock last woke."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = answer(self.path, moment(home), f"http://{self.headers['Host']}")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def moment(home: Home) -> datetime:
    try:
        return datetime.fromisoformat(json.loads((home.var / "clock.json").read_bytes())["beat"])
    except FileNotFoundError:
        return START


def answer(path: str, now: datetime, base: str) -> tuple[str, bytes]:
    """Media type and body; an empty one: there is no such document now."""
    if path == "/sitemap.xml":
        urls = "".join(f"<url><loc>{base}/{n}</loc></url>" for n in there(now, 0))
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        return "application/xml", body.encode()
    if path == "/feed.json":
        items = [
            {
                "id": f"{base}/{n}",
                "url": f"{base}/{n}",
                "title": f"What we know of number {n}.",
                "date_published": APPEARS[n].isoformat(),
            }
            for n in there(now, 1)
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": items}
        return "application/feed+json", json.dumps(feed).encode()
    number = path.removeprefix("/")
    if not number.isdigit() or int(number) not in (*there(now, 0), *there(now, 1)):
        return "text/plain", b""
    page = PAGE.format(number=number, day=APPEARS[int(number)].date())
    return "text/html; charset=utf-8", page.encode()


def test_four_weeks_of_run_with_a_page_source_and_a_feed_that_is_followed(tmp_path: Path) -> None:
    home = with_sources(scheduled_home(tmp_path))
    with site_of(home) as base:
        common = 'private = true\npause = 0.0\nevery = "6 hours"\n'
        home.settings.write_text(
            home.settings.read_text()
            + f'\n[[sources]]\nname = "site"\nkind = "page"\nsitemap = "{base}/sitemap.xml"\n'
            + common
            + SELECT
            + f'\n[[sources]]\nname = "news"\nkind = "feed"\nurl = "{base}/feed.json"\n'
            + f"follow = true\n{common}{SELECT}"
        )
        hops = [START + days * DAY for days in range(29)]
        process = at_work(home, hops, "run", "--wake", "0.02")
        _, complained = process.communicate(timeout=600)
    assert process.returncode == 0, complained
    assert "Traceback" not in complained
    assert published(home) == ISSUES, complained
    assert [outcome for _, _, outcome in slots(home)] == ["published"] * 4
