"""A real Chromium, driven as an editor would; and desks for it to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from browsers import chromium, patient_page
from homes import sample_home
from web.desk.running import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from web.desk.running import Running

# A Wednesday; the samples' next slot is Monday, 30 November, 08:00 in Berlin.
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SLOT = datetime(2026, 11, 30, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    """The desk of a home with the samples."""
    with running(sample_home(tmp_path / "home"), NOW) as desk:
        yield desk


@pytest.fixture
def opened(browser: Browser, desk: Running) -> Iterator[Callable[..., Page]]:
    """Opens a screen of the desk in a browser of its own; options are Playwright's."""
    contexts = []

    def open_screen(path: str = "/", **options: object) -> Page:
        page = patient_page(browser, **options)
        contexts.append(page.context)
        page.goto(desk.url + path)
        return page

    yield open_screen
    for context in contexts:
        context.close()
