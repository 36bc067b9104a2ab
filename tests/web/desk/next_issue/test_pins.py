"""Pinning, holding and releasing at the desk: the files say it, and the screen follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from web.desk.running import unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from web.desk.running import Running

    Opened = Callable[..., Page]


def row(page: Page, headline: str) -> Locator:
    return page.locator(".rows > li", has_text=headline)


def test_pin_hold_and_release(desk: Running, opened: Opened) -> None:
    page = opened()
    mice = row(page, "Where the messenger IL-6")
    mice.get_by_role("button", name="Pin to top").click()
    expect(page.locator(".rows > li").first).to_contain_text("Where the messenger IL-6")
    expect(page.locator(".rows > li").first.locator(".chip")).to_have_text("pinned")
    assert "pin:\n  - sample-il6-mice\n" in desk.home.next_issue.read_text()

    cells = row(page, "The cold-sore virus")
    cells.get_by_text("Hold…").click()
    cells.get_by_label("Reason").fill("the paper is under review: wait")
    cells.get_by_role("button", name="Hold:").or_(
        cells.get_by_role("button", name="Hold", exact=True)
    ).click()
    held = unfold(page, "held").locator("li", has_text="The cold-sore virus")
    expect(held).to_contain_text("Held by the editor: the paper is under review: wait")
    assert "under review: wait" in desk.home.next_issue.read_text()

    held.get_by_role("button", name="Release").click()
    expect(page.locator("section[data-live=taken] li", has_text="The cold-sore")).to_be_visible()
    assert "hold:" not in desk.home.next_issue.read_text()


def test_a_summary_is_dragged_to_the_top(desk: Running, opened: Opened) -> None:
    # Tall enough to need no scrolling amid a drag.
    page = opened(viewport={"width": 1280, "height": 2000})
    rows = page.locator("section[data-live=taken] .rows > li")
    fourth = rows.nth(3).locator(".headline").inner_text()
    rows.nth(3).locator(".dated").drag_to(rows.nth(0).locator(".dated"))
    expect(rows.nth(0).locator(".headline")).to_have_text(fourth)
    fifth = rows.nth(4).locator(".headline").inner_text()
    rows.nth(4).locator(".dated").drag_to(rows.nth(0).locator(".dated"))
    expect(rows.nth(0).locator(".headline")).to_have_text(fifth)
    expect(rows.nth(1).locator(".headline")).to_have_text(fourth)
    assert desk.home.next_issue.read_text().count("\n  - ") == 2


def test_each_summary_says_why_it_is_here_or_waits(opened: Opened) -> None:
    page = opened()
    first = page.locator("section[data-live=taken] .rows > li").first
    first.get_by_text("Why?", exact=True).click()
    expect(first).to_contain_text(
        "Published 19 November 2026, not after the cutoff 30 November 2026, 08:00"
    )
    held = unfold(page, "held").locator("li").first
    expect(held).to_contain_text("2099")
