"""Open pages follow the files, whoever changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from browsers import patient_page
from homes import sample_home, write_summary
from web.desk.conftest import NOW
from web.desk.running import running

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from playwright.sync_api import Browser, Page

    from web.desk.running import Running

    Opened = Callable[..., Page]


def test_a_note_written_in_an_editor_shows_at_the_desk_by_itself(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    desk.home.records.mkdir(exist_ok=True)
    desk.home.next_issue.write_text("---\nissue: 1\n---\nOnly a **quiet** week.\n")
    mail = page.frame_locator("iframe.w600")
    expect(mail.get_by_text("Only a quiet week.")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Only a **quiet** week.")


def test_a_broken_template_names_its_line_and_the_last_good_preview_stays(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    expect(page.frame_locator("iframe.w600").get_by_role("heading", level=1)).to_be_visible()
    desk.home.templates.mkdir()
    (desk.home.templates / "digest.mjml.j2").write_text("<mjml>\n{% if %}\n</mjml>\n")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("templates/digest.mjml.j2:2")
    expect(alert).to_contain_text("the last good preview")
    expect(page.frame_locator("iframe.w600").get_by_role("heading", level=1)).to_be_visible()
    (desk.home.templates / "digest.mjml.j2").unlink()
    expect(alert).to_have_count(0)


def test_a_bad_word_of_the_glossary_is_named_as_soon_as_it_is_written(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    desk.home.glossary.write_text("## It\nA word.\n")
    to_correct = page.locator(".refused")
    expect(to_correct).to_contain_text("glossary.md:1: the term 'It' names a common word")
    desk.home.glossary.unlink()
    expect(to_correct).to_have_count(0)


def test_a_desk_that_cannot_watch_its_files_says_so_and_goes_on(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> object:
        raise OSError("inotify watch limit reached")

    monkeypatch.setattr("msnewsletter.web.desk.live_preview.awatch", exhausted)
    with running(sample_home(tmp_path / "home"), NOW) as desk:
        page = patient_page(browser)
        page.goto(desk.url)
        expect(page.get_by_text("changes of files are seen only every 30 seconds")).to_be_visible()
        page.locator(".rows > li").nth(2).get_by_role("button", name="Pin to top").click()
        expect(page.locator(".rows > li").first.locator(".chip")).to_have_text("pinned")
        page.close()


def test_who_works_with_keys_stays_where_they_are_when_files_change(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    optic = page.locator(".rows > li", has_text="After optic neuritis")
    link = optic.get_by_role("link", name="After optic neuritis")
    link.focus()
    write_summary(desk.home, "fresh")
    expect(page.get_by_text("What we know of fresh.").first).to_be_visible()
    expect(link).to_be_focused()
    optic.locator("summary", has_text="Hold…").click()
    optic.get_by_label("Reason").fill("the journal was asked")
    optic.get_by_role("button", name="Hold", exact=True).focus()
    write_summary(desk.home, "fresher")
    expect(page.locator("#live")).to_contain_text("what you are writing is kept")
    expect(optic.get_by_label("Reason")).to_have_value("the journal was asked")


def test_who_is_at_the_tabs_stays_there_when_the_page_gets_another_list(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    tab = page.get_by_role("link", name="Summaries", exact=True)
    tab.focus()
    expect(page.locator(".refused")).to_have_count(0)
    desk.home.glossary.write_text("## It\nA word.\n")
    expect(page.locator(".refused")).to_contain_text("names a common word")
    expect(tab).to_be_focused()
