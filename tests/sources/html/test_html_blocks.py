"""HTML is read as a person sees it: paragraphs, headings, points of lists."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.html_blocks import (
    LIMIT,
    EntryLink,
    blocks_in,
    is_bold,
    line_of,
    plain_blocks,
    text_of,
)


def seen(html: str) -> list[str]:
    return [f"{'#' * block.heading}{block.point}{block.text}" for block in blocks_in(html)]


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>a\n <em>b</em>  c</p><p>d</p>", ["a b c", "d"]),
        ("a<br>b<br><br>c", ["a\nb", "c"]),
        ("<h2>t</h2>x<div>y<div>z</div></div>", ["##t", "x", "y", "z"]),
        ("<ul><li>x<li><p>y</p></ul>", ["- x", "- y"]),
        ('<ol start="3"><li>x</li><li>y</li></ol>', ["3. x", "4. y"]),
        ("<ol start='-9'><li>x</ol>", ["1. x"]),
        ("<ul><li>a<ol><li>b</ol><li>c</ul>", ["- a", "1. b", "- c"]),
        ("<script>1</script><style>p{}</style><!-- c -->x<template>y</template>", ["x"]),
        ("<table><tr><td>a<td>b<tr><td>c</table>", ["a b", "c"]),
        ("p &lt; 0.05 &amp; α&nbsp;β", ["p < 0.05 & α\u00a0β"]),
        ("", []),
        ('<p title="a > b">x</p>', ["x"]),
        ("<h2><div>t</div></h2>x", ["##t", "x"]),
        ("<h2>t<p>x", ["##t", "x"]),
        ("a <!-- b", ["a"]),
        ("a <script>b", ["a"]),
        ("a <svg>b", ["a b"]),
        ("a < b <c", ["a < b <c"]),
        ("<?xml?><!DOCTYPE html>a</>b", ["ab"]),
        ("<ul>a</ol></ul></ul><li>b", ["a", "- b"]),
        ("<p> </p>", []),
    ],
)
def test_blocks_are_what_a_person_sees(html: str, blocks: list[str]) -> None:
    assert seen(html) == blocks


def test_bold_words_and_links_are_known() -> None:
    (whole, led) = blocks_in(
        "<p><b>a</b> <b>b</b></p><p><b>Note:</b> c <a href='/x'>d <i>e</i></a>"
    )
    assert is_bold(whole)
    assert not is_bold(led)
    assert led.bold == "Note:"
    assert led.links == (EntryLink(address="/x", words="d e"),)


def test_text_parts_paragraphs_by_a_blank_line_and_points_by_a_line() -> None:
    blocks = blocks_in("<p>a</p><ul><li>b<li>c</ul><p>d</p>")
    assert text_of(blocks) == "a\n\n- b\n- c\n\nd"


def test_a_plain_text_has_paragraphs_too() -> None:
    assert [block.text for block in plain_blocks("a\nb\n \nc\n")] == ["a\nb", "c"]


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("A &amp; B <i>in vivo</i>", "A & B in vivo"),
        ("p < 0.05, and a > b", "p < 0.05, and a > b"),
        ("<16 years", "<16 years"),
        ("AT&T &copy two", "AT&T &copy two"),
        ("two\n lines", "two lines"),
    ],
)
def test_tags_and_entities_are_taken_out_of_titles_and_signs_are_not(title: str, line: str) -> None:
    assert line_of(title) == line


def test_what_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadValueError, match="characters"):
        blocks_in("<b>" * LIMIT)


def test_what_is_nested_deeply_is_read() -> None:
    assert seen("<div>" * 20_000 + "x")[-1] == "x"


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<a", "<a ", '<a "', "<a '", "<a href=", '<a "<a "', "<svg>", "<script", "</"),
        *("<!--", "<!", "<b><p>", "<a><p>", "<ul><li>", "<table><b>x", "&amp;", "&", "\n", "<br>"),
        *('<a """""""""" ', "<a '<b x=\"' ", "<h1>", "<p> ", "a" * 50 + "<"),
    ],
)
def test_the_time_for_any_piece_repeated_is_bounded(piece: str) -> None:
    began = time.process_time()
    blocks_in((piece * LIMIT)[:LIMIT])
    assert time.process_time() - began < 3  # seconds; each takes some tenths


@given(st.text(alphabet="<>/ abpuliol123&;=\"'\n"))
def test_any_html_has_blocks_that_say_something(html: str) -> None:
    assert all(block.text.strip() for block in blocks_in(html))
