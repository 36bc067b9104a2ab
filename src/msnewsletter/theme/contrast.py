"""Contrast of colours, as WCAG 2.2 defines it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

AA = 4.5  # WCAG 2.2, success criterion 1.4.3
AAA = 7.0  # WCAG 2.2, success criterion 1.4.6

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)", re.IGNORECASE)
_NAMED = {"white": (255, 255, 255), "black": (0, 0, 0)}

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A colour of text on a ground, as CSS writes them, and what the pair is for."""

    name: str
    ink: str
    ground: str


def parse(text: str) -> Colour | None:
    """A CSS colour as red, green and blue of 0 to 255; None for what is not one, or not opaque."""
    text = text.strip()
    if found := _HEX.fullmatch(text):
        digits = found[1] if len(found[1]) > 3 else "".join(2 * digit for digit in found[1])  # noqa: PLR2004  (#rgb)
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    if found := _RGB.fullmatch(text):
        return (int(found[1]), int(found[2]), int(found[3]))
    return _NAMED.get(text.casefold())


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2, "contrast ratio": 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    """WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  (WCAG)
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
