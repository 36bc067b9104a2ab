"""A browser remembers the name under which its person decided, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

NAME = 'id="by" name="by" value="{}"'


@pytest.fixture
def desk(tmp_path: Path) -> DeskClient:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    return DeskClient(home, NOW, by="Account Name")


def test_the_last_name_is_suggested_next_time_in_that_browser_alone(desk: DeskClient) -> None:
    form = desk.get("/approve")
    assert NAME.format("Account Name") in form.markup
    desk.post("/approve", form.fields("/approve") | {"by": "Ada  Ñandú; x=1"})
    assert NAME.format("Ada Ñandú; x=1") in desk.get("/approve").markup
    desk.cookies.clear()  # somebody else's browser
    form = desk.get("/approve")
    assert NAME.format("Account Name") in form.markup
    desk.post("/send-back", form.fields("/approve") | {"by": "Bo", "reason": "No."})
    assert NAME.format("Bo") in desk.get("/approve").markup


def test_the_cookie_is_for_no_script_and_no_other_site_and_lasts_a_year(desk: DeskClient) -> None:
    form = desk.get("/approve").fields("/approve") | {"by": "Ada Ñandú"}
    answer = desk.post("/approve", form, follow=False)
    assert answer.headers["set-cookie"] == (
        "msnewsletter_name=Ada%20%C3%91and%C3%BA; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax"
    )


@pytest.mark.parametrize("kept", ["%00", "x" * 101, "%1b%5b31m", "", "%ff"])
def test_a_cookie_that_is_no_name_suggests_none(desk: DeskClient, kept: str) -> None:
    desk.cookies.set("msnewsletter_name", kept)
    screen = desk.get("/approve")
    assert screen.status == 200
    assert NAME.format("Account Name") in screen.markup or kept == "%ff"


def test_a_cookie_is_text_and_never_markup(desk: DeskClient) -> None:
    desk.cookies.set("msnewsletter_name", "%22%3E%3Cb%3E")
    assert NAME.format("&#34;&gt;&lt;b&gt;") in desk.get("/approve").markup
