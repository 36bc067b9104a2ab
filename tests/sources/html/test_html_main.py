"""Which part of a page is its summary."""

from __future__ import annotations

import pytest

from msnewsletter.sources.html.html_document import parse_html
from msnewsletter.sources.html.html_main import MainPart, main_part
from msnewsletter.sources.html.html_meta import head_of
from msnewsletter.sources.html.html_page_lines import visible_text

ADDRESS = "https://example.org/b"
LONG = "<p>" + "A line of so many words that nobody would put it on a card of a list. " * 2


def article(name: str, more: str = "") -> str:
    return f"<article><h2>{name}</h2>{LONG * 3}{more}</article>"


def main_of(body: str, head: str = "") -> MainPart:
    tree = parse_html(f"<head>{head}</head><body>{body}".encode(), ADDRESS)
    return main_part(tree, head_of(tree, ADDRESS), ADDRESS)


def seen(part: MainPart) -> str:
    return visible_text(part.node, without=part.without).lines[0].text


def test_without_articles_it_is_the_main_element_or_else_the_body() -> None:
    assert seen(main_of(f"<p>around</p><main><h1>H</h1>{LONG}</main>")) == "H"
    assert seen(main_of(f"<p>around</p><h1>H</h1>{LONG}")) == "around"


def test_the_one_long_article_counts_and_cards_in_or_beside_it_do_not() -> None:
    part = main_of(
        "<main><h1>Site</h1><article><h3>Card</h3>Short.</article>"
        + article("It", "<article>A comment.</article>")
        + "</main>"
    )
    assert seen(part) == "It"
    assert "A comment." not in str(visible_text(part.node, without=part.without).lines)
    assert (part.heading, part.outside) == ("Site", True)


@pytest.mark.parametrize(
    ("first", "second", "head"),
    [
        (article("A"), article("B", '<a href="/b">link</a>'), ""),
        (article("A"), article("B"), "<title>B</title>"),
        (article("A"), article("X").replace("h2", "h1").replace("X", "B"), ""),
    ],
    ids=["its link", "the page's title", "the page's h1"],
)
def test_of_several_articles_the_page_names_one(first: str, second: str, head: str) -> None:
    part = main_of(first + second, head)
    assert not part.several
    assert seen(part) == "B"


def test_of_several_articles_that_nothing_tells_apart_none_is_taken() -> None:
    assert main_of(article("A") + article("B")).several


def test_headlines_that_differ_or_are_hidden_are_none() -> None:
    assert main_of(f"<h1>A</h1><h1>B</h1>{LONG}").heading == ""
    assert main_of(f"<h1 hidden>A</h1><h1>B</h1>{LONG}").heading == "B"
