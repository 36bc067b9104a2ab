"""Capital letters as strokes, for icons: no font is at hand everywhere. Pure.

A glyph is a path of SVG (M, L and Q, absolute): the middle of its strokes, 100 units from the top
of a capital (0) to its foot, beginning at x = 0.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Point = tuple[float, float]
Stroke = tuple[Point, ...]  # the corners of a line; one alone is a dot

# Straight pieces of a curve: more than the eye sees in a letter as high as a picture.
_PIECES = 10
_COMMAND = re.compile(r"([MLQ])([-0-9. ]+)")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter: how wide its strokes' middles are, and their path."""

    width: float
    path: str


_O = "M43 0Q86 0 86 50Q86 100 43 100Q0 100 0 50Q0 0 43 0"
_GLYPHS: Mapping[str, Glyph] = MappingProxyType(
    {
        "A": Glyph(84, "M0 100L42 0L84 100M17 64L67 64"),
        "B": Glyph(
            66, "M0 0L0 100L38 100Q66 100 66 74Q66 48 36 48L0 48M36 48Q60 48 60 24Q60 0 36 0L0 0"
        ),
        "C": Glyph(76, "M76 20Q64 0 42 0Q0 0 0 50Q0 100 42 100Q64 100 76 80"),
        "D": Glyph(76, "M0 0L0 100L30 100Q76 100 76 50Q76 0 30 0L0 0"),
        "E": Glyph(56, "M56 0L0 0L0 100L56 100M0 48L48 48"),
        "F": Glyph(54, "M54 0L0 0L0 100M0 48L46 48"),
        "G": Glyph(80, "M76 20Q64 0 42 0Q0 0 0 50Q0 100 42 100Q80 100 80 62L80 54L48 54"),
        "H": Glyph(70, "M0 0L0 100M70 0L70 100M0 48L70 48"),
        "I": Glyph(0, "M0 0L0 100"),
        "J": Glyph(48, "M48 0L48 68Q48 100 22 100Q6 100 0 84"),
        "K": Glyph(66, "M0 0L0 100M64 0L0 60M24 38L66 100"),
        "L": Glyph(52, "M0 0L0 100L52 100"),
        "M": Glyph(88, "M0 100L0 0L44 66L88 0L88 100"),
        "N": Glyph(72, "M0 100L0 0L72 100L72 0"),
        "O": Glyph(86, _O),
        "P": Glyph(62, "M0 100L0 0L34 0Q62 0 62 28Q62 56 34 56L0 56"),
        "Q": Glyph(86, _O + "M54 74L84 108"),
        "R": Glyph(64, "M0 100L0 0L34 0Q62 0 62 28Q62 56 34 56L0 56M34 56L64 100"),
        "S": Glyph(62, "M58 17Q50 0 31 0Q2 0 2 25Q2 44 31 49Q62 55 62 75Q62 100 31 100Q8 100 0 82"),
        "T": Glyph(68, "M0 0L68 0M34 0L34 100"),
        "U": Glyph(70, "M0 0L0 62Q0 100 35 100Q70 100 70 62L70 0"),
        "V": Glyph(78, "M0 0L39 100L78 0"),
        "W": Glyph(112, "M0 0L28 100L56 14L84 100L112 0"),
        "X": Glyph(70, "M0 0L70 100M70 0L0 100"),
        "Y": Glyph(72, "M0 0L36 50L72 0M36 50L36 100"),
        "Z": Glyph(64, "M0 0L64 0L0 100L64 100"),
        "Æ": Glyph(104, "M104 0L50 0L0 100M56 0L56 100L104 100M56 48L96 48M16 66L56 66"),
        "Œ": Glyph(112, "M112 0L43 0Q0 0 0 50Q0 100 43 100L112 100M60 0L60 100M60 48L104 48"),
        "Ø": Glyph(86, _O + "M8 106L78 -6"),
        "Ł": Glyph(52, "M0 0L0 100L52 100M-14 64L26 38"),
        "Đ": Glyph(76, "M0 0L0 100L30 100Q76 100 76 50Q76 0 30 0L0 0M-14 48L32 48"),
        "0": Glyph(64, "M32 0Q64 0 64 50Q64 100 32 100Q0 100 0 50Q0 0 32 0"),
        "1": Glyph(26, "M0 18L26 0L26 100"),
        "2": Glyph(60, "M2 24Q4 0 31 0Q60 0 60 26Q60 44 40 62L0 100L60 100"),
        "3": Glyph(
            58, "M0 12Q10 0 28 0Q56 0 56 24Q56 48 26 48Q58 48 58 74Q58 100 28 100Q6 100 0 84"
        ),
        "4": Glyph(66, "M48 100L48 0L0 70L66 70"),
        "5": Glyph(58, "M54 0L8 0L4 44Q14 36 28 36Q58 36 58 67Q58 100 28 100Q8 100 0 86"),
        "6": Glyph(62, "M54 8Q46 0 34 0Q0 0 0 58Q0 100 32 100Q62 100 62 68Q62 38 34 38Q6 38 0 66"),
        "7": Glyph(58, "M0 0L58 0L22 100"),
        "8": Glyph(
            60,
            "M30 48Q4 46 4 24Q4 0 30 0Q56 0 56 24Q56 46 30 48Q0 50 0 75Q0 100 30 100"
            "Q60 100 60 75Q60 50 30 48",
        ),
        "9": Glyph(
            62, "M8 92Q16 100 28 100Q62 100 62 42Q62 0 30 0Q0 0 0 32Q0 62 28 62Q56 62 62 34"
        ),
        "&": Glyph(
            74,
            "M74 100L14 28Q8 20 8 16Q8 0 26 0Q44 0 44 16Q44 28 26 40Q0 54 0 76Q0 100 28 100"
            "Q56 100 66 58",
        ),
        "-": Glyph(32, "M0 54L32 54"),
        "–": Glyph(52, "M0 54L52 54"),
        "·": Glyph(0, "M0 54"),
        ".": Glyph(0, "M0 100"),
        ",": Glyph(6, "M6 96L0 116"),
        ":": Glyph(0, "M0 40M0 100"),
        ";": Glyph(6, "M6 40M6 96L0 116"),
        "'": Glyph(0, "M0 0L0 20"),
        "’": Glyph(6, "M6 0L0 20"),
        "!": Glyph(0, "M0 0L0 66M0 100"),
        "?": Glyph(54, "M0 20Q4 0 27 0Q54 0 54 25Q54 42 38 50Q27 56 27 70M27 100"),
        "(": Glyph(20, "M20 -6Q0 20 0 50Q0 80 20 106"),
        ")": Glyph(20, "M0 -6Q20 20 20 50Q20 80 0 106"),
        "/": Glyph(44, "M44 -6L0 106"),
        "+": Glyph(52, "M0 54L52 54M26 28L26 80"),
        "“": Glyph(30, "M6 0L0 20M30 0L24 20"),
        "”": Glyph(30, "M6 0L0 20M30 0L24 20"),
        "„": Glyph(30, "M6 96L0 116M30 96L24 116"),
    }
)

# What may stand above or below a letter, around its middle.
_MARKS: Mapping[str, str] = MappingProxyType(
    {
        "\N{COMBINING ACUTE ACCENT}": "M-6 -26L10 -42",
        "\N{COMBINING GRAVE ACCENT}": "M-10 -42L6 -26",
        "\N{COMBINING CIRCUMFLEX ACCENT}": "M-15 -26L0 -42L15 -26",
        "\N{COMBINING CARON}": "M-15 -42L0 -26L15 -42",
        "\N{COMBINING DIAERESIS}": "M-15 -32M15 -32",
        "\N{COMBINING TILDE}": "M-18 -28Q-9 -42 0 -34Q9 -26 18 -40",
        "\N{COMBINING RING ABOVE}": (
            "M0 -24Q-11 -24 -11 -33Q-11 -42 0 -42Q11 -42 11 -33Q11 -24 0 -24"
        ),
        "\N{COMBINING MACRON}": "M-15 -34L15 -34",
        "\N{COMBINING BREVE}": "M-15 -42Q0 -22 15 -42",
        "\N{COMBINING DOT ABOVE}": "M0 -32",
        "\N{COMBINING DOUBLE ACUTE ACCENT}": "M-14 -26L-4 -42M8 -26L18 -42",
        "\N{COMBINING CEDILLA}": "M0 104Q14 122 -8 126",
        "\N{COMBINING OGONEK}": "M18 102Q2 118 20 126",
        "\N{COMBINING COMMA BELOW}": "M4 122L-2 136",
    }
)


def glyphs_of(text: str) -> tuple[Glyph, ...] | None:
    """The text in capitals, a glyph for each letter; None: one of them cannot be drawn."""
    found: list[Glyph] = []
    for char in unicodedata.normalize("NFD", text.upper()):
        # What NFD leaves whole, e.g. Ø, is a glyph of its own.
        if glyph := _GLYPHS.get(char):
            found.append(glyph)
        elif (mark := _MARKS.get(char)) and found:
            moved = _written(_moved(strokes_of(mark), found[-1].width / 2))
            found[-1] = replace(found[-1], path=found[-1].path + moved)
        else:
            return None
    return tuple(found)


def strokes_of(path: str) -> tuple[Stroke, ...]:
    """The strokes of a path, its curves in straight pieces."""
    strokes: list[list[Point]] = []
    for command, numbers in _COMMAND.findall(path):
        values = [float(number) for number in numbers.split()]
        match command, values:
            case "M", [x, y]:
                strokes.append([(x, y)])
            case "L", [x, y]:
                strokes[-1].append((x, y))
            case "Q", [cx, cy, x, y]:
                strokes[-1] += _curve(strokes[-1][-1], (cx, cy), (x, y))
    return tuple(map(tuple, strokes))


def _curve(start: Point, control: Point, end: Point) -> list[Point]:
    """The corners of a quadratic Bézier curve after its start."""
    found = []
    for piece in range(1, _PIECES + 1):
        t = piece / _PIECES
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        x, y = (a * s + b * m + c * e for s, m, e in zip(start, control, end, strict=True))
        found.append((x, y))
    return found


def _moved(strokes: tuple[Stroke, ...], right: float) -> tuple[Stroke, ...]:
    return tuple(tuple((x + right, y) for x, y in stroke) for stroke in strokes)


def _written(strokes: tuple[Stroke, ...]) -> str:
    """Strokes as a path again."""
    return "".join(
        f"{'L' if at else 'M'}{x:g} {y:g}" for stroke in strokes for at, (x, y) in enumerate(stroke)
    )
