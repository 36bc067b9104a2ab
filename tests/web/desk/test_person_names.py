"""A browser remembers the name under which its person decided, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from web.desk.conftest import NOW
from web.desk.visiting import Visitor, desk_app

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

NAME = 'id="by" name="by" value="{}"'


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    return desk_app(home, lambda: NOW, by="Account Name")


def test_the_last_name_is_suggested_next_time_in_that_browser_alone(app: Starlette) -> None:
    ada, bo = Visitor(app), Visitor(app)
    assert NAME.format("Account Name") in ada.read("/approve")
    ada.send("/approve", ada.form("/approve", "/approve"), by="Ada  Ñandú; x=1")
    assert NAME.format("Ada Ñandú; x=1") in ada.read("/approve")
    assert NAME.format("Account Name") in bo.read("/approve")
    bo.send("/send-back", bo.form("/approve", "/approve"), by="Bo", reason="No.")
    assert NAME.format("Bo") in bo.read("/approve")


def test_the_cookie_is_for_no_script_and_no_other_site_and_lasts_a_year(app: Starlette) -> None:
    ada = Visitor(app)
    given = ada.given_cookies("/approve", ada.form("/approve", "/approve"), by="Ada Ñandú")
    assert given == (
        "msnewsletter_name=Ada%20%C3%91and%C3%BA; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax"
    )


@pytest.mark.parametrize("kept", ["%00", "x" * 101, "%1b%5b31m", "", "%ff"])
def test_a_cookie_that_is_no_name_suggests_none(app: Starlette, kept: str) -> None:
    ada = Visitor(app)
    ada._client.cookies.set("msnewsletter_name", kept)
    screen = ada.read("/approve")
    assert ada.code == 200
    assert NAME.format("Account Name") in screen or kept == "%ff"


def test_a_cookie_is_text_and_never_markup(app: Starlette) -> None:
    ada = Visitor(app)
    ada._client.cookies.set("msnewsletter_name", "%22%3E%3Cb%3E")
    assert NAME.format("&#34;&gt;&lt;b&gt;") in ada.read("/approve")
