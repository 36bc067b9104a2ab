"""Stacks of typefaces that systems have: a web font would be a remote load. Pure data."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Typeface(StrEnum):
    """A stack by the name that settings give it."""

    SYSTEM = "system"  # what the device itself is written in
    GEORGIA = "georgia"  # a serif that was drawn for screens
    BOOK = "book"  # a serif as in books
    HUMANIST = "humanist"  # a sans serif with open letters
    VERDANA = "verdana"  # a wide sans serif, whose letters are hard to mistake
    ARIAL = "arial"


# Single quotes: attributes hold them too.
STACKS: Final = {
    Typeface.SYSTEM: "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    Typeface.GEORGIA: "Georgia, 'Times New Roman', serif",
    Typeface.BOOK: "'Iowan Old Style', 'Palatino Linotype', 'URW Palladio L', P052, serif",
    Typeface.HUMANIST: "Seravek, 'Gill Sans Nova', Ubuntu, Calibri, 'DejaVu Sans', sans-serif",
    Typeface.VERDANA: "Verdana, 'DejaVu Sans', Geneva, sans-serif",
    Typeface.ARIAL: "Arial, 'Helvetica Neue', Helvetica, sans-serif",
}
