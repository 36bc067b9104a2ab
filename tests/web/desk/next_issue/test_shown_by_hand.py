"""What "publish now" sends can be read before, byte for byte, though the slot's issue has more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient, Screen

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

LATER = "2026-11-28"  # before the slot


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    write_summary(home, "b", LATER)
    return home


def frame_of(screen: Screen) -> str:
    (frame,) = screen.tree.xpath("//iframe")
    return str(frame.get("src")).partition("?")[0]


def test_the_mail_that_is_read_is_the_mail_that_goes_out(home: Home) -> None:
    editor = DeskClient(home, NOW)
    asked = editor.get("/publish")
    assert "It differs from the preview on the desk" in asked.words
    base = frame_of(asked).removesuffix("digest.html")
    names = ("digest.html", "digest.txt", "digest.eml", "digest-short.html", "mailmerge.eml")
    read = {name: editor.get(f"{base}{name}").body for name in names}
    assert b"What we know of a." in read["digest.html"]
    assert b"What we know of b." not in read["digest.html"]
    editor.post("/publish", asked.fields("/publish"))
    out = home.outbox / "new/0001"
    assert read == {name: (out / name).read_bytes() for name in names}


@pytest.mark.parametrize("view", ["inbox", "mail", "text", "aloud", "source", "compare"])
def test_each_view_is_of_that_issue(home: Home, view: str) -> None:
    screen = DeskClient(home, NOW).get(f"/publish?view={view}")
    assert screen.status == 200
    assert "What we know of b." not in screen.words
    assert screen.tree.xpath("//form[@method='post']//input[@name='content']/@value")


def test_a_form_that_was_opened_shows_its_own_issue_though_more_came(home: Home) -> None:
    editor = DeskClient(home, NOW)
    address = frame_of(editor.get("/publish"))
    before = editor.get(address).body
    write_summary(home, "c")
    assert frame_of(editor.get("/publish")) != address
    assert editor.get(address).body == before


@pytest.mark.parametrize("content", ["x", "..%2f..", "%00"])
def test_what_is_kept_no_more_is_no_file(home: Home, content: str) -> None:
    answer = DeskClient(home, NOW).get(f"/publish/files/{content}/digest.html")
    assert answer.status == 404


def test_where_nothing_is_new_there_is_nothing_to_read(tmp_path: Path) -> None:
    screen = DeskClient(empty_home(tmp_path), NOW).get("/publish?view=text")
    assert screen.status == 200
    assert "Nothing is new" in screen.words
    assert not screen.tree.xpath("//iframe")
