"""The views of an issue: every edition, however its reader looks at it, and read aloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from databases import stored
from homes import AT, published_tree, sample_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.publish import publish
from msnewsletter.web.desk.aloud.chromium_nodes import NoChromiumError
from msnewsletter.web.desk.aloud.markup_nodes import markup_nodes
from msnewsletter.web.desk.aloud.read_aloud import AloudReader
from msnewsletter.web.desk.editions import EDITIONS
from msnewsletter.web.desk.query import VIEWS
from web.desk.conftest import NOW, SLOT
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.web.desk.aloud.spoken import AloudNode


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskClient:
    desk = DeskClient(sample_home(tmp_path_factory.mktemp("home")), AT)
    desk.desk.aloud = AloudReader(ask=markup_nodes)
    return desk


def shown(desk: DeskClient, query: str) -> str:
    return desk.get(f"/?{query}").markup


def frame_of(desk: DeskClient, page: str) -> str:
    """The file in the only frame of the view."""
    [address] = re.findall(r'src="(/preview/[^"]+)"', page)
    answer = desk.get(address.replace("&amp;", "&"))
    assert answer.status == 200
    return answer.markup


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("view", ["mail", "text", "source"])
def test_each_edition_is_shown_in_each_view_of_the_mail(
    desk: DeskClient, view: str, edition: str
) -> None:
    page = shown(desk, f"view={view}&edition={edition}")
    chosen = re.findall(r'aria-current="true">([^<]+)<', page)
    assert chosen[:2] == [
        "Short" if "short" in edition else "Digest",
        "One reader" if "mailmerge" in edition else "List",
    ]
    assert "Sample issue 1" in frame_of(desk, page)


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_edition_is_read_aloud(desk: DeskClient, edition: str) -> None:
    page = shown(desk, f"view=aloud&edition={edition}")
    assert "from the accessibility tree of these bytes in Chromium" in page
    assert '<b class="own">heading level 1</b> <span lang="en">Plain Research Notes</span>' in page


def test_a_page_of_the_site_is_read_aloud(desk: DeskClient) -> None:
    page = shown(desk, "view=aloud&page=about.html")
    assert "<option selected>about.html</option>" in page
    assert '<b class="own">navigation landmark</b>' in page
    mail = shown(desk, "view=aloud&page=../../etc/passwd")
    assert '<option value="">the mail</option>' in mail
    assert "navigation landmark" not in mail


def test_a_reading_without_chromium_says_why(desk: DeskClient) -> None:
    def fail(_: bytes) -> AloudNode:
        raise NoChromiumError("Playwright is not installed")

    alone = DeskClient(desk.home, AT)
    alone.desk.aloud = AloudReader(ask=fail)
    page = shown(alone, "view=aloud")
    assert "from the markup alone, without Chromium: Playwright is not installed." in page
    assert '<b class="own">heading level 1</b>' in page


def test_mail_and_pages_are_shown_large_and_without_styles(desk: DeskClient) -> None:
    for view in ("mail", "pages"):
        usual = frame_of(desk, shown(desk, f"view={view}"))
        large = frame_of(desk, shown(desk, f"view={view}&size=200"))
        plain = frame_of(desk, shown(desk, f"view={view}&styles=off"))
        assert large.replace("<style>html{zoom:2}</style>", "") == usual
        assert "<style" in usual
        assert "<style" not in plain.replace("<!--[if lte mso 11]>\n<style", "")


def test_an_inbox_shows_both_editions_short_and_long(desk: DeskClient) -> None:
    page = shown(desk, "view=inbox")
    assert re.findall(r"The first (\d+) characters", page) == ["40", "250", "40", "250"]


def test_an_issue_that_is_out_is_read_aloud_in_each_edition(desk: DeskClient) -> None:
    home = sample_home(desk.home.root.parent / "out")
    publish(home, at=AT)
    past = DeskClient(home, AT)
    past.desk.aloud = AloudReader(ask=markup_nodes)
    for edition in EDITIONS:
        page = past.get(f"/issues/1?view=aloud&edition={edition}").markup
        assert '<b class="own">heading level 1</b>' in page
        assert "<select" not in page, "its pages are on the site itself"


@pytest.mark.parametrize("name", ["digest.html", "digest.txt", "digest-short.html", "digest.eml"])
def test_what_is_previewed_is_what_goes_out(tmp_path: Path, name: str) -> None:
    home = sample_home(tmp_path)
    previewed = DeskClient(home, NOW).get(f"/preview/{name}").body
    publish_due(home, at=SLOT)
    assert (home.outbox / "new/0001" / name).read_bytes() == previewed


def test_looking_changes_nothing(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish_due(home, at=SLOT)  # before a desk reads: SQLite tidies up when the last one closes it
    write_summary(home, "later", published="2026-11-29")
    before = published_tree(home), stored(home)
    desk = DeskClient(home, SLOT)
    for path in ("/", "/publish", "/approve", "/next", "/issues", "/issues/1"):
        assert desk.get(path).status == 200
    for view in VIEWS:
        assert desk.get(f"/?view={view}").status == 200
    assert (published_tree(home), stored(home)) == before


def test_the_issue_that_is_compared_stands_in_the_form(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    write_summary(home, "new", published="2026-11-24")
    desk = DeskClient(home, NOW)
    for query, number in (("", "1"), ("&against=1", "1"), ("&against=before", "")):
        [field] = desk.get(f"/?view=compare{query}").tree.xpath("//input[@name='against']")
        assert field.get("value") == number
