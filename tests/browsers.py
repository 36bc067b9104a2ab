"""A real Chromium for tests, and pages in it that wait as long as a busy machine needs."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_PATIENCE_MS = 1000 * PATIENCE
expect.set_options(timeout=_PATIENCE_MS)


# The same engine without the windows, tabs and menus that nobody sees: a page in a context of its
# own costs a quarter of the work.
_PROGRAMS = ("chromium-headless-shell", "chromium")


def chromium_program() -> str:
    """The path of the browser; skips the test where it is not installed."""
    for found in map(shutil.which, _PROGRAMS):
        if found:
            return found
    pytest.skip("chromium is not installed; tools/setup-judges.sh does it")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; skips the test where it is not installed."""
    program = chromium_program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"], timeout=_PATIENCE_MS
        )
        yield browser
        browser.close()


def patient_page(browser: Browser, **options: object) -> Page:
    """A page in a context of its own, with Playwright's options for it."""
    context = browser.new_context(**options)  # type: ignore[arg-type]  # options by their names
    context.set_default_timeout(_PATIENCE_MS)
    return context.new_page()
