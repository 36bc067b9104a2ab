"""The tabs of the desk, and the one that a screen is under. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The address of each tab's first screen, and its words.
TABS: Mapping[str, str] = {
    "/": "Next issue",
    "/summaries": "Summaries",
    "/issues": "Issues",
    "/corrections": "Corrections",
    "/send": "Send",
    "/health": "Health",
}
# Screens whose address does not begin as their tab's does.
_UNDER: Mapping[str, str] = {
    "summary": "/summaries",
    "choice": "/summaries",
    "override": "/summaries",
    "correction": "/corrections",
}


def tab_of(path: str) -> str:
    """The tab that the screen at an address is under, as its address; `/` for all others."""
    first = path.strip("/").split("/")[0]
    return _UNDER.get(first, f"/{first}" if f"/{first}" in TABS else "/")
