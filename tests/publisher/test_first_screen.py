"""The mail of the packaged samples on a small phone, in the real Chromium."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from browsers import chromium, patient_page
from homes import AT, sample_home
from msnewsletter.home import packaged_home
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The digest of issue 1 as `make run` publishes it, with its note, at 320 by 640."""
    home = sample_home(tmp_path_factory.mktemp("phone") / "home")
    home.records.mkdir()
    shutil.copyfile(packaged_home() / "issues" / "next.md", home.records / "next.md")
    publish(home, at=AT)
    with chromium() as browser:
        page = patient_page(browser, viewport=PHONE)
        page.goto((home.root / "outbox/new/0001/digest.html").as_uri())
        yield page


LINE = 30  # pixels: of a headline


def top_of(page: Page, selector: str) -> float:
    """Where the first such element begins, in pixels from the top."""
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["y"]


def test_the_first_screen_says_whose_mail_it_is_how_much_is_in_it_and_the_first_headline(
    phone: Page,
) -> None:
    assert top_of(phone, "h1") < top_of(phone, "p >> text=Eight studies:") < PHONE["height"] / 2
    # Three of its lines: it is known by them.
    assert top_of(phone, "h2") + 3 * LINE <= PHONE["height"]


def test_eight_studies_are_at_most_six_thousand_pixels_high(phone: Page) -> None:
    assert phone.locator("h2").count() == 8
    assert phone.evaluate("document.documentElement.scrollHeight") <= 6_000
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
