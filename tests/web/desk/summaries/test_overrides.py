"""Fetched summaries at the desk: overridden by a file, compared with it, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from fetching import FEED, SITE, fields_of, keep, read_at
from msnewsletter.publisher.preview import next_issue_preview
from web.desk.barriers import barriers
from web.desk.conftest import NOW
from web.desk.running import reload_until, running
from web.desk.sourced import GUT, GUT_KEY, WALKS, sourced_home, written_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from web.desk.running import Running

    Opened = Callable[..., Page]

PLACE = f"{SITE}: {GUT}"
FETCHED = f"/summary?place={PLACE}"
MINE = "What the gut tells us."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    with running(sourced_home(tmp_path), NOW) as desk:
        yield desk


def override_of(desk: Running) -> Path:
    (path,) = (desk.home.root / "summaries").glob("example-org-gut-*.md")
    return path


def row(page: Page, headline: str) -> Locator:
    return page.locator(".rows > li", has_text=headline)


def overridden(page: Page, desk: Running) -> Path:
    """The file that the form of the fetched summary is saved to, with another headline."""
    page.goto(desk.url + FETCHED)
    page.fill("#body", page.input_value("#body").replace("What we know of the gut.", MINE))
    page.get_by_role("button", name="Save as a file").click()
    return override_of(desk)


def test_a_fetched_summary_says_where_it_is_from(opened: Opened) -> None:
    page = opened(FETCHED)
    assert page.get_by_role("link", name="its page").get_attribute("href") == GUT
    expect(page.get_by_text(f"Read from the source {SITE}")).to_be_visible()
    expect(page.get_by_text("Last read well on 23 November 2026, 10:00")).to_be_visible()
    page.get_by_text("Where each field is from").click()
    journal = page.get_by_role("row", name="Journal")
    expect(journal).to_contain_text("meta: citation_journal_title")
    assert page.input_value("#journal") == "Gut"
    assert "# What we know of the gut." in page.input_value("#body")


def test_looking_writes_nothing(desk: Running, opened: Opened) -> None:
    before = {path: path.stat().st_mtime_ns for path in desk.home.root.rglob("*")}
    for at in (FETCHED, f"{FETCHED}&as=text", "/choice?key=example.org/eye", "/"):
        opened(at)
    assert {path: path.stat().st_mtime_ns for path in desk.home.root.rglob("*")} == before


def test_a_fetched_summary_that_is_saved_is_a_file_that_counts(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    path = overridden(page, desk)
    expect(page.get_by_text(f"summaries/{path.name} is written")).to_be_visible()
    expect(page.locator("h1 + .quiet")).to_have_text(f"summaries/{path.name}")
    written = path.read_text()
    assert f"key: {GUT_KEY}\n" in written
    assert f"# {MINE}\n" in written
    page.goto(desk.url)
    mine = row(page, MINE)
    expect(mine).to_be_visible()
    expect(mine).to_contain_text("overridden")
    expect(row(page, "What we know of the gut.")).to_have_count(0)


def test_the_same_from_the_text_of_the_file(desk: Running, opened: Opened) -> None:
    page = opened(f"{FETCHED}&as=text")
    page.fill("#text", page.input_value("#text").replace("What we know of the gut.", MINE))
    page.get_by_role("button", name="Save as a file").click()
    expect(page.get_by_text("is written: it counts from now on")).to_be_visible()
    assert f"# {MINE}\n" in override_of(desk).read_text()


def test_what_cannot_be_read_is_completed_by_an_override(desk: Running, opened: Opened) -> None:
    page = opened(f"/summary?place={SITE}: {WALKS}")
    expect(page.get_by_role("alert")).to_contain_text("no cautions found")
    fields = fields_of("walks")
    body = f"# {fields['headline']}\n\n## What was found\n\n{fields['found']}\n\n"
    page.fill("#body", f"{body}## Why it matters\n\n{fields['why_it_matters']}\n\n")
    page.fill("#body", page.input_value("#body") + f"## Cautions\n\n{fields['cautions']}\n")
    page.get_by_role("button", name="Save as a file").click()
    expect(page.get_by_text("is written: it counts from now on")).to_be_visible()
    found = next_issue_preview(desk.home, at=NOW)
    assert found.issue
    assert "What we know of walks." in [one.summary.headline for one in found.issue.entries]
    assert not found.collected.refused  # the file settles it


def test_what_does_not_read_is_kept_in_the_form_and_writes_nothing(
    desk: Running, opened: Opened
) -> None:
    page = opened(FETCHED)
    page.fill("#published", "yesterday")
    page.fill("#teaser", "Mine.")
    page.get_by_role("button", name="Save as a file").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    assert page.input_value("#teaser") == "Mine."
    assert not list((desk.home.root / "summaries").glob("*.md"))
    page.fill("#published", "2026-11-20")
    page.get_by_role("button", name="Save as a file").click()
    assert "teaser: Mine." in override_of(desk).read_text()


def test_another_key_overrides_nothing_and_is_refused(desk: Running, opened: Opened) -> None:
    page = opened(FETCHED)
    assert page.locator("#key").count() == 0
    page.get_by_role("link", name="As a file").click()
    text = page.input_value("#text")
    page.fill("#text", text.replace(f"key: {GUT_KEY}", "key: another"))
    page.get_by_role("button", name="Save as a file").click()
    expect(page.get_by_role("alert")).to_contain_text(f"keep 'key: {GUT_KEY}'")
    assert not list((desk.home.root / "summaries").glob("*.md"))


def test_a_file_that_is_there_already_is_never_written_over(desk: Running, opened: Opened) -> None:
    page = opened()
    path = overridden(page, desk)
    other = "# Something else\n"
    path.write_text(other)
    page.goto(desk.url + FETCHED)
    page.get_by_role("button", name="Save as a file").click()
    expect(page.get_by_role("alert")).to_contain_text("is there already")
    assert path.read_text() == other


def test_a_source_that_says_something_else_meanwhile_is_shown_first(
    desk: Running, opened: Opened
) -> None:
    page = opened(FETCHED)
    page.fill("#teaser", "Mine.")
    keep(desk.home, SITE, read_at(GUT, fields_of("the gut", found="Newer.")), at=NOW)
    page.get_by_role("button", name="Save as a file").click()
    expect(page.get_by_role("alert")).to_contain_text("says something else meanwhile")
    expect(page.get_by_label("What the source says now")).to_contain_text("Newer.")
    assert page.input_value("#teaser") == "Mine."
    assert not list((desk.home.root / "summaries").glob("*.md"))
    page.get_by_role("button", name="Save as a file").click()
    assert "teaser: Mine." in override_of(desk).read_text()


def test_removing_an_override_shows_what_goes_and_brings_the_fetched_text_back(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    path = overridden(page, desk)
    page.get_by_text("Compare, or remove this file…").click()
    goes = page.get_by_label(f"What differs from {PLACE}")
    expect(goes.locator("ins")).to_have_text("gut tells us.")
    page.get_by_role("button", name="what the source says counts again").click()
    expect(page.get_by_text(f"what {PLACE} says counts again")).to_be_visible()
    assert not path.exists()
    page.goto(desk.url)
    expect(row(page, "What we know of the gut.")).to_be_visible()


def test_an_override_that_changed_after_it_was_shown_is_not_removed(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    path = overridden(page, desk)
    page.get_by_text("Compare, or remove this file…").click()
    later = path.read_text().replace(MINE, "Later words.")
    path.write_text(later)
    page.get_by_role("button", name="what the source says counts again").click()
    expect(page.get_by_text("has changed meanwhile, and nothing was done")).to_be_visible()
    assert path.read_text() == later


def test_a_file_that_overrides_nothing_is_not_removed(desk: Running, opened: Opened) -> None:
    page = opened()
    path = overridden(page, desk)
    page.get_by_text("Compare, or remove this file…").click()
    settings = desk.home.settings.read_text()
    desk.home.settings.write_text(settings.replace(f'name = "{SITE}"', 'name = "other"'))
    page.get_by_role("button", name="what the source says counts again").click()
    expect(page.get_by_text("without it the summary would be lost")).to_be_visible()
    assert path.exists()


def test_a_source_that_changes_after_the_override_is_compared_until_somebody_has_looked(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    path = overridden(page, desk)
    written_before(path, days=1)
    keep(desk.home, SITE, read_at(GUT, fields_of("the gut", found="Newer.")), at=NOW)
    reload_until(page, lambda: page.get_by_text("says something else since").count() > 0)
    shown = page.get_by_label(f"What differs from {PLACE}")
    expect(shown.locator("del", has_text="Newer.")).to_be_visible()
    page.goto(desk.url)
    note = page.locator("details[data-live=refused]")
    expect(note).to_contain_text("says something else since 2026-11-25")
    page.goto(f"{desk.url}/summary?place=summaries/{path.name}")
    text = path.read_text()
    page.get_by_role("button", name="Keep this file as it is").click()
    expect(page.get_by_text("stays as it is.")).to_be_visible()
    assert path.read_text() == text
    expect(page.get_by_text("This file counts instead of")).to_be_visible()
    page.goto(desk.url)
    expect(note).not_to_contain_text("says something else")


def test_an_overridden_summary_leads_to_the_file_that_counts(desk: Running, opened: Opened) -> None:
    page = opened()
    path = overridden(page, desk)
    page.goto(desk.url + FETCHED)
    expect(page.get_by_text("counts instead, and is the file to change")).to_be_visible()
    expect(page.get_by_role("button", name="Save as a file")).to_have_count(0)
    page.get_by_role("link", name=f"summaries/{path.name}").first.click()
    expect(page.locator("h1 + .quiet")).to_have_text(f"summaries/{path.name}")


def test_the_lists_say_which_field_came_from_where(opened: Opened) -> None:
    page = opened()
    merged = row(page, "What we know of sleep.")
    expect(merged.locator(".chip", has_text="merged")).to_be_visible()
    merged.get_by_text("Why?", exact=True).click()
    expect(merged).to_contain_text(
        f"Taken from {FEED}: https://feeds.example.net/sleep: journal, published."
    )
    expect(merged).to_contain_text(f"· {SITE}")


def test_axe_finds_nothing_on_what_shows_sources(desk: Running, opened: Opened) -> None:
    page = opened(bypass_csp=True)
    path = overridden(page, desk)
    written_before(path, days=1)
    keep(desk.home, SITE, read_at(GUT, fields_of("the gut", found="Newer.")), at=NOW)
    problems = []
    for screen in (
        f"/summary?place=summaries/{path.name}",
        FETCHED,
        f"/summary?place={SITE}: {WALKS}",
        "/choice?key=example.org/eye",
        "/",
    ):
        page.goto(desk.url + screen)
        problems += [f"{screen}: {one}" for one in barriers(page)]
    assert problems == []
