"""The form of the program's own list of subscribers, as exported and read back. Pure."""

from __future__ import annotations

from typing import Final

OWN_COLUMNS: Final = (
    *("address", "state", "suppression", "edition", "since", "paused_until"),
    *("consent_at", "consent_way", "consent_words"),
)
# With what a spreadsheet takes a cell for a formula, which anybody could sign up with.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """Text for a cell: what could be a formula has an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def read_cell(text: str) -> str:
    """The text that a cell was made of."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
