"""How editors work at a desk: with a keyboard alone, or with a browser that runs no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# Stops of the Tab key. Whoever needs more to come to a control has lost their way.
MOST_STOPS = 80


class Hands(Protocol):
    """An editor at a page: controls are named as their reader's software names them."""

    page: Page

    def follow(self, name: str) -> None:
        """Follow a link, or press a button."""

    def skip(self, name: str) -> None:
        """Use a link that leads past other controls, which nobody with a pointer sees."""

    def write(self, label: str, text: str) -> None:
        """Put a text in place of what a field holds."""

    def choose(self, name: str) -> None:
        """Choose one of several radio buttons."""


class KeyboardHands:
    """Keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, name: str) -> None:
        found = self.page.get_by_role("link", name=name, exact=True)
        self._reach(found.or_(self.page.get_by_role("button", name=name, exact=True)), name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def skip(self, name: str) -> None:
        self.follow(name)

    def write(self, label: str, text: str) -> None:
        self._reach(self.page.get_by_label(label, exact=True), label)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def choose(self, name: str) -> None:
        wanted = self.page.get_by_role("radio", name=name, exact=True)
        group = self.page.get_by_role("radio", checked=True)
        self._reach(group, name)
        for _ in range(self.page.get_by_role("radio").count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {name}")

    def _reach(self, control: Locator, name: str) -> None:
        focused = control.and_(self.page.locator(":focus"))
        for _ in range(MOST_STOPS):
            if focused.count():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_STOPS} stops do not lead to {name!r} on {self.page.url}")


class ClickingHands:
    """A pointer, in a browser without scripts."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, name: str) -> None:
        found = self.page.get_by_role("link", name=name, exact=True)
        found.or_(self.page.get_by_role("button", name=name, exact=True)).click()

    def skip(self, name: str) -> None:
        del name

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, name: str) -> None:
        self.page.get_by_role("radio", name=name, exact=True).check()
