"""An editor corrects, withdraws and lifts: readers get the words that the forms have shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from browsers import patient_page
from homes import sample_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.publish import publish
from msnewsletter.render.site.verify import read_feed
from msnewsletter.web.desk.views import plain_text
from web.desk.barriers import barriers
from web.desk.conftest import NOW, SLOT
from web.desk.running import running

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from msnewsletter.home import Home
    from web.desk.running import Running

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
CORRECTED, WITHDRAWN = "sample-il6-mice", "sample-hsv-cells"


class ReadersWords(NamedTuple):
    """What readers get of a summary, each on one line."""

    mail: str
    page: str
    feed: tuple[str, str]


def told(page: Page, desk: Running, key: str, kind: str, note: str = "") -> ReadersWords:
    """Choose what becomes of a summary, look, and save: the words that the form has shown."""
    page.goto(f"{desk.url}/corrections/new?key={key}")
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("Why, in words that readers read").fill(note)
    page.get_by_role("button", name="Show how readers will read it").click()
    mail, its_page = (page.frame_locator(f"iframe.w{name}") for name in ("mail", "page"))
    shown = ReadersWords(
        mail=_line(mail.locator(".correction").inner_text()),
        page=_line(its_page.locator("main").inner_text()),
        feed=(
            _line(page.locator(".feed .title").inner_text()),
            _line(page.locator(".feed p").nth(1).inner_text()),
        ),
    )
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(f"{kind}: saved to summaries/").wait_for()
    return shown


def got(page: Page, home: Home, key: str, *, issue: int) -> ReadersWords:
    """What readers have of it, now that the issue is out."""
    (path,) = (home.site / "summaries").glob(f"{key}-*.html")
    page.goto((home.outbox / f"new/{issue:04}/digest.html").as_uri())
    mail = _line(page.locator(".correction").inner_text())
    page.goto(path.as_uri())
    text = _line(page.locator("main").inner_text())
    (entry,) = (
        one
        for one in read_feed("rss.xml", (home.site / "rss.xml").read_bytes())
        if one.link.endswith(path.name)
    )
    feed = (_line(entry.title), plain_text(entry.text))
    return ReadersWords(mail=mail, page=text, feed=feed)


def _line(text: str) -> str:
    return " ".join(text.split())


def test_readers_get_the_words_that_the_forms_have_shown(tmp_path: Path, browser: Browser) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=NOW - 2 * DAY)
    page = patient_page(browser, java_script_enabled=False)
    with running(home, NOW) as desk:
        corrected = told(page, desk, CORRECTED, "Corrected", "We wrote 140 mice.\n\nSorry: 14.")
        withdrawn = told(page, desk, WITHDRAWN, "Withdrawn", "We mixed up <two> studies & more.")
        publish_due(home, at=SLOT)
        assert got(page, home, WITHDRAWN, issue=2) == withdrawn
        # The mail has both, as the later form has shown; the page leads to the other one as well.
        found = got(page, home, CORRECTED, issue=2)
        assert found.mail == withdrawn.mail
        assert found.feed == corrected.feed
        notices = [text.partition("announced in issue 2") for text in (found.page, corrected.page)]
        assert notices[0][:2] == notices[1][:2]
        desk.now = SLOT + DAY
        lifted = told(page, desk, WITHDRAWN, "Valid")
        publish_due(home, at=SLOT + WEEK)
        assert got(page, home, WITHDRAWN, issue=3) == lifted
    assert "Valid again, from issue 1" in lifted.mail
    page.context.close()


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
