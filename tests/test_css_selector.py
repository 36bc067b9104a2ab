"""CSS selectors: what cannot be used is refused before any page is met."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from justhtml import JustHTML

from msnewsletter.css_selector import refuse_bad_selector
from msnewsletter.errors import BadValueError

PAGE = JustHTML("<main id=b><p class=a>a<b class=b>c</b></p><a href=x>a</a></main>").root


@pytest.mark.parametrize(
    "text", ["main a", "#x .y > p, h1:first-child", "a[href^='x']", "*", "p:not(.y):last-of-type"]
)
def test_a_selector_is_let_through(text: str) -> None:
    refuse_bad_selector(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("p[", "Expected attribute name"),
        ("p >", "Expected selector after combinator"),
        ("", "Empty selector"),
        ("a | b", "Unexpected character"),
        ("p::before", "Expected pseudo-class name"),
        (".none:hover", "Unsupported pseudo-class: :hover"),
        (".none:not(.more:has(b))", "Unsupported pseudo-class: :has"),
        ("a" * 300_000, "too long"),
        (":not(" * 500 + "p" + ")" * 500, "nesting is too deep"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadValueError, match="it is not a CSS selector that can be used") as caught:
        refuse_bad_selector(text)
    assert why in caught.value.problem


@given(st.text(alphabet="ab#.:[]()>+~*,=\"' -n2|\\", max_size=12))
def test_what_is_let_through_never_fails_at_a_page(text: str) -> None:
    try:
        refuse_bad_selector(text)
    except BadValueError:
        return
    PAGE.query(text)
