"""The way back to a screen after an action: what was done is said once, and the view is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.web.desk.responses import back
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> DeskClient:
    home = empty_home(tmp_path)
    write_summary(home, "walks")
    return DeskClient(home, AT)


def test_an_action_leads_to_a_screen_that_may_be_loaded_again(desk: DeskClient) -> None:
    answer = back(desk.request(), "/issues")
    assert (answer.status_code, answer.headers["location"]) == (303, "/issues")


def test_what_was_done_is_said_there(desk: DeskClient) -> None:
    for to, joined in (("/issues", "?"), ("/issues?before=9", "&")):
        answer = back(desk.request(), to, good=True, text="Saved.", lines=("a", "b"))
        assert answer.headers["location"].startswith(f"{to}{joined}said=")
        [name] = parse_qs(urlsplit(answer.headers["location"]).query)["said"]
        flash = desk.desk.common(desk.request(f"/?said={name}"))["flash"]
        assert (flash.good, flash.text, flash.lines) == (True, "Saved.", ("a", "b"))


@pytest.mark.parametrize(
    ("referer", "to"),
    [
        ("http://127.0.0.1:8000/?view=text&find=a+b&said=old", "/?view=text&find=a+b"),
        ("http://127.0.0.1:8000/", "/"),
        ("http://127.0.0.1:8000/edit?place=summaries/a.md", "/"),
        ("http://evil.example/?view=text", "/?view=text"),  # a view is all that is taken from it
        ("http://[bad", "/"),
        ("//evil.example", "/"),
        ("", "/"),
    ],
)
def test_the_desk_is_shown_in_the_view_that_the_editor_came_from(
    desk: DeskClient, referer: str, to: str
) -> None:
    assert back(desk.request(referer=referer)).headers["location"] == to


def test_the_preview_is_made_again_before_the_screen_is_shown(desk: DeskClient) -> None:
    before = desk.desk.live.shown.version
    write_summary(desk.home, "sleep")
    back(desk.request())
    assert desk.desk.live.shown.version != before
