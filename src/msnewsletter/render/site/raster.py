"""Draws strokes and rounded boxes into pixels, and writes them as PNG. Pure.

The same drawing gives the same bytes on every machine: no library decides how they are compressed.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections import defaultdict
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from msnewsletter.render.site.glyphs import Point, Stroke

    Polygon = Sequence[Point]
    Colour = tuple[int, int, int]

# How many shades an edge has between the inside and the outside.
LEVELS = 31
# Lines that are looked at in each row of pixels; across, coverage is exact.
_LINES = 8

Coverage = list[bytes]  # a row of pixels each: 0 outside, LEVELS inside
_Span = tuple[float, float]  # a stretch of a line, in pixels


def stroke_polygons(strokes: Iterable[Stroke], *, width: float) -> Iterator[Polygon]:
    """The outline of strokes with round ends and corners, as polygons that overlap."""
    radius = width / 2
    for stroke in strokes:
        for start, end in pairwise(stroke):
            yield _beam(start, end, radius)
        for corner in stroke:
            yield _disc(corner, radius)


def box_polygon(size: float, *, corner: float) -> Polygon:
    """A square at the origin with rounded corners."""
    near, far = corner, size - corner
    quarters = ((far, near, -90), (far, far, 0), (near, far, 90), (near, near, 180))
    return [
        (x + corner * math.cos(angle), y + corner * math.sin(angle))
        for x, y, begins in quarters
        for angle in (math.radians(begins + 90 * step / 16) for step in range(17))
    ]


def coverage_of(polygons: Iterable[Polygon], *, width: int, height: int) -> Coverage:
    """How much of each pixel is inside any of these polygons, all of them drawn clockwise."""
    crossings = _crossings(polygons, height)
    rows: Coverage = []
    drawn: list[_Span] = []
    for row in range(height):
        spans = [
            span
            for line in crossings[row * _LINES : (row + 1) * _LINES]
            for span in _spans(line, width)
        ]
        # Where edges are upright, a row is as the one above.
        if not rows or spans != drawn:
            rows.append(_row(spans, width))
        else:
            rows.append(rows[-1])
        drawn = spans
    return rows


def png(rows: Sequence[bytes], palette: Sequence[tuple[Colour, int]]) -> bytes:
    """A PNG of 8-bit indices into a palette of colours, each with its opacity (0 to 255)."""
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour, _ in palette)
    opacities = bytes(opacity for _, opacity in palette)
    above = bytes(len(rows[0]))
    filtered = bytearray()
    for row in rows:
        # PNG, section 9.2, "Up": what is as in the row above is 0.
        filtered += b"\2"
        filtered += bytes(len(row)) if row == above else _differences(row, above)
        above = row
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", head),
            _chunk(b"PLTE", colours),
            _chunk(b"tRNS", opacities),
            _chunk(b"IDAT", _zlib_stream(bytes(filtered))),
            _chunk(b"IEND", b""),
        )
    )


def ico(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """An icon file of PNGs, each with its size in pixels (Windows Vista, browsers)."""
    at, head, body = 6 + 16 * len(pictures), struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, data in pictures:
        head += struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(data), at + len(body))
        body += data
    return head + body


# ── shapes ───────────────────────────────────────────────────────────────────────────────────────


def _beam(start: Point, end: Point, radius: float) -> Polygon:
    """A straight piece of a stroke."""
    (ax, ay), (bx, by) = start, end
    length = math.hypot(bx - ax, by - ay) or 1
    dx, dy = (bx - ax) / length * radius, (by - ay) / length * radius
    return [(ax + dy, ay - dx), (bx + dy, by - dx), (bx - dy, by + dx), (ax - dy, ay + dx)]


def _disc(middle: Point, radius: float) -> Polygon:
    sides = max(8, math.ceil(2 * radius))
    return [
        (
            middle[0] + radius * math.cos(2 * math.pi * side / sides),
            middle[1] + radius * math.sin(2 * math.pi * side / sides),
        )
        for side in range(sides)
    ]


# ── pixels ───────────────────────────────────────────────────────────────────────────────────────


def _crossings(polygons: Iterable[Polygon], height: int) -> list[list[tuple[float, int]]]:
    """Where each line crosses an edge, and whether the edge goes down (1) or up (-1)."""
    found: list[list[tuple[float, int]]] = [[] for _ in range(height * _LINES)]
    for polygon in polygons:
        for (ax, ay), (bx, by) in pairwise([*polygon, polygon[0]]):
            if ay == by:
                continue
            way = 1 if by > ay else -1
            top, bottom = sorted((ay * _LINES, by * _LINES))
            slope = (bx - ax) / (by - ay)
            first = max(math.ceil(top - 0.5), 0)
            last = min(math.ceil(bottom - 0.5), len(found))
            for line in range(first, last):
                y = (line + 0.5) / _LINES
                found[line].append((ax + (y - ay) * slope, way))
    return found


def _row(spans: Sequence[_Span], width: int) -> bytes:
    """The coverage of a row of pixels, from what is inside on its lines."""
    # Pixels at which whole ones begin (or end, below 0), and what is inside of others.
    whole: defaultdict[int, int] = defaultdict(int)
    parts: defaultdict[int, float] = defaultdict(float)
    for left, right in spans:
        first, last = int(left), int(right)
        if first == last:
            parts[first] += right - left
        else:
            parts[first] += first + 1 - left
            parts[last] += right - last
            whole[first + 1] += 1
            whole[last] -= 1
    # Between them nothing changes: of a wide row few pixels are looked at.
    seen = sorted({*whole, *parts, *(pixel + 1 for pixel in parts), 0, width})
    drawn, full = bytearray(), 0
    for pixel, following in pairwise(seen):
        full += whole.get(pixel, 0)
        inside = (full + parts.get(pixel, 0.0)) * LEVELS / _LINES
        drawn += bytes((min(int(inside + 0.5), LEVELS),)) * (following - pixel)
    return bytes(drawn[:width])


def _spans(crossings: list[tuple[float, int]], width: int) -> Iterator[_Span]:
    """The stretches of a line that are inside, by the rule of nonzero winding."""
    winding, begins = 0, 0.0
    for x, way in sorted(crossings):
        if winding == 0:
            begins = x
        winding += way
        if winding == 0:
            yield min(max(begins, 0), width), min(max(x, 0), width)


# ── bytes ────────────────────────────────────────────────────────────────────────────────────────


def _differences(row: bytes, above: bytes) -> bytes:
    """Each byte less the one above, modulo 256; all of them at once, in two large numbers."""
    high = int.from_bytes(b"\x80" * len(row))
    one, up = int.from_bytes(row), int.from_bytes(above)
    # The highest bit of each byte is set while it is taken from, so that none borrows of the next.
    less = ((one | high) - (up & ~high)) ^ ((one ^ ~up) & high)
    return less.to_bytes(len(row))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# RFC 1951, section 3.2.5: the least length of each code from 257 on, and its extra bits.
_LENGTHS = (
    *(3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83),
    *(99, 115, 131, 163, 195, 227, 258),
)
_EXTRA = (0,) * 8 + tuple(bits for bits in range(1, 6) for _ in range(4)) + (0,)
_LONGEST, _SHORTEST = 258, 3
_RUN = re.compile(rb"(.)\1*", re.DOTALL)


def _zlib_stream(data: bytes) -> bytes:
    """The data in the format of zlib (RFC 1950): runs of a byte are shortened, nothing else.

    zlib's own output differs between its versions and its successors; a drawing is mostly runs.
    """
    bits, held, ready = 0b011, 3, bytearray(b"\x78\x01")  # one last block, with the fixed codes
    for code, length in _codes(data):
        bits |= code << held
        held += length
        while held >= 8:  # noqa: PLR2004  (a byte)
            ready.append(bits & 255)
            bits >>= 8
            held -= 8
    if held:
        ready.append(bits)
    return bytes(ready) + struct.pack(">I", zlib.adler32(data))


def _codes(data: bytes) -> Iterator[tuple[int, int]]:
    """The codes of the data, as numbers whose lowest bit comes first, and their lengths."""
    for run in _RUN.finditer(data):
        code = _fixed(data[run.start()])
        yield code
        left = run.end() - run.start() - 1
        while left >= _SHORTEST:
            step = min(left, _LONGEST)
            yield from _repeat(step)
            left -= step
        yield from (code for _ in range(left))
    yield _fixed(256)


@cache
def _repeat(length: int) -> tuple[tuple[int, int], ...]:
    """The byte before, so many times."""
    index = max(at for at, least in enumerate(_LENGTHS) if least <= length)
    extra = ((length - _LENGTHS[index], _EXTRA[index]),) if _EXTRA[index] else ()
    return (_fixed(257 + index), *extra, (0, 5))  # the last is the distance 1


@cache
def _fixed(symbol: int) -> tuple[int, int]:
    """A code of RFC 1951, section 3.2.6: these go highest bit first."""
    for first, code, length in ((280, 0b11000000, 8), (256, 0, 7), (144, 0b110010000, 9)):
        if symbol >= first:
            return _reversed(code + symbol - first, length), length
    return _reversed(0b00110000 + symbol, 8), 8


def _reversed(code: int, length: int) -> int:
    return int(f"{code:0{length}b}"[::-1], 2)
