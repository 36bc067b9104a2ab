"""The colours, sizes and typefaces of mail and pages, each in one place. Pure data.

Every pair of text on ground has a contrast over 7:1 (WCAG 2.2 AAA, 1.4.6), light and dark; a test
computes them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# In light and in dark.
_COLOURS = {
    "page": ("#f6f4ef", "#15181b"),  # around the sheet
    "sheet": ("#ffffff", "#1d2125"),  # the reading surface
    "text": ("#1c2024", "#f1f2f3"),
    "quiet": ("#44494f", "#c3c8cd"),  # dates, journals
    "accent": ("#0b4a5a", "#9bd7e6"),  # links, masthead rule, badge text
    "tint": ("#e8f1f3", "#163039"),  # behind the mail's question, and what the desk says
    "rule": ("#d9d5ca", "#3a4046"),  # thin lines; carries no meaning
    "caution": ("#4a3200", "#f6dfa4"),
    "caution_rule": ("#b98a1d", "#f6dfa4"),  # beside a caution; its words carry the meaning
    "caution_ground": ("#fdf3d8", "#33290f"),  # at the desk alone
    "correction": ("#6d1020", "#ffc9cf"),
    "correction_ground": ("#fdecee", "#3a1a1f"),
}
LIGHT: Mapping[str, str] = MappingProxyType({name: light for name, (light, _) in _COLOURS.items()})
DARK: Mapping[str, str] = MappingProxyType({name: dark for name, (_, dark) in _COLOURS.items()})

# Text on its ground, as the templates combine them.
PAIRS = (
    *((ink, ground) for ground in ("sheet", "page") for ink in ("text", "quiet", "accent")),
    ("accent", "tint"),
    ("caution", "sheet"),
    ("caution", "caution_ground"),
    ("correction", "correction_ground"),
    ("accent", "correction_ground"),
)

# Pixels. Nothing readable is smaller than `small`.
SIZES: Mapping[str, int] = MappingProxyType(
    {"small": 16, "text": 18, "headline": 22, "lead": 26, "title": 28}
    | {"headline_phone": 20, "lead_phone": 24}
    | {"side": 24, "side_phone": 16, "gap": 40}
)

# System faces only: a web font would be a remote load. Single quotes: attributes hold them too.
SERIF = "Georgia, 'Times New Roman', serif"
SANS = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

THEME: Mapping[str, object] = MappingProxyType(
    {"light": LIGHT, "dark": DARK, "size": SIZES, "serif": SERIF, "sans": SANS}
)
