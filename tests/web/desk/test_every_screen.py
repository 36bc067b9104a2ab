"""Every screen of the desk, looked at in every way: no barrier, no sideways scrolling."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from browsers import patient_page
from homes import sample_home, write_summary
from msnewsletter.home import Home
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.send_back import send_back
from msnewsletter.web.desk.templating import stylesheet
from web.desk.barriers import barriers, unreached
from web.desk.conftest import NOW, SLOT
from web.desk.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from web.desk.running import Running

LATER = SLOT.replace(month=12, day=2)
SENT = "sample-epstein-barr-and-ms"
VIEWS = ("inbox", "mail", "text", "aloud", "source", "feeds", "pages", "compare", "checks")
# What an editor tabs through, and what is behind no link of these.
FORMS = (
    *("/", "/?view=source", "/?view=pages", "/?view=aloud", "/summaries", "/summary/new"),
    *("/summary?place=summaries/il6-mice.md", f"/summary?key={SENT}", "/corrections"),
    *(f"/corrections/new?key={SENT}&as=withdrawn", "/approve", "/publish", "/next"),
    *("/issues", "/issues/1", "/send", "/health"),
)
SCREENS = (
    *FORMS,
    *(f"/?view={view}" for view in VIEWS if f"/?view={view}" not in FORMS),
    *("/?view=mail&size=200", "/?view=mail&styles=off", "/?view=aloud&page=index.html"),
    *("/summaries?find=virus", "/summaries?find=nothing+like+it", "/summaries?state=held&page=9"),
    *("/summary/new?from=now", "/summary?key=now", "/summary?key=future", "/summary?key=nothing"),
    *("/summary?key=sample-retroviruses-review", "/summary?place=summaries/broken.md:3"),
    *("/summary?place=summaries/il6-mice.md&as=text", "/summary?place=nowhere.md"),
    *(f"/corrections/new?key={SENT}&as={kind}" for kind in ("corrected", "retracted", "concern")),
    *(f"/corrections/new?key={SENT}&as=live", "/corrections/new?key=now&as=corrected"),
    *("/corrections/new?key=sample-retroviruses-review&as=live", "/next?line=5"),
    *("/issues/1?view=compare", "/issues/1?view=aloud", "/issues/99", "/no/such/screen"),
)


def busy_home(root: Path) -> Home:
    """All there is to see: an issue that is out, held, refused, late, with findings."""
    home = sample_home(root)
    settings = home.settings.read_text()
    home.settings.write_text(settings.replace('review = "none"', 'review = "required"'))
    approve(home, by="B. Reader", at=NOW)
    publish_due(home, at=NOW)  # from now on a clock watches this home
    assert publish_due(home, at=SLOT).preview
    sent = home.root / "summaries" / "retroviruses-review.md"
    sent.write_text(sent.read_text().replace("---\n", "---\nstatus: withdrawn\nnote: Wrong.\n", 1))
    write_summary(home, "late", published="2026-11-01")
    write_summary(home, "future", published="2090-01-01")
    write_summary(home, "broken", published="2026-02-30")
    home.next_issue.write_text("---\nissue: 2\npin: [late]\nhold:\n  later: wait\n---\nA *note*.\n")
    write_summary(home, "later", published="2026-12-01")
    write_summary(home, "now", published="2026-12-01")
    return home


def test_letters_have_one_scale_of_sizes() -> None:
    """But what is of one width, which looks larger."""
    css = bytes(stylesheet().body).decode()
    sizes = set(re.findall(r"font-size: ([^;]+);", css)) - {"100%", "1rem", ".95em"}
    assert sizes == {f"var(--{name})" for name in ("small", "large", "title", "display")}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The desk of a busy home."""
    home = busy_home(tmp_path_factory.mktemp("busy") / "home")
    with running(home, LATER) as desk:
        yield desk


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all screens: another context for each would cost as much as looking at it."""
    page = patient_page(browser, bypass_csp=True)
    yield page
    page.context.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_any_screen(page: Page, busy: Running, screen: str) -> None:
    page.goto(busy.url + screen)
    assert barriers(page) == []


@pytest.mark.parametrize("screen", FORMS)
def test_the_keyboard_alone_reaches_everything_and_shows_where_it_is(
    page: Page, busy: Running, screen: str
) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(busy.url + screen)
    assert unreached(page) == []


def test_where_the_focus_is_shows_in_forced_colours_and_at_400_per_cent(
    page: Page, busy: Running
) -> None:
    page.set_viewport_size({"width": 350, "height": 250})
    page.goto(f"{busy.url}/summaries")
    assert unreached(page, forced=True) == []


def test_what_is_sent_back_or_blocked_has_no_barrier_either(
    page: Page, busy: Running, tmp_path: Path
) -> None:
    shutil.copytree(busy.home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    send_back(home, reason="The dose is wrong.\nSee the paper.", by="A. Editor", at=LATER)
    home.next_issue.write_text(home.next_issue.read_text() + "See [there](/there). Lorem ipsum.\n")
    with running(home, LATER) as desk:
        for screen in ("/", "/approve", "/publish", "/corrections"):
            page.goto(desk.url + screen)
            assert barriers(page) == [], screen
