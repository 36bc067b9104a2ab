"""Pairs of a palette with too little contrast, and the nearest colour that would have enough. Pure.

Nearest is of the same hue: the colour mixed with as little black or white as will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msnewsletter.theme.contrast import AAA, contrast, parse
from msnewsletter.theme.palette import PAIRS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from msnewsletter.theme.contrast import Colour

_ENDS: Final = ((0, 0, 0), (255, 255, 255))
_STEPS: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class FaintPair:
    """A pair of a palette with too little contrast.

    Attributes:
        ink, ground: the names of both colours.
        ratio: WCAG 2.2, "contrast ratio".
        name: the colour that is to be another: the ink, where it may be changed.
        nearest: the nearest colour for it that passes in all of its pairs, as `#rrggbb`; empty:
            there is none of its hue.
    """

    ink: str
    ground: str
    ratio: float
    name: str
    nearest: str


def faint_pairs(palette: Mapping[str, str], chosen: Container[str]) -> Iterator[FaintPair]:
    """The pairs of a palette (colours as `#rrggbb`, by name) whose contrast is under 7 to 1.

    `chosen`: the names of the colours that somebody chose, and can choose otherwise.
    """
    colours = {name: _colour(text) for name, text in palette.items()}
    for ink, ground in PAIRS:
        ratio = contrast(colours[ink], colours[ground])
        if ratio < AAA:
            name = ink if ink in chosen else ground
            nearest = _nearest(name, colours)
            yield FaintPair(ink=ink, ground=ground, ratio=ratio, name=name, nearest=nearest)


def _nearest(name: str, colours: Mapping[str, Colour]) -> str:
    others = [
        colours[ground if ink == name else ink] for ink, ground in PAIRS if name in {ink, ground}
    ]
    for step in range(1, _STEPS + 1):
        for end in _ENDS:
            mixed = _mixed(colours[name], end, step / _STEPS)
            if all(contrast(mixed, other) >= AAA for other in others):
                return "#{:02x}{:02x}{:02x}".format(*mixed)
    return ""


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _colour(text: str) -> Colour:
    found = parse(text)
    if found is None:
        raise ValueError(f"{text!r} is no colour")
    return found
