"""What keeps readers from a screen of the desk: what axe finds, and what is wider than it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "judges/node_modules/axe-core/axe.min.js"


def barriers(page: Page) -> list[str]:
    """One line each; the page's context has `bypass_csp`."""
    page.evaluate(_AXE.read_text())
    found = page.evaluate(
        """async () => (await axe.run(document, {iframes: false, runOnly: {type: 'tag', values:
          ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}}))
          .violations.map(v => v.id + ': ' + v.nodes[0].html)"""
    )
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]
