"""An editor corrects one summary, withdraws another and lifts it: readers get what the forms showed.

By keyboard or mouse makes no difference: it is a form, and here it has no script at all.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from browsers import patient_page
from homes import sample_home
from msnewsletter.publisher.publish import publish
from web.desk.barriers import barriers
from web.desk.conftest import NOW
from web.desk.running import running
from web.desk.without_browser import words_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from msnewsletter.home import Home
    from web.desk.running import Running

DAY = timedelta(days=1)
CORRECTED, WITHDRAWN = "sample-il6-mice", "sample-hsv-cells"


def told_of(page: Page, desk: Running, key: str, kind: str, note: str = "") -> dict[str, str]:
    """Choose what becomes of a summary, look, and save: the words that the form has shown."""
    page.goto(f"{desk.url}/corrections/new?key={key}")
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("Why, in words that readers read").fill(note)
    page.get_by_role("button", name="Show how readers will read it").click()
    shown = {
        "mail": page.frame_locator("iframe.wmail").locator(".correction").inner_text(),
        "page": page.frame_locator("iframe.wpage").locator("article").inner_text(),
        "title": page.locator(".feed .title").inner_text(),
        "feed": page.locator(".feed p").nth(1).inner_text(),
    }
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(f"{kind}: saved to summaries/").wait_for()
    return {name: " ".join(words.split()) for name, words in shown.items()}


def published(home: Home, page: Page, key: str, *, number: int, at: datetime) -> dict[str, str]:
    """The words that readers get of a summary, once the next issue is out."""
    publish(home, at=at)
    (path,) = (home.site / "summaries").glob(f"{key}-*.html")
    words = {}
    for name, file, part in (
        ("mail", home.outbox / f"new/{number:04}/digest.html", ".correction"),
        ("page", path, "article"),
    ):
        page.goto(file.as_uri())
        words[name] = " ".join(page.locator(part).inner_text().split())
    words["feed"] = words_of((home.site / "rss.xml").read_bytes())
    return words


def test_readers_get_the_words_that_the_forms_have_shown(tmp_path: Path, browser: Browser) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=NOW - 2 * DAY)
    page = patient_page(browser, java_script_enabled=False)
    with running(home, NOW) as desk:
        told_of(page, desk, CORRECTED, "Corrected", "We wrote 140 mice.\n\nThere were 14.")
        last = told_of(page, desk, WITHDRAWN, "Withdrawn", "We mixed up two studies.")
