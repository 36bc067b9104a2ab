"""An editor writes a summary, publishes it and mends it, in a browser: with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from homes import write_summary
from msnewsletter.publisher.clock_work import publish_due
from web.desk.barriers import barriers
from web.desk.conftest import SLOT
from web.desk.running import unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from web.desk.running import Running

    Opened = Callable[..., Page]


@pytest.mark.parametrize("scripts", ["scripts", "no scripts"])
def test_a_summary_is_written_refused_mended_sent_and_edited(
    desk: Running, opened: Opened, scripts: str
) -> None:
    runs = scripts == "scripts"
    page = opened("/summary/new", java_script_enabled=runs, bypass_csp=True)
    page.get_by_label("Headline").fill("Short walks ease fatigue.")
    page.get_by_label("What was found").fill("Sixteen people walked.")
    page.get_by_label("Cautions").fill("It was a small study.")
    page.get_by_label("Kind of study").select_option("trial, preprint")
    page.get_by_role("button", name="Create this summary").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Why it matters: it is empty")
    assert not runs or barriers(page) == []
    alert.get_by_role("link", name="Why it matters").click()
    expect(page.locator("#why_it_matters:target")).to_be_visible()
    page.get_by_label("Why it matters").fill("Fatigue is common.")
    page.get_by_role("button", name="Create this summary").click()
    expect(page.get_by_text("Created in summaries/short-walks-ease-fatigue.md.")).to_be_visible()
    publish_due(desk.home, at=SLOT)
    desk.now = SLOT
    page.goto(f"{desk.url}/summary?key=short-walks-ease-fatigue")
    page.locator("#body").fill(page.locator("#body").input_value().replace("Sixteen", "Twelve"))
    page.get_by_role("button", name="Save").click()
    changed = page.get_by_role("region", name="What changes in: What was found")
    expect(changed.locator("ins")).to_have_text("Twelve")
    assert not runs or barriers(page) == []
    page.get_by_role("button", name="Go on writing").click()
    page.get_by_label("Status").select_option("corrected")
    page.get_by_label("Why it was corrected").fill("Twelve people, not sixteen.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("and the issue announces it.")).to_be_visible()
    page.get_by_role("button", name="Save this edit").click()
    expect(page.get_by_text("Saved to summaries/short-walks-ease-fatigue.md.")).to_be_visible()
    publish_due(desk.home, at=SLOT.replace(month=12, day=7))
    mail = (desk.home.outbox / "new/0002/digest.txt").read_text()
    assert "Twelve people, not sixteen." in " ".join(mail.split())


def test_a_broken_summary_is_shown_with_its_line_and_leads_to_it(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    write_summary(desk.home, "bad", published="31/12/2026")
    refused = unfold(page, "refused").locator("li", has_text="summaries/bad.md:3")
    expect(refused).to_be_visible()
    refused.get_by_role("link").click()
    expect(page.locator("textarea[data-line]")).to_be_focused()
    selected = page.evaluate(
        "(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.activeElement)"
    )
    assert selected == "published: 31/12/2026"
