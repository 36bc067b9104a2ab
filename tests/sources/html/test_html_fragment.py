"""Pieces of HTML as text, and how one is told from plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.html_fragment import markup_in, text_of_html

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


@pytest.mark.parametrize("html", TEXTS)
def test_readers_see_this_of_a_piece_of_html(html: str) -> None:
    assert text_of_html(html) == TEXTS[html]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_is_not_taken_for_html(text: str) -> None:
    assert markup_in(text) is None


@pytest.mark.parametrize("text", MARKUP)
def test_html_is_noticed_where_a_text_should_be(text: str) -> None:
    assert markup_in(text) in text


def test_what_is_far_too_long_is_refused() -> None:
    with pytest.raises(BadValueError, match="has 400,001 characters of HTML; 400,000 are the most"):
        text_of_html("a" * 400_001)


@given(html=st.text(alphabet="<>/!-&;#pblia \n\x00\ud800é", max_size=60))
def test_any_html_is_some_text_with_no_edge(html: str) -> None:
    text = text_of_html(html)
    assert text == text.strip(" \n")
    assert "\n\n\n" not in text
