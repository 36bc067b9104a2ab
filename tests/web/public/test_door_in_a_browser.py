"""The door in a real Chromium: by keyboard alone, in any light, on a small screen; and by axe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsers import chromium, patient_page
from msnewsletter.publisher.subscribing.door_context import home_pages
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState
from msnewsletter.subscribers.tokens import Purpose
from web.doors import OpenedDoor, door_home, opened_door

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[2] / "judges/node_modules/axe-core/axe.min.js"
# Where pictures of the pages are put for who wants to look at them.
PICTURES = os.environ.get("DOOR_PICTURES")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def door(tmp_path: Path) -> Iterator[OpenedDoor]:
    with opened_door(tmp_path, more='privacy = "https://example.org/privacy"') as opened:
        yield opened


def barriers(page: Page) -> list[str]:
    """What axe finds at level AAA, what is too wide, and what is too small to touch."""
    page.evaluate(AXE.read_text())
    tags = "wcag2a wcag2aa wcag2aaa wcag21a wcag21aa wcag22aa wcag22aaa best-practice"
    found: list[str] = page.evaluate(
        """async values => (await axe.run(document, {runOnly: {type: 'tag', values},
          rules: {'color-contrast-enhanced': {enabled: true}}}))
          .violations.map(v => v.id + ': ' + v.nodes[0].html)""",
        tags.split(),
    )
    found += page.evaluate(
        """() => [...document.querySelectorAll('button, input[type=email]')]
          .filter(e => e.getBoundingClientRect().height < 44).map(e => 'small: ' + e.outerHTML)"""
    )
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.parametrize(("name", "lines"), [("Leeds Notes", 2), ("Notes " * 12, 7)])
def test_a_short_name_in_a_heading_is_never_broken(
    tmp_path: Path, browser: Browser, name: str, lines: int
) -> None:
    home = door_home(tmp_path, port=9)
    settings = load_settings(home.settings)
    newsletter = settings.newsletter.model_copy(update={"title": name.strip()})
    pages = home_pages(home, settings.model_copy(update={"newsletter": newsletter}))
    page = patient_page(browser, viewport={"width": 320, "height": 600})
    page.set_content(pages.sign_up(form="").decode())
    page.add_style_tag(content=pages.style().decode())
    shown = page.locator("h1").inner_text()
    assert " ".join(shown.split()) == f"Get {name.strip()} by e-mail"
    high, line = page.evaluate(
        """() => { const h = document.querySelector('h1'), s = getComputedStyle(h);
          return [h.getBoundingClientRect().height, parseFloat(s.lineHeight)]; }"""
    )
    assert round(high / line) <= lines
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    whole = [one.bounding_box() for one in page.locator("h1 .whole").all()]
    assert all(box and box["height"] < 1.5 * line for box in whole)
    assert bool(whole) is (name == "Leeds Notes")


def test_somebody_signs_up_and_leaves_by_keyboard_alone(door: OpenedDoor, browser: Browser) -> None:
    page = patient_page(browser, java_script_enabled=False)
    page.goto(f"{door.url}/subscribe")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the text"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # the low-energy mail
    page.keyboard.press("Tab")  # past the field that is for programs
    assert page.locator(":focus").inner_text() == "Sign up"
    door.wait(seconds=9)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Check your mail").wait_for()
    letter = door.letter()
    page.goto(door.url + letter.path)
    page.get_by_role("button", name="Yes, send it to me").press("Enter")
    page.get_by_role("heading", name="You are subscribed").wait_for()
    ada = door.person("ada@example.org")
    assert ada.edition is SubscribedEdition.LOW_ENERGY
    page.goto(f"{door.url}/unsubscribe/{door.token(Purpose.UNSUBSCRIBE, ada)}")
    page.get_by_role("button", name="Unsubscribe").press("Enter")
    page.get_by_role("heading", name="You are unsubscribed").wait_for()
    assert door.person("ada@example.org").state is SubscriberState.UNSUBSCRIBED
    page.get_by_role("button", name="That was a mistake").press("Enter")
    page.get_by_role("heading", name="You are subscribed again").wait_for()
    assert door.person("ada@example.org").state is SubscriberState.CONFIRMED
    assert page.context.cookies() == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(door: OpenedDoor, browser: Browser, scheme: str) -> None:
    ada, eve = door.put("ada@example.org"), door.put("eve@example.org", SubscriberState.PENDING)
    token = door.token
    door.store.pause(ada.id, until=door.now.replace(year=2027))
    screens = {
        "subscribe": "/subscribe",
        "link": "/preferences",
        "preferences": f"/preferences/{token(Purpose.PREFERENCES, ada)}",
        "confirm": f"/confirm/{token(Purpose.CONFIRM, eve)}",
        "unsubscribe": f"/unsubscribe/{token(Purpose.UNSUBSCRIBE, ada)}",
        "bad": "/unsubscribe/x",
    }
    problems = []
    for width in (320, 900):
        page = patient_page(
            browser, bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        for name, path in screens.items():
            page.goto(door.url + path)
            problems += [f"{name} {width}: {one}" for one in barriers(page)]
            keep(page, f"{name}-{scheme}-{width}")
        page.goto(f"{door.url}/subscribe")
        page.get_by_label("Your e-mail address").fill("ada@exa")
        page.get_by_role("button", name="Sign up").click()
        page.get_by_role("alert").wait_for()
        problems += [f"again {width}: {one}" for one in barriers(page)]
        keep(page, f"again-{scheme}-{width}")
        page.goto(door.url + screens["unsubscribe"])
        page.get_by_role("button", name="Unsubscribe").click()
        page.get_by_role("heading", name="You are unsubscribed").wait_for()
        problems += [f"left {width}: {one}" for one in barriers(page)]
        keep(page, f"left-{scheme}-{width}")
        page.get_by_role("button", name="That was a mistake").click()
        page.context.close()
    assert problems == []


def keep(page: Page, name: str) -> None:
    """Keep a picture of a page, where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
