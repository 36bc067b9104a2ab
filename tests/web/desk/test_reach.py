"""Who reaches the desk: an editor without scripts, or by a tunnel; and nobody else."""

from __future__ import annotations

import http.server
import re
import threading
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from browsers import patient_page
from web.desk.running import unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from web.desk.running import Running

    Opened = Callable[..., Page]

VIEWS = ("inbox", "mail", "text", "aloud", "source", "feeds", "pages", "compare", "checks")


def test_the_desk_works_without_scripts(desk: Running, opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    for view in VIEWS:
        page.goto(f"{desk.url}/?view={view}")
        assert page.locator("nav[aria-label=Views] [aria-current=page]").count() == 1
    page.goto(f"{desk.url}/?view=mail&mode=dark&width=320")
    assert page.frame_locator("iframe.w320").get_by_role("heading", level=1).is_visible()
    page.goto(desk.url)
    page.locator(".rows > li").nth(2).get_by_role("button", name="Pin to top").click()
    expect(page.locator(".rows > li").first.locator(".chip")).to_have_text("pinned")
    second = page.locator(".rows > li").nth(1)
    second.get_by_text("Hold…").click()
    second.get_by_label("Reason").fill("not yet")
    second.get_by_label("Reason").press("Enter")
    held = unfold(page, "held")
    expect(held.get_by_text("Held by the editor: not yet")).to_be_visible()
    page.fill("#note", "Without scripts.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved to issues/next.md.")).to_be_visible()
    page.get_by_role("link", name="Publish now").click()
    page.get_by_role("button", name="Publish issue 1 now").click()
    expect(page.get_by_text("Issue 1 is published to the outbox.")).to_be_visible()
    assert "Without scripts." in (desk.home.outbox / "new/0001/digest.txt").read_text()


def test_a_hostile_page_on_another_origin_can_do_and_read_nothing(
    desk: Running, browser: Browser
) -> None:
    settings = desk.home.settings
    settings.write_text(settings.read_text().replace('review = "none"', 'review = "required"'))
    hostile = f"""<!doctype html><title>.</title>
      <iframe id=f src="{desk.url}/"></iframe>
      <form id=a method=post action="{desk.url}/approve"><input name=by value=evil></form>
      <script>
        window.got = [];
        const ask = (path, options) => fetch("{desk.url}" + path, options)
          .then(a => a.text()).then(t => got.push(t)).catch(() => got.push(null));
        Promise.all([ask("/"), ask("/preview/digest.html"), ask("/events"),
          ask("/publish", {{method: "POST", body: new URLSearchParams({{content: ""}})}}),
          ask("/approve",
              {{method: "POST", mode: "no-cors", body: new URLSearchParams({{by: "evil"}})}}),
        ]).then(() => window.done = true);
      </script>"""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(hostile.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = patient_page(browser)
        page.goto(f"http://localhost:{server.server_port}/")
        page.wait_for_function("window.done")
        # A no-cors answer is opaque: its text is empty. Nothing else may be read at all.
        assert set(page.evaluate("got")) <= {None, ""}
        assert "next issue" not in page.frames[1].content().lower()
        page.evaluate("document.getElementById('a').submit()")
        page.wait_for_url(f"{desk.url}/approve")
        assert "Only this desk" in page.content() or "Another site" in page.content()
        page.context.close()
        server.shutdown()
    assert not desk.home.outbox.exists()
    assert not desk.home.var.exists()


@pytest.mark.parametrize("host", ["evil.example", "192.0.2.7", ""])
def test_a_wrong_host_is_sent_away(desk: Running, host: str) -> None:
    connection = HTTPConnection(urlsplit(desk.url).netloc)
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 421
    assert answer.getheader("content-security-policy")
    assert f"{desk.url}/" in answer.read().decode(), "it says where the desk is"
    connection.close()


def test_a_note_is_saved_through_a_tunnel_that_begins_at_another_port(desk: Running) -> None:
    there = {"host": "localhost:9000", "origin": "http://localhost:9000"}  # ssh -L 9000:…
    with closing(HTTPConnection(urlsplit(desk.url).netloc)) as connection:
        connection.request("GET", "/", headers=there)
        shown = connection.getresponse().read().decode()
        seen = re.search(r'name="seen" value="([^"]*)"', shown)
        assert seen
        fields = {"token": desk.access.token, "seen": seen[1], "subject": "", "note": "By tunnel."}
        form = {"content-type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/note", urlencode(fields), there | form)
        answer = connection.getresponse()
        assert answer.status == 303
        assert urlsplit(answer.headers["location"]).netloc == "", "the tunnel's port stays"
        answer.read()
    assert "By tunnel." in (desk.home.records / "next.md").read_text()
