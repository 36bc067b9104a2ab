"""The icon: two letters that anybody can read, the same bytes everywhere, or a shape."""

from __future__ import annotations

import io
import struct
import unicodedata
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from browsers import chromium
from msnewsletter import urls
from msnewsletter.render.site.glyphs import glyphs_of, strokes_of
from msnewsletter.render.site.icons import ICON_FILES, icon_files, icon_svg, initials
from msnewsletter.render.site.raster import LEVELS, box_polygon, coverage_of, png, stroke_polygons
from msnewsletter.theme.palette import LIGHT

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Plain Research Notes"
SIZES = {urls.icon_name(size): (size, size) for size in (64, 144, 180, 512)}


def pixels(data: bytes) -> list[list[tuple[int, int, int, int]]]:
    """The red, green, blue and opacity of every pixel of one of our PNGs, by PNG's own rules."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length :][:4])[0]
        chunks[kind] = body
        at += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    raw = io.BytesIO(zlib.decompress(chunks[b"IDAT"]))
    colours, opacity = chunks[b"PLTE"], chunks[b"tRNS"]
    rows, above = [], bytes(width)
    for _ in range(height):
        assert raw.read(1) == b"\2"
        above = bytes((one + up) & 255 for one, up in zip(raw.read(width), above, strict=True))
        rows.append([(*colours[3 * at : 3 * at + 3], opacity[at]) for at in above])
    assert raw.read() == b""
    return rows


def test_every_picture_has_its_size() -> None:
    files = icon_files(TITLE)
    assert tuple(files) == ICON_FILES
    for name, size in {**SIZES, urls.SHARED_PICTURE: (1200, 630)}.items():
        rows = pixels(files[name])
        assert (len(rows[0]), len(rows)) == size


def test_the_icon_is_light_on_the_accent_colour_and_its_corners_are_cut() -> None:
    rows = pixels(icon_files(TITLE)[urls.icon_name(64)])
    accent, light = (tuple(bytes.fromhex(LIGHT[name][1:])) for name in ("accent", "sheet"))
    assert rows[0][0][3] == 0
    assert rows[3][32] == (*accent, 255)
    assert (*light, 255) in {pixel for row in rows for pixel in row}
    square = pixels(icon_files(TITLE)[urls.icon_name(180)])
    assert {pixel[3] for row in square for pixel in row} == {255}


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("Plain Research Notes", "PR"),
        ("MS Research", "MS"),
        ("The MS Letter", "MS"),
        ("The Letter", "TL"),
        ("A new day", "ND"),
        ("Neuro", "NE"),
        ("x", "X"),
        ("“Gut” & brain", "GB"),
        ("2026 in MS", "2I"),
        ("Übersicht", "ÜB"),
        ("Straße", "ST"),
        ("!?", ""),
    ],
)
def test_the_letters_are_those_that_people_would_take(title: str, letters: str) -> None:
    assert initials(title) == letters


@pytest.mark.parametrize(
    "title", ["Новости науки", "أخبار الأبحاث", "חדשות", "研究ノート", "!?", ""]
)
def test_letters_that_cannot_be_drawn_are_a_shape(title: str) -> None:
    shape = icon_files("研究")
    made = icon_files(title)
    for name in ICON_FILES[:-1]:
        if name != urls.SHARED_PICTURE or title != "!?":
            assert made[name] == shape[name]


@pytest.mark.parametrize("letter", "ÀÉÎÕÜÅÇŠĞŻŐØÆŁĐŒß")
def test_latin_letters_with_marks_are_drawn(letter: str) -> None:
    assert glyphs_of(letter)
    base = unicodedata.normalize("NFD", letter)[0]
    assert glyphs_of(letter) != glyphs_of(base) or base == letter


@given(st.text(max_size=80))
@example("W" * 80)
@example("i . ' - / ( )")
def test_any_title_has_an_icon_that_parses(title: str) -> None:
    clean = "".join(char for char in title if char.isprintable())
    root = etree.fromstring(icon_svg(clean))
    assert root.findtext("{*}title") in {clean, None} or clean == ""


@pytest.mark.parametrize("title", ["W" * 60, "Supercalifragilistic " * 12, "…", "a b c d e f g h"])
def test_a_title_that_does_not_fit_is_the_mark_and_nothing_is_cut_off(title: str) -> None:
    rows = pixels(icon_files(title)[urls.SHARED_PICTURE])
    ground = rows[0][0]
    assert {pixel for row in (rows[0], rows[-1]) for pixel in row} == {ground}
    assert {pixel for row in rows for pixel in (row[0], row[-1])} == {ground}


@given(st.binary(max_size=3000) | st.lists(st.integers(0, 3), max_size=3000).map(bytes))
@example(b"\0" * 70_000)
@example(bytes(range(256)) * 4)
def test_what_we_compress_zlib_reads(data: bytes) -> None:
    # Of one row: the filter "Up" leaves a first row as it is.
    made = png([data or b"\0"], [((0, 0, 0), 255)])
    at = made.index(b"IDAT")
    length = struct.unpack(">I", made[at - 4 : at])[0]
    assert zlib.decompress(made[at + 4 : at + 4 + length]) == b"\2" + (data or b"\0")


def test_coverage_is_the_area_of_the_shape() -> None:
    rows = coverage_of([box_polygon(10, corner=0)], width=20, height=20)
    assert sum(map(sum, rows)) == 100 * LEVELS
    half = coverage_of([[(2.5, 2.5), (7.5, 2.5), (7.5, 7.5), (2.5, 7.5)]], width=10, height=10)
    assert sum(map(sum, half)) == pytest.approx(25 * LEVELS, rel=0.02)


def test_strokes_that_cross_are_no_darker_and_have_no_holes() -> None:
    cross = strokes_of("M2 10L18 10M10 2L10 18")
    rows = coverage_of(stroke_polygons(cross, width=4), width=20, height=20)
    assert rows[10][10] == LEVELS
    assert max(map(max, rows)) == LEVELS


def test_what_is_beyond_the_picture_is_left_out() -> None:
    far = strokes_of("M-50 -50L80 80M-9 5L-9 6")
    rows = coverage_of(stroke_polygons(far, width=6), width=16, height=16)
    assert {len(row) for row in rows} == {16}
    assert rows[8][8] == LEVELS
    assert rows[0][15] == 0


def test_a_browser_shows_every_picture(tmp_path: Path) -> None:
    files = icon_files(TITLE)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    pictures = "".join(f'<img src="{name}">' for name in files)
    (tmp_path / "look.html").write_text(f"<!doctype html><title>x</title>{pictures}")
    with chromium() as browser:
        page = browser.new_page()
        page.goto((tmp_path / "look.html").as_uri())
        widths = page.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
    # A browser takes the icon file's largest picture, or its first.
    shown = dict(zip(files, widths, strict=True))
    assert shown.pop(urls.ICON_ICO) in {16, 32}
    assert shown.pop(urls.ICON) > 0
    assert shown == {name: width for name, (width, _) in SIZES.items()} | {
        urls.SHARED_PICTURE: 1200
    }
