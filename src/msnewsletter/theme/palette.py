"""The program's own colours, and the pairs in which text is put on a ground. Pure data.

Every pair has a contrast over 7:1 (WCAG 2.2 AAA, 1.4.6), light and dark; a test computes them, and
settings with another palette are refused where one has less.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Mode(StrEnum):
    """What a reader's device prefers."""

    LIGHT = "light"
    DARK = "dark"


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
LIGHT: Final[Mapping[str, str]] = MappingProxyType(
    {name: light for name, (light, _) in _COLOURS.items()}
)
DARK: Final[Mapping[str, str]] = MappingProxyType(
    {name: dark for name, (_, dark) in _COLOURS.items()}
)

# Text on its ground, as the templates of mail, pages and door combine them.
PAIRS: Final = (
    *((ink, ground) for ground in ("sheet", "page") for ink in ("text", "quiet", "accent")),
    ("accent", "tint"),
    ("caution", "sheet"),
    ("correction", "correction_ground"),
    ("accent", "correction_ground"),  # the outline of a link with the focus
)
