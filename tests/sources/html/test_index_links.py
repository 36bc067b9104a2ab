"""The links of an index page, and the dates beside them."""

from __future__ import annotations

import pytest

from msnewsletter.errors import SourceError
from msnewsletter.sources.html.html_document import parse_html
from msnewsletter.sources.html.index_links import links_in

ADDRESS = "https://example.org/list"


def links(html: str, selector: str | None = None) -> list[tuple[str, str]]:
    tree = parse_html(f"<body>{html}".encode(), ADDRESS)
    pages = links_in(tree, ADDRESS, selector)
    return [(page.address.removeprefix("https://example.org"), page.hint) for page in pages]


def card(path: str, date: str) -> str:
    return f"<li><a href={path}>{path}</a> <time datetime={date}>then</time></li>"


def test_each_link_has_the_date_of_its_card() -> None:
    html = f"<ul>{card('/a', '2026-05-03')}{card('/b', '2026-05-04')}</ul>"
    assert links(html) == [("/a", "2026-05-03"), ("/b", "2026-05-04")]


def test_two_links_of_one_card_that_lead_to_one_page_share_its_date() -> None:
    html = "<ul><li><a href=/a>A</a><time datetime=2026-05-03></time><a href=/a>more</a></ul>"
    assert links(html) == [("/a", "2026-05-03")] * 2


def test_a_date_that_several_links_may_have_is_nobody_s_and_so_are_two_in_a_card() -> None:
    shared = "<div><a href=/a>A</a><a href=/b>B</a><time datetime=2026-05-03></time></div>"
    two = "<div><a href=/a>A</a><time datetime=2026-05-03></time><time datetime=2025></time></div>"
    assert links(shared) == [("/a", ""), ("/b", "")]
    assert links(two) == [("/a", "")]


def test_a_selector_names_links_or_what_holds_them() -> None:
    html = "<nav><a href=/x>x</a></nav><main><h2><a href=/a>A</a></h2></main>"
    assert links(html, "main a") == links(html, "h2") == [("/a", "")]


def test_the_page_itself_and_what_is_no_web_address_are_left_out() -> None:
    html = "<a href=#top>top</a><a href=mailto:a@b.example>us</a><a href=/a#part>A</a><a>none</a>"
    assert links(html) == [("/a", "")]


def test_what_is_no_selector_is_refused() -> None:
    with pytest.raises(SourceError, match=r"links: 'a\[' is not a CSS selector"):
        links("<a href=/a>A</a>", "a[")
