"""The desk's first screen: what an editor sees without scrolling, and what stands above all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from web.desk.running import Running

    Opened = Callable[..., Page]


@pytest.mark.parametrize("width", [1400, 1600])
def test_eight_entries_the_mail_and_its_note_are_on_one_screen(opened: Opened, width: int) -> None:
    page = opened(viewport={"width": width, "height": 1000})
    shown = page.evaluate(
        """() => ['.entries > li:last-child', 'iframe.w600', '#note', '#question', '.main']
          .map(name => document.querySelector(name).getBoundingClientRect())
          .map(box => [box.left, box.right, box.top])"""
    )
    assert page.locator(".entries > li").count() == 8
    assert all(left >= 0 and right <= width and top < 960 for left, right, top in shown)
    lasts = page.locator(".entries > li").last.bounding_box()
    assert lasts
    assert lasts["y"] + lasts["height"] <= 1000
    assert page.locator("iframe.w600").bounding_box()["width"] == 602
    assert page.locator(".tabs").bounding_box()["height"] < 48, "the views' tabs are on one line"


def test_a_headline_takes_two_lines_at_most_where_there_are_columns(opened: Opened) -> None:
    page = opened(viewport={"width": 1400, "height": 1000})
    lines = page.evaluate(
        """() => [...document.querySelectorAll('.entries .headline')]
          .map(e => e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))"""
    )
    assert max(lines) < 2.1


def test_journals_are_never_cut_off(opened: Opened) -> None:
    page = opened(viewport={"width": 1400, "height": 1000})
    assert "Very Long Names of Journals, Series B" in page.locator(".entries").inner_text()
    hidden = page.locator(".entries .quiet").evaluate_all(
        "all => all.filter(e => getComputedStyle(e).overflow !== 'visible'"
        " || e.scrollWidth > e.clientWidth)"
    )
    assert hidden == []


def test_what_is_wrong_with_the_note_stands_above_all_and_leads_to_its_line(
    desk: Running, opened: Opened
) -> None:
    desk.home.records.mkdir(exist_ok=True)
    desk.home.next_issue.write_text("---\nissue: 1\n---\n\nSee [the page](/nowhere).\n")
    page = opened("/?view=text", java_script_enabled=True)
    above = page.locator(".attention")
    expect(above).to_contain_text("leads nowhere from a mail")
    assert above.bounding_box()["y"] < page.locator(".lists").bounding_box()["y"]
    above.get_by_role("link", name="issues/next.md:5").click()
    file = page.locator("textarea[data-line='5']")
    expect(file).to_be_focused()
    chosen = file.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)")
    assert chosen == "See [the page](/nowhere)."


def test_subject_note_and_question_are_saved_together(desk: Running, opened: Opened) -> None:
    page = opened()
    page.fill("#subject", "A quiet week")
    page.fill("#note", "Hello.")
    page.fill("#question", "May I drive?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved to issues/next.md.")).to_be_visible()
    assert desk.home.next_issue.read_text() == (
        "---\nissue: 1\nsubject: A quiet week\nquestion: May I drive?\n---\nHello.\n"
    )
    expect(page.frame_locator("iframe.w600").get_by_text("May I drive?")).to_be_visible()
    page.fill("#question", "")
    page.get_by_role("button", name="Save", exact=True).click()
    assert "question" not in desk.home.next_issue.read_text()


def test_a_list_that_was_unfolded_stays_so_when_a_file_changes(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    page.locator("details[data-live=held] > summary").click()
    page.get_by_role("button", name="Pin to top").nth(3).click()
    page.locator("details[data-live=held] > summary").click()
    other = desk.home.root / "summaries" / "il6-mice.md"
    other.write_text(other.read_text().replace("published: 20", "published: 2099-01-01 # 20"))
    expect(page.locator("details[data-live=held] > summary .count")).to_have_text("2")
    expect(page.locator("details[data-live=held]")).to_have_attribute("open", "")


def test_a_button_stays_where_it_is_pressed(opened: Opened) -> None:
    page = opened(viewport={"width": 1400, "height": 1000})
    row = page.locator(".entries > li").nth(2)
    row.get_by_role("link").focus()
    button = row.get_by_role("button", name="Pin to top")
    before = button.bounding_box()
    button.hover()
    page.mouse.down()
    assert button.bounding_box() == before
