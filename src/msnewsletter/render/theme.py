"""One look for mail and pages: the colours, sizes and typefaces, each in one place. Pure data.

Every pair of text on ground has a contrast over 7:1 (WCAG 2.2 AAA, 1.4.6), light and dark; a test
computes them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "page": "#f6f4ef",  # around the sheet
        "sheet": "#ffffff",  # the reading surface
        "text": "#1c2024",
        "quiet": "#44494f",  # dates, journals
        "accent": "#0b4a5a",  # links, masthead rule, badge text
        "tint": "#e8f1f3",  # badges
        "rule": "#d9d5ca",  # thin lines; carries no meaning
        "caution": "#4a3200",
        "caution_ground": "#fdf3d8",
        "correction": "#6d1020",
        "correction_ground": "#fdecee",
    }
)

DARK: Mapping[str, str] = MappingProxyType(
    {
        "page": "#15181b",
        "sheet": "#1d2125",
        "text": "#f1f2f3",
        "quiet": "#c3c8cd",
        "accent": "#9bd7e6",
        "tint": "#163039",
        "rule": "#3a4046",
        "caution": "#f6dfa4",
        "caution_ground": "#33290f",
        "correction": "#ffc9cf",
        "correction_ground": "#3a1a1f",
    }
)

# Text on its ground, as the templates combine them.
PAIRS = (
    ("text", "sheet"),
    ("quiet", "sheet"),
    ("accent", "sheet"),
    ("text", "page"),
    ("quiet", "page"),
    ("accent", "page"),
    ("accent", "tint"),
    ("caution", "caution_ground"),
    ("correction", "correction_ground"),
    ("accent", "correction_ground"),
)

# Pixels. Nothing readable is smaller than `small`.
SIZES: Mapping[str, int] = MappingProxyType(
    {"small": 16, "text": 18, "headline": 22, "title": 28, "side": 24, "side_phone": 16, "gap": 40}
)

# System faces only: a web font would be a remote load. Single quotes: they stand in attributes too.
SERIF = "Georgia, 'Times New Roman', serif"
SANS = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

LOOK: Mapping[str, object] = MappingProxyType(
    {"light": LIGHT, "dark": DARK, "size": SIZES, "serif": SERIF, "sans": SANS}
)
