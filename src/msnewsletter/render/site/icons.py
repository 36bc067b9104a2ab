"""The newsletter's icon and the picture that goes with shared links: two letters, one colour. Pure.

Where the title's letters are none that glyphs.py knows, a shape stands for them: lines of text.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, starmap
from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.render.site.glyphs import Glyph, glyphs_of, strokes_of
from msnewsletter.render.site.raster import (
    LEVELS,
    box_polygon,
    coverage_of,
    ico,
    png,
    stroke_polygons,
)
from msnewsletter.theme.palette import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.render.site.glyphs import Stroke
    from msnewsletter.render.site.raster import Colour

# The icon's own units; it is a square.
_SIZE = 64.0
_CORNER = 14.0
_INK, _THIN = 7.0, 5.4  # width of a stroke, and of wide letters': over a pixel in the smallest icon
_BETWEEN = _INK + 4.5  # from the middle of the first letter's last stroke to the second's first
_WIDEST, _HIGHEST, _LOWEST = 46.0, 30.0, 26.0
_WIDE = 160  # of two letters, in units of glyphs: W and anything
# Lines of text, the last one short; the first is a headline.
_SHAPE = "M17 20L47 20M17 34L47 34M17 47L35 47"
# The picture for links, in pixels (ogp.me names no size; 1.91 to 1 is what previews show whole).
SHARED_WIDTH, SHARED_HEIGHT = 1200, 630
_MARGIN = 100
_LINES = 4
# Heights of capitals that are tried, largest first, and what goes with a height of 1.
_HEIGHTS = range(88, 35, -4)
_WEIGHT, _LETTER, _SPACE, _LINE = 0.13, 0.3, 0.62, 1.75


# One more whenever an icon looks different for another reason than its strokes: it is drawn anew.
_DRAWING = 1

_SIZES, _SMALL = (64, 144, 512), (16, 32)
# iOS cuts the corners itself, and shows what is transparent as black.
_SQUARE = 180
ICON_FILES = (
    urls.ICON_ICO,
    *map(urls.icon_name, (*_SIZES, _SQUARE)),
    urls.SHARED_PICTURE,
    urls.ICON,
)


@dataclass(frozen=True, slots=True)
class _Emblem:
    """What is on the icon, in its own units, and how wide its strokes are."""

    strokes: tuple[Stroke, ...]
    ink: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IconColours:
    """The colours of a newsletter's pictures, as `#rrggbb`: those of its theme in the light."""

    ground: str = LIGHT["accent"]
    ink: str = LIGHT["sheet"]


OWN_COLOURS: Final = IconColours()


def icon_svg(title: str, colours: IconColours = OWN_COLOURS) -> bytes:
    """The icon of a newsletter with that title, for programs that can scale it.

    Whatever the other pictures show follows from it: where it is the same, they are.
    """
    mark = _mark(title)
    # A line of no length: that is how SVG draws a dot with round ends.
    whole = (stroke if len(stroke) > 1 else stroke * 2 for stroke in mark.strokes)
    path = "".join(
        f"{'L' if at else 'M'}{x:.2f} {y:.2f}"
        for stroke in whole
        for at, (x, y) in enumerate(stroke)
    )
    size, ground, ink = int(_SIZE), colours.ground, colours.ink
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f"<title>{html.escape(title, quote=False)}</title>"
        f'<rect width="{size}" height="{size}" rx="{_CORNER:g}" fill="{ground}"/>'
        f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{mark.ink:g}" '
        f'stroke-linecap="round" stroke-linejoin="round"/><!-- {_DRAWING} --></svg>\n'
    ).encode()


# Tests publish the same title again and again; a drawing takes half a second.
@lru_cache(maxsize=8)
def icon_files(title: str, colours: IconColours = OWN_COLOURS) -> dict[str, bytes]:
    """Every picture of the site, by its path below it; `title` is the newsletter's.

    `icon_svg` comes last: written in this order, it proves after a crash that the others are new.
    """
    mark = _mark(title)
    tiles = {size: _tile(mark, size, colours, corner=_CORNER) for size in (*_SMALL, *_SIZES)}
    return {
        urls.ICON_ICO: ico([(size, tiles[size]) for size in _SMALL]),
        **{urls.icon_name(size): tiles[size] for size in _SIZES},
        urls.icon_name(_SQUARE): _tile(mark, _SQUARE, colours, corner=0),
        urls.SHARED_PICTURE: _shared(title, colours),
        urls.ICON: icon_svg(title, colours),
    }


def initials(title: str) -> str:
    """The two letters of a title: of its first two words, or of an abbreviation that begins it."""
    words = [
        word for word in ("".join(filter(str.isalnum, each)) for each in title.split()) if word
    ]
    if len(words) > 2 and words[0].lower() in {"the", "a", "an"}:  # noqa: PLR2004
        words = words[1:]
    if not words:
        return ""
    first = words[0]
    if len(words) == 1 or (len(first) > 1 and first.isupper()):
        return first[:2].upper()
    return (first[0] + words[1][0]).upper()


def _mark(title: str) -> _Emblem:
    glyphs = glyphs_of(initials(title))
    if not glyphs:
        return _Emblem(strokes_of(_SHAPE), _INK)
    natural = sum(glyph.width for glyph in glyphs) or 1
    room = _WIDEST - _INK - _BETWEEN * (len(glyphs) - 1)
    across = min(room / natural, _HIGHEST / 100)
    down = max(across, _LOWEST / 100)
    wide = natural * across + _BETWEEN * (len(glyphs) - 1)
    left, top = (_SIZE - wide) / 2, (_SIZE - 100 * down) / 2
    strokes: list[Stroke] = []
    for glyph in glyphs:
        strokes += _placed(glyph, left, top, across, down)
        left += glyph.width * across + _BETWEEN
    return _Emblem(tuple(strokes), _INK if natural <= _WIDE else _THIN)


def _placed(glyph: Glyph, left: float, top: float, across: float, down: float) -> Iterable[Stroke]:
    for stroke in strokes_of(glyph.path):
        yield tuple((left + x * across, top + y * down) for x, y in stroke)


def _tile(mark: _Emblem, size: int, colours: IconColours, *, corner: float) -> bytes:
    """The icon as a PNG of that many pixels."""
    scale = size / _SIZE
    scaled = (tuple((x * scale, y * scale) for x, y in stroke) for stroke in mark.strokes)
    ink = coverage_of(stroke_polygons(scaled, width=mark.ink * scale), width=size, height=size)
    box = box_polygon(size, corner=corner * scale)
    ground = coverage_of([box], width=size, height=size)
    rows = list(starmap(_covered, zip(ink, ground, strict=True)))
    accent = _rgb(colours.ground)
    see_through = [(accent, round(255 * level / LEVELS)) for level in range(LEVELS + 1)]
    return png(rows, [*see_through, *_shades(colours)[1:]])


# Most rows are as the one above.
@lru_cache(maxsize=1)
def _covered(ink: bytes, ground: bytes) -> bytes:
    """A row of an icon, as indices into its palette: ink where there is any, else the ground."""
    return bytes(LEVELS + over if over else under for over, under in zip(ink, ground, strict=True))


def _shared(title: str, colours: IconColours) -> bytes:
    """The title in words, or the mark where they cannot be drawn."""
    strokes, width = _words(title) or _large_mark(title)
    polygons = stroke_polygons(strokes, width=width)
    rows = coverage_of(polygons, width=SHARED_WIDTH, height=SHARED_HEIGHT)
    return png(list(map(bytes, rows)), _shades(colours))


def _large_mark(title: str) -> tuple[tuple[Stroke, ...], float]:
    scale = SHARED_HEIGHT / _SIZE
    right = (SHARED_WIDTH - SHARED_HEIGHT) / 2
    mark = _mark(title)
    moved = tuple(
        tuple((x * scale + right, y * scale) for x, y in stroke) for stroke in mark.strokes
    )
    return moved, mark.ink * scale


def _words(title: str) -> tuple[tuple[Stroke, ...], float] | None:
    """The title's words as strokes, and how wide these are; None: they cannot be drawn, or fit."""
    words = [glyphs_of(word) for word in title.split()]
    drawn = [word for word in words if word]
    if not drawn or len(drawn) < len(words):
        return None
    for height in _HEIGHTS:
        lines = _broken(drawn, (SHARED_WIDTH - 2 * _MARGIN) / height)
        if lines and len(lines) <= _LINES:
            return tuple(chain.from_iterable(_set(lines, height))), height * _WEIGHT
    return None


def _broken(words: Sequence[tuple[Glyph, ...]], room: float) -> list[list[tuple[Glyph, ...]]]:
    """The words in lines no longer than `room`, in heights of a capital; none: one is longer."""
    lines: list[list[tuple[Glyph, ...]]] = []
    left = 0.0
    for word in words:
        length = _length(word)
        if length > room:
            return []
        if lines and length + _SPACE + _LETTER <= left:
            lines[-1].append(word)
            left -= length + _SPACE + _LETTER
        else:
            lines.append([word])
            left = room - length
    return lines


def _length(word: Sequence[Glyph]) -> float:
    return sum(glyph.width for glyph in word) / 100 + _LETTER * (len(word) - 1)


def _set(lines: Sequence[Sequence[Sequence[Glyph]]], height: float) -> Iterable[Iterable[Stroke]]:
    """The strokes of the lines, one below the other around the middle, under a short rule."""
    scale = height / 100
    block = height * (1 + _LINE * (len(lines) - 1))
    top = (SHARED_HEIGHT - block) / 2 + height * _LINE / 3
    rule = top - height * (_LINE - 0.6)
    yield [((_MARGIN, rule), (_MARGIN + height, rule))]
    for line in lines:
        x = float(_MARGIN)
        for word in line:
            for glyph in word:
                yield _placed(glyph, x, top, scale, scale)
                x += glyph.width * scale + height * _LETTER
            x += height * _SPACE
        top += height * _LINE


def _shades(colours: IconColours) -> list[tuple[Colour, int]]:
    """From the ground to the ink, all opaque."""
    ground, ink = _rgb(colours.ground), _rgb(colours.ink)
    return [(_between(ground, ink, level / LEVELS), 255) for level in range(LEVELS + 1)]


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
