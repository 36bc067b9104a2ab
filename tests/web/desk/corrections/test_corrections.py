"""What the desk shows of corrections: which go out with the next issue, first, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from homes import empty_home, write_summary
from msnewsletter.publisher.publish import publish
from web.desk.conftest import NOW
from web.desk.running import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from web.desk.running import Running


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    """The desk of a home that has one correction to tell, and nothing else."""
    home = empty_home(tmp_path / "home")
    write_summary(home, "sleep")
    publish(home, at=NOW - timedelta(days=1))
    write_summary(home, "sleep", status="corrected", note="There were 14 people.")
    with running(home, NOW) as desk:
        yield desk


def test_the_desk_lists_which_go_out_and_why(opened: Callable[..., Page]) -> None:
    page = opened()
    (told,) = page.locator("section[data-live=corrections] li").all()
    expect(told).to_contain_text("What we know of sleep.")
    expect(told.locator(".chip")).to_have_text("corrected")
    expect(told).to_contain_text("There were 14 people.")
    expect(told).to_contain_text("sent in issue 1; not announced yet")
    expect(page.get_by_text("Nothing is new since the last issue")).to_have_count(0)


def test_they_are_published_from_the_desk_and_stand_among_the_past_issues(
    desk: Running, opened: Callable[..., Page]
) -> None:
    page = opened("/publish")
    expect(page.get_by_text("1 correction to an earlier issue:")).to_be_visible()
    expect(page.get_by_text("Corrected, of issue 1: What we know of sleep.")).to_be_visible()
    page.get_by_role("button", name="Publish issue 2 now").click()
    expect(page.get_by_text("Issue 2 is published to the outbox")).to_be_visible()
    page.goto(f"{desk.url}/issues/2")
    expect(page.get_by_text("corrected, in issue 1: There were 14 people.")).to_be_visible()


def test_edits_alone_are_approved_with_no_issue_to_go_with(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    settings = home.settings.read_text()
    path = write_summary(home, "sleep")
    publish(home, at=NOW - timedelta(days=1))
    path.write_text(path.read_text().replace("The study was small.", "The study was tiny."))
    home.settings.write_text(settings.replace('review = "none"', 'review = "required"'))
    with running(home, NOW) as desk, urlopen(f"{desk.url}/approve") as answer:  # noqa: S310  (the desk's own address)
        page = answer.read().decode()
    assert "<p>1 edited text of an earlier issue goes to the site and the feeds." in page


def test_a_past_withdrawal_without_a_note_names_none_and_its_end_is_said(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    for days, fields in ((3, {}), (2, {"status": "withdrawn"}), (1, {})):
        write_summary(home, "sleep", **fields)
        publish(home, at=NOW - timedelta(days=days))
    with running(home, NOW) as desk:
        pages = []
        for number in (2, 3):
            with urlopen(f"{desk.url}/issues/{number}") as answer:  # noqa: S310  (the desk's own address)
                pages.append(answer.read().decode())
    assert "withdrawn, in issue 1</p>" in pages[0]
    assert "valid again, in issue 1</p>" in pages[1]
