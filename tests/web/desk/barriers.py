"""What keeps readers from a screen of the desk: what axe finds, its width, unseen focus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "judges/node_modules/axe-core/axe.min.js"
# Which rules: all of WCAG 2.2, AAA among them, and what axe leaves out unless it is asked for.
_RULES = """{iframes: false,
  rules: {'color-contrast-enhanced': {enabled: true}, 'target-size': {enabled: true}},
  runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21a', 'wcag21aa',
    'wcag21aaa', 'wcag22a', 'wcag22aa', 'wcag22aaa', 'best-practice']}}"""
# CSS pixels. 320 is a desk of 1280 at 400%, and the narrowest that a page must fit (WCAG 1.4.10);
# 350 one of 1400 at 400%.
WIDTHS = (320, 350, 600, 900, 1400, 1600)
# What axe finds depends on the layout, which is the narrowest or the widest, and on the colours.
_LOOKS = ((320, "light", "none"), (1400, "dark", "none"), (1400, "light", "active"))


def barriers(page: Page) -> list[str]:
    """One line each, in all widths, light, dark and forced colours; its context has `bypass_csp`.

    The page is loaded once and looked at in each way: making it costs more than looking.
    """
    page.evaluate(_AXE.read_text())
    problems = []
    for width, scheme, forced in _LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]  # words of its lists
        found = page.evaluate(
            f"""async () => (await axe.run(document, {_RULES})).violations
              .flatMap(v => v.nodes.map(n => `${{v.id}}: ${{n.html}}`))"""
        )
        problems += [f"{width} {scheme} {forced}: {one}" for one in found]
    page.emulate_media(color_scheme=None, forced_colors=None)
    return problems + too_wide(page)


def too_wide(page: Page) -> list[str]:
    """The widths at which the page has to be scrolled sideways, one line each."""
    problems = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        problems += [f"{width}: {wide} px too wide"] if wide > 0 else []
    return problems


def unreached(page: Page, *, forced: bool = False) -> list[str]:
    """What the Tab key does not reach, or reaches without showing it: one line each.

    Where it is has an outline, and nothing lies over it.
    """
    page.emulate_media(forced_colors="active" if forced else "none")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll(
            'a[href], button, input, textarea, select, summary, [tabindex="0"]')]
          .filter(e => e.type !== 'hidden' && !(e.type === 'radio' && !e.checked)
            && e.checkVisibility())
          .map((e, i) => { e.dataset.n = i; return e.outerHTML.slice(0, 120); })"""
    )
    hidden: dict[str, str] = {}
    for _ in range(3 * len(wanted) + 100):  # the links of the mail in its frame are in between
        page.keyboard.press("Tab")
        number, problem = page.evaluate(_AT_FOCUS)
        hidden.setdefault(number, problem)
        if len([name for name in hidden if name]) == len(wanted):
            break
    missed = [f"never: {one}" for n, one in enumerate(wanted) if str(n) not in hidden]
    return missed + [f"{how}: {wanted[int(n)]}" for n, how in hidden.items() if n and how]


# The number of what has the focus, and what is wrong with how it is shown.
_AT_FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getClientRects()[0];
  if (e.dataset.n === undefined) return ['', ''];
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  if (!outlined) return [e.dataset.n, 'without an outline'];
  const x = box.left + Math.min(box.width, innerWidth) / 2;
  const y = box.top + Math.min(box.height, 40) / 2;
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return [e.dataset.n, 'off screen'];
  const over = document.elementFromPoint(x, y);
  return [e.dataset.n, e.contains(over) || over?.contains(e) ? '' : 'covered'];
}"""
