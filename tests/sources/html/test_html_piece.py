"""HTML is read as a person sees it: paragraphs, headings, points of lists."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.html_lines import BOLD_LEVEL, LinkInText, text_of
from msnewsletter.sources.html.html_piece import (
    LIMIT,
    line_of,
    lines_of_html,
    markup_in,
    text_of_html,
)

TEXTS = {
    "plain & simple": "plain & simple",
    "<p>One\n two</p><p>Three</p>": "One two\n\nThree",
    "One<br>two<br/><br>three": "One\ntwo\n\nthree",
    "th<b>r</b>ee <a href=x>links</a>": "three links",
    "<ul><li>a</li><li><p>b</p></li></ul>c": "- a\n- b\n\nc",
    "<ul>\n <li>a</li>\n <li>b</li>\n</ul>": "- a\n- b",
    "p &lt; 0.05 &amp; TNF-&alpha;": "p < 0.05 & TNF-α",
    "a&nbsp;b": "a\N{NO-BREAK SPACE}b",
    "<script>alert(1)</script><style>p{}</style><!-- x -->seen": "seen",
    "<h2>What</h2>\n<div>was<div>found</div></div>": "What\n\nwas\n\nfound",
    "<p>never closed <b>at all": "never closed at all",
    "<p>a</p><ul><li>b<li>c</ul><p>d</p>": "a\n\n- b\n- c\n\nd",
    "": "",
}
PLAIN = (
    *(
        "p < 0.05 and q > 3",
        "a <b and c> d",
        "R&D; AT&T",
        "x </ y",
        "<3",
        "see <https://a.example>",
    ),
    *("IL-6 <IL-10", "a && b", "<protein> of interest"),
)
MARKUP = ("<p>x", "a<br>b", "x</em>", "&nbsp;", "a &amp; b", "it&#8217;s", "it&rsquo;s", "&#x27;")


def seen(html: str) -> list[str]:
    return [f"{'#' * line.level}{line.text}" for line in lines_of_html(html)]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>a\n <em>b</em>  c</p><p>d</p>", ["a b c", "d"]),
        ("a<br>b<br><br>c", ["a", "b", "c"]),
        ("<h2>t</h2>x<div>y<div>z</div></div>", ["##t", "x", "y", "z"]),
        ("<ul><li>x<li><p>y</p></ul>", ["- x", "- y"]),
        ('<ol start="3"><li>x</li><li>y</li></ol>', ["3. x", "4. y"]),
        ("<ol start='-9'><li>x</ol>", ["1. x"]),
        ("<ul><li>a<ol><li>b</ol><li>c</ul>", ["- a", "1. b", "- c"]),
        ("<script>1</script><style>p{}</style><!-- c -->x<template>y</template>", ["x"]),
        ("<table><tr><td>a<td>b<tr><td>c</table>", ["a", "b", "c"]),
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
        ("<h2>t</h3>x", ["##t", "x"]),
        ("a</p>b</br>c", ["a", "b", "c"]),
        ("<p>a<b>b</p>c", ["ab", "c"]),
        ("<ul><li>a</div></ul>b", ["- a", "b"]),
        ("<div hidden>a<ul><li>b</div></ul></div>c", ["c"]),
        ("a<br> <br>b <img src='>'>c", ["a", "b c"]),
        ("<header><h2>t</h2>by A</header>CO<sub>2</sub>", ["##t", "CO₂"]),
    ],
)
def test_lines_are_what_a_person_sees(html: str, lines: list[str]) -> None:
    assert seen(html) == lines


@pytest.mark.parametrize("html", TEXTS)
def test_text_parts_paragraphs_by_a_blank_line_and_points_by_a_line(html: str) -> None:
    assert text_of_html(html) == TEXTS[html]


def test_bold_words_and_links_are_known() -> None:
    whole, led = lines_of_html(
        "<p><b>a</b> <b>b</b></p><p><b>Note:</b> c <a href='/x?a&amp;b'>d <i>e</i></a>"
    )
    assert whole.level == BOLD_LEVEL
    assert led.level == 0
    assert led.lead == "Note:"
    assert led.links == (LinkInText(address="/x?a&b", words="d e"),)


def test_a_link_that_never_ends_ends_with_its_paragraph() -> None:
    assert [line.linked for line in lines_of_html("<p><a href='/x'>a<p>b")] == [True, False]


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


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_is_not_taken_for_html(text: str) -> None:
    assert markup_in(text) is None


@pytest.mark.parametrize("text", MARKUP)
def test_html_is_noticed_where_a_text_should_be(text: str) -> None:
    assert markup_in(text) in text


def test_what_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadValueError, match="has 400,001 characters of HTML; 400,000 are the most"):
        lines_of_html("<" * 400_001)


def test_what_is_nested_deeply_is_read() -> None:
    assert seen("<div>" * 20_000 + "x")[-1] == "x"


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<a", "<a ", '<a "', "<a '", "<a href=", '<a "<a "', "<svg>", "<script", "</"),
        *("<!--", "<!", "<b><p>", "<a><p>", "<ul><li>", "<table><b>x", "&amp;", "&", "\n", "<br>"),
        *("<div><b>", "<ul><div><li>", "<p><b><hr>", "<h2>a<b>", "</div>", "<p></b>", "<li></ul>"),
        *('<a b="c" ', "<a b c d>x", "<!--><p>", "<pre>\n", "<sup>2"),
        *('<a """""""""" ', "<a '<b x=\"' ", "<h1>", "<p> ", "a" * 50 + "<"),
    ],
)
def test_the_time_for_any_piece_repeated_is_bounded(piece: str) -> None:
    began = time.process_time()
    lines_of_html((piece * LIMIT)[:LIMIT])
    assert time.process_time() - began < 3  # seconds; each takes some tenths


@given(html=st.text(alphabet="<>/!-&#abpuliol123;=\"' \n\x00\ud800é"))
def test_any_html_has_lines_that_say_something_and_a_text_with_no_edge(html: str) -> None:
    lines = lines_of_html(html)
    assert all(line.text.strip() for line in lines)
    text = text_of(lines)
    assert text == text.strip(" \n")
    assert "\n\n\n" not in text
