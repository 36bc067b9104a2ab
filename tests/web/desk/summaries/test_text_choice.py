"""One study that two sources tell differently: both texts at the desk, and a button for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from fetching import FEED, SITE, fields_of, keep, read_at
from msnewsletter.model import Status
from msnewsletter.publisher.preview import next_issue_preview
from web.desk.conftest import NOW
from web.desk.running import running, unfold
from web.desk.sourced import EYE, sourced_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from web.desk.running import Running

    Opened = Callable[..., Page]

KEY = "example.org/eye"
CHOICE = f"/choice?key={KEY}"
THEIRS = "The nerve of the eye became thinner."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    with running(sourced_home(tmp_path), NOW) as desk:
        yield desk


def files(desk: Running) -> list[Path]:
    return sorted((desk.home.root / "summaries").glob("*.md"))


@pytest.mark.parametrize("source", [SITE, FEED])
def test_the_text_that_is_chosen_goes_out(desk: Running, opened: Opened, source: str) -> None:
    page = opened()
    held = unfold(page, "held").locator("li", has_text="What we know of the eye.")
    expect(held.locator(".chip", has_text="sources differ")).to_be_visible()
    held.get_by_role("link", name="Compare the texts").click()
    for one in (SITE, FEED):
        expect(page.get_by_role("heading", name=one, exact=True)).to_be_visible()
    differs = page.get_by_label(f"What differs between {SITE} and {FEED}")
    expect(differs.locator("ins", has_text="thinner")).to_have_count(1)
    page.get_by_role("button", name=f"Use the text of {source}").click()
    expect(page.get_by_text(f"has the text of {source} now")).to_be_visible()
    assert len(files(desk)) == 1
    found = next_issue_preview(desk.home, at=NOW)
    assert found.issue
    (told,) = [one.summary for one in found.issue.entries if one.summary.doi == "10.1000/eye"]
    assert (told.found == THEIRS) is (source == FEED)


def test_a_text_that_changed_after_it_was_shown_is_not_chosen(
    desk: Running, opened: Opened
) -> None:
    page = opened(CHOICE)
    changed = fields_of("the eye", doi="10.1000/eye", found="Quite another thing.")
    keep(desk.home, FEED, read_at("https://feeds.example.net/eye", changed), at=NOW)
    page.get_by_role("button", name=f"Use the text of {FEED}").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was saved")
    assert files(desk) == []
    expect(page.locator(".asis", has_text="Quite another thing.")).to_be_visible()
    page.get_by_role("button", name=f"Use the text of {FEED}").click()
    expect(page.get_by_text(f"has the text of {FEED} now")).to_be_visible()


def test_where_nothing_waits_for_a_choice_there_is_none(desk: Running, opened: Opened) -> None:
    page = opened(CHOICE)
    page.get_by_role("button", name=f"Use the text of {SITE}").click()
    page.goto(desk.url + CHOICE)
    expect(page.get_by_text("waits for no choice between sources")).to_be_visible()


def test_a_study_that_one_source_takes_back_is_shown_without_buttons(
    desk: Running, opened: Opened
) -> None:
    doubted = fields_of("the eye", doi="10.1000/eye", status=Status.RETRACTED.value, note="Wrong.")
    keep(desk.home, FEED, read_at("https://feeds.example.net/eye", doubted), at=NOW)
    page = opened(CHOICE)
    expect(page.get_by_text("takes the study back or doubts it")).to_be_visible()
    expect(page.get_by_role("button", name="Use the text of")).to_have_count(0)
    page.get_by_role("link", name=f"{SITE}: {EYE}").click()
    expect(page.get_by_role("button", name="Save as a file that counts")).to_be_visible()


def test_both_texts_are_beside_each_other_on_a_wide_screen_and_stacked_on_a_phone(
    opened: Opened,
) -> None:
    for width, stacked in ((1400, False), (320, True)):
        page = opened(CHOICE, viewport={"width": width, "height": 900})
        one, other = (page.locator(".halves > section").nth(number) for number in (0, 1))
        first, second = one.bounding_box(), other.bounding_box()
        assert first
        assert second
        assert (second["y"] >= first["y"] + first["height"]) is stacked
        assert page.evaluate("document.documentElement.scrollWidth") <= width
