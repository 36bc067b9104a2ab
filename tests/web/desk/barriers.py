"""What keeps readers from a screen of the desk: what axe finds, and what is wider than it."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "judges/node_modules/axe-core/axe.min.js"
WIDTHS = (320, 1400)  # CSS pixels: the narrowest that a page must fit (WCAG 1.4.10), and a desk's


def barriers(page: Page, *, widths: Iterable[int] = WIDTHS) -> list[str]:
    """One line each, on screens of these widths, light and dark; the context has `bypass_csp`.

    The page is loaded once and looked at in each way: making it costs more than looking.
    """
    page.evaluate(_AXE.read_text())
    problems = []
    for width, scheme in product(widths, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        problems += [f"{width} {scheme}: {one}" for one in _seen(page)]
    return problems


def _seen(page: Page) -> list[str]:
    found = page.evaluate(
        """async () => (await axe.run(document, {iframes: false, runOnly: {type: 'tag', values:
          ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}}))
          .violations.map(v => v.id + ': ' + v.nodes[0].html)"""
    )
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]
