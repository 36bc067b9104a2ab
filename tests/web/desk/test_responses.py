"""The way back to a screen after an action: what was done is said once, and the view is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.sources.fields import FRONT_FIELDS
from msnewsletter.web.desk.responses import back
from msnewsletter.web.desk.summaries.edit_summary import summary_screen
from web.desk.asked import context_of, request_to

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.web.desk.context import DeskContext


@pytest.fixture
def desk(tmp_path: Path) -> DeskContext:
    home = empty_home(tmp_path)
    write_summary(home, "walks")
    return context_of(home, AT)


def test_an_action_leads_to_a_screen_that_may_be_loaded_again(desk: DeskContext) -> None:
    answer = back(request_to(desk), "/issues")
    assert (answer.status_code, answer.headers["location"]) == (303, "/issues")


def test_the_form_of_a_summary_asks_for_every_field_that_front_matter_has(
    desk: DeskContext,
) -> None:
    path = write_summary(desk.home, "walks", key_messages='["It rose, a little.", It fell.]')
    more = "authors: [Lee B., Smith J.]\npublished:"
    path.write_text(path.read_text().replace("published:", more))
    request = request_to(desk, "/summary?place=summaries/walks.md")
    request.scope["method"] = "GET"
    shown = bytes(summary_screen(request).body).decode()
    asked = re.findall(r'<(?:input|textarea) id="(?!body)(\w+)"', shown)
    assert sorted(asked) == sorted(FRONT_FIELDS)
    assert ">\nIt rose, a little.\nIt fell.</textarea>" in shown
    assert ">\nLee B.; Smith J.</textarea>" in shown


def test_what_was_done_is_said_there(desk: DeskContext) -> None:
    for to, joined in (("/issues", "?"), ("/issues?before=9", "&")):
        answer = back(request_to(desk), to, good=True, text="Saved.", lines=("a", "b"))
        assert answer.headers["location"].startswith(f"{to}{joined}said=")
        [name] = parse_qs(urlsplit(answer.headers["location"]).query)["said"]
        flash = desk.common(request_to(desk, f"/?said={name}"))["flash"]
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
    desk: DeskContext, referer: str, to: str
) -> None:
    assert back(request_to(desk, referer=referer)).headers["location"] == to


def test_the_preview_is_made_again_before_the_screen_is_shown(desk: DeskContext) -> None:
    before = desk.live.shown.version
    write_summary(desk.home, "sleep")
    back(request_to(desk))
    assert desk.live.shown.version != before
