"""The bytes that go out, as a sandboxed frame shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from msnewsletter.home import packaged_home
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.web.desk.frames import downloaded, enlarged, forced, framed, unstyled, with_style
from web.desk.conftest import SLOT
from web.desk.running import reload_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from web.desk.running import Running

    Opened = Callable[..., Page]

PAGE = (
    b'<meta name="color-scheme" content="light dark"><style>:root{color-scheme: light dark}'
    b"@media (prefers-color-scheme: dark){p{color:white}}</style><p>light dark</p>"
)


@pytest.mark.parametrize(("mode", "media"), [("dark", b"@media all"), ("light", b"@media not all")])
def test_a_mode_is_forced_in_what_a_browser_prefers_and_nowhere_else(
    mode: str, media: bytes
) -> None:
    data = forced(PAGE, mode)
    assert media + b"{p{color:white}}" in data
    assert f'content="{mode}"'.encode() in data
    assert f"color-scheme: {mode}}}".encode() in data
    assert data.endswith(b"<p>light dark</p>"), "words of the text stay"


@pytest.mark.parametrize("mode", ["", "both", "DARK", "<script>"])
def test_any_other_mode_leaves_the_bytes_as_they_go_out(mode: str) -> None:
    assert forced(PAGE, mode) == PAGE
    assert framed("digest.html", PAGE, {"mode": mode}).body == PAGE


def test_a_page_carries_its_style_inside_whatever_that_holds() -> None:
    page = b'<link rel="stylesheet" href="style.css"><p>'
    assert (
        with_style(page, rb"a{content:'\1 \g<0>'}") == rb"<style>a{content:'\1 \g<0>'}</style><p>"
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("digest.html", "text/html"),
        ("digest.txt", "text/plain"),
        ("digest.eml", "text/plain"),
        ("rss.xml", "text/plain"),
        ("feed.json", "text/plain"),
        ("summary.opml", "text/plain"),
    ],
)
def test_a_file_is_shown_to_be_read_never_run_or_loaded_with_more(name: str, kind: str) -> None:
    headers = framed(name, b"x", {}).headers
    assert headers["content-type"].startswith(kind)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert policy.endswith("sandbox")


def test_pictures_can_be_left_out() -> None:
    assert "img-src data:" in framed("a.html", b"", {}).headers["content-security-policy"]
    off = framed("a.html", b"", {"images": "off"}).headers["content-security-policy"]
    assert "img-src 'none'" in off
    assert "img-src data:" not in off


def test_a_message_is_kept_as_a_file() -> None:
    answer = downloaded("digest.eml", b"From: x\r\n\r\n")
    assert answer.body == b"From: x\r\n\r\n"
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["content-disposition"] == 'attachment; filename="digest.eml"'


STYLED = (
    b'<!doctype html><html><head><link rel="stylesheet" href="s.css"><style>p{color:red}</style>'
    b'<meta name="color-scheme" content="light"></head>'
    b'<body style="margin:0"><p style="color:red">style="x" \xe2\x80\x93 </head></p></body></html>'
)


def test_text_is_twice_as_large_by_one_rule_and_nothing_else_changes() -> None:
    shown = framed("digest.html", STYLED, {"size": "200"}).body
    assert shown == enlarged(STYLED)
    assert bytes(shown).replace(b"<style>html{zoom:2}</style>", b"") == STYLED
    assert framed("digest.html", STYLED, {"size": "100"}).body == STYLED
    assert framed("digest.txt", STYLED, {"size": "200", "styles": "off"}).body == STYLED


def test_without_styles_words_and_elements_stay() -> None:
    shown = bytes(framed("digest.html", STYLED, {"styles": "off"}).body)
    assert shown == unstyled(STYLED)
    assert b"color:red" not in shown
    assert b"s.css" not in shown
    assert 'style="x" –'.encode() in shown
    assert b'content="light"' in shown


def test_text_is_large_without_styles_too() -> None:
    shown = bytes(framed("digest.html", STYLED, {"styles": "off", "size": "200"}).body)
    assert shown.count(b"<style>") == 1
    assert b"<style>html{zoom:2}</style></head>" in shown


def test_the_previewed_mail_looks_like_the_published_one(desk: Running, opened: Opened) -> None:
    page = opened("/?view=mail")
    # Once for the frames, once for the file itself: pixels, not markup.
    looks = {}
    for mode in ("light", "dark"):
        page.set_viewport_size({"width": 600, "height": 900})
        page.emulate_media(color_scheme="dark" if mode == "light" else "light")
        page.goto(f"{desk.url}/preview/digest.html?mode={mode}")
        looks[mode] = page.screenshot()
    publish_due(desk.home, at=SLOT)
    out = (desk.home.outbox / "new/0001/digest.html").as_uri()
    for mode, seen in looks.items():
        page.emulate_media(color_scheme=mode)
        page.goto(out)
        assert page.screenshot() == seen, mode
    assert looks["light"] != looks["dark"]


def test_a_preview_may_ask_the_network_for_nothing(desk: Running, opened: Opened) -> None:
    path = desk.home.root / "templates/digest.mjml.j2"
    path.parent.mkdir()
    text = (packaged_home() / "templates/digest.mjml.j2").read_text()
    evil = '<mj-raw><img src="http://127.0.0.1:9/pixel" alt="x"/></mj-raw></mj-body>'
    path.write_text(text.replace("</mj-body>", evil))
    page = opened()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(f"{desk.url}/preview/digest.html")
    reload_until(page, lambda: "pixel" in page.content())
    assert "pixel" in page.content()
    assert all(url.startswith(desk.url) for url in asked)
