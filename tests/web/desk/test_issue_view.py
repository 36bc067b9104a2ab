"""The views of an issue: every edition, however its reader looks at it, and read aloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from homes import AT, sample_home
from msnewsletter.publisher.publish import publish
from msnewsletter.web.desk.aloud.chromium_nodes import NoChromiumError
from msnewsletter.web.desk.aloud.markup_nodes import markup_nodes
from msnewsletter.web.desk.aloud.read_aloud import AloudReader
from msnewsletter.web.desk.editions import EDITIONS
from msnewsletter.web.desk.issues.issue_screens import issue_screen
from msnewsletter.web.desk.next_issue.desk_screen import desk_screen, preview_file
from web.desk.asked import context_of, request_to

if TYPE_CHECKING:
    from msnewsletter.web.desk.aloud.spoken import AloudNode
    from msnewsletter.web.desk.context import DeskContext


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskContext:
    desk = context_of(sample_home(tmp_path_factory.mktemp("home")), AT)
    desk.aloud = AloudReader(ask=markup_nodes)
    return desk


def shown(desk: DeskContext, query: str) -> str:
    return bytes(desk_screen(request_to(desk, f"/?{query}")).body).decode()


def frame_of(desk: DeskContext, page: str) -> str:
    """The file in the only frame of the view."""
    [address] = re.findall(r'src="(/preview/[^"]+)"', page)
    request = request_to(desk, address.replace("&amp;", "&"))
    request.scope["path_params"] = {"name": request.url.path.removeprefix("/preview/")}
    answer = preview_file(request)
    assert answer.status_code == 200
    return bytes(answer.body).decode()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("view", ["mail", "text", "source"])
def test_each_edition_is_shown_in_each_view_of_the_mail(
    desk: DeskContext, view: str, edition: str
) -> None:
    page = shown(desk, f"view={view}&edition={edition}")
    chosen = re.findall(r'aria-current="true">([^<]+)<', page)
    assert chosen[:2] == [
        "Short" if "short" in edition else "Digest",
        "One reader" if "mailmerge" in edition else "List",
    ]
    assert "SAMPLE: " in frame_of(desk, page)


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_edition_is_read_aloud(desk: DeskContext, edition: str) -> None:
    page = shown(desk, f"view=aloud&edition={edition}")
    assert "from the accessibility tree of these bytes in Chromium" in page
    assert '<b class="own">heading level 1</b> <span lang="en">Plain Research Notes</span>' in page


def test_a_page_of_the_site_is_read_aloud(desk: DeskContext) -> None:
    page = shown(desk, "view=aloud&page=about.html")
    assert "<option selected>about.html</option>" in page
    assert '<b class="own">navigation landmark</b>' in page
    mail = shown(desk, "view=aloud&page=../../etc/passwd")
    assert '<option value="">the mail</option>' in mail
    assert "navigation landmark" not in mail


def test_a_reading_without_chromium_says_why(desk: DeskContext) -> None:
    def fail(_: bytes) -> AloudNode:
        raise NoChromiumError("Playwright is not installed")

    alone = context_of(desk.home, AT)
    alone.aloud = AloudReader(ask=fail)
    page = shown(alone, "view=aloud")
    assert "from the markup alone, without Chromium: Playwright is not installed." in page
    assert '<b class="own">heading level 1</b>' in page


def test_mail_and_pages_are_shown_large_and_without_styles(desk: DeskContext) -> None:
    for view in ("mail", "pages"):
        usual = frame_of(desk, shown(desk, f"view={view}"))
        large = frame_of(desk, shown(desk, f"view={view}&size=200"))
        plain = frame_of(desk, shown(desk, f"view={view}&styles=off"))
        assert large.replace("<style>html{zoom:2}</style>", "") == usual
        assert "<style" in usual
        assert "<style" not in plain.replace("<!--[if lte mso 11]>\n<style", "")


def test_an_inbox_shows_both_editions_short_and_long(desk: DeskContext) -> None:
    page = shown(desk, "view=inbox")
    assert re.findall(r"The first (\d+) characters", page) == ["40", "250", "40", "250"]


def test_an_issue_that_is_out_is_read_aloud_in_each_edition(desk: DeskContext) -> None:
    home = sample_home(desk.home.root.parent / "out")
    publish(home, at=AT)
    past = context_of(home, AT)
    past.aloud = AloudReader(ask=markup_nodes)
    for edition in EDITIONS:
        request = request_to(past, f"/issues/1?view=aloud&edition={edition}")
        request.scope["path_params"] = {"number": "1"}
        page = bytes(issue_screen(request).body).decode()
        assert '<b class="own">heading level 1</b>' in page
        assert "<select" not in page, "its pages are on the site itself"
