"""The screens of corrections: everybody can read them, whatever they have to say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from browsers import patient_page
from homes import sample_home, write_summary
from msnewsletter.publisher.publish import publish
from web.desk.barriers import barriers
from web.desk.conftest import NOW
from web.desk.running import running

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from web.desk.running import Running

DAY = timedelta(days=1)
CORRECTED, WITHDRAWN = "sample-il6-mice", "sample-hsv-cells"


def told(page: Page, desk: Running, key: str, kind: str, note: str = "") -> None:
    """Choose what becomes of a summary, look, and save."""
    page.goto(f"{desk.url}/corrections/new?key={key}")
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("Why, in words that readers read").fill(note)
    page.get_by_role("button", name="Show how readers will read it").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(f"{kind}: saved to summaries/").wait_for()


def test_every_screen_can_be_read_by_everybody(tmp_path: Path, browser: Browser) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=NOW - 2 * DAY)
    page = patient_page(browser, bypass_csp=True)
    with running(home, NOW) as desk:
        told(page, desk, CORRECTED, "Corrected", "We wrote 140 mice.")
        publish(home, at=NOW)
        desk.now = NOW + DAY
        told(page, desk, WITHDRAWN, "Withdrawn", "W" * 400)
        write_summary(home, "unsent")
        for path in (
            "/corrections",
            f"/corrections/new?key={WITHDRAWN}",
            "/corrections/new?key=unsent",
        ):
            page.goto(desk.url + path)
            assert barriers(page) == [], path
        page.goto(f"{desk.url}/corrections/new?key={CORRECTED}&as=withdrawn")
        write_summary(home, "more")
        (home.root / "summaries/il6-mice.md").unlink()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("alert").wait_for()
        assert barriers(page) == []
    page.context.close()
