"""JSONPath in newsletter.toml: what it finds, and the line about one that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import BadValueError
from msnewsletter.json_path import MOST_FOUND, compiled, field_path

DOCUMENT = {"data": [{"a": 1, "b": {"c": "x"}}, {"a": 2}], "odd name": True}
FOUND: dict[str, list[Any]] = {
    "$": [DOCUMENT],
    "$.data[*].a": [1, 2],
    "$.data[-1].a": [2],
    "$..c": ["x"],
    "$['odd name']": [True],
    "$.data[?@.a > 1].a": [2],
    "$.data[?@.b.c == 'x'].a": [1],
    "$.none": [],
}
WRONG = {
    "title": "it is not a JSONPath (expected '$', found 't'); did you mean '$.title'?",
    "a[0].b": "did you mean '$.a[0].b'?",
    "$.a[": "it is not a JSONPath (unbalanced brackets); write it from the top on, e.g. $.title",
    "$.a b": "it is not a JSONPath (",
    "$[?unknown(@.a)]": "it is not a JSONPath (function 'unknown' is not defined); write",
    "$[99999999999999999999]": "it is not a JSONPath (index out of range); write",
    "$." + "a" * 500: "it is longer than 500 characters; write a shorter JSONPath",
    "": "it is not a JSONPath",
}


@pytest.mark.parametrize("path", FOUND)
def test_a_path_finds_what_is_there(path: str) -> None:
    assert compiled(path).values_in(DOCUMENT) == FOUND[path]


@pytest.mark.parametrize("path", WRONG)
def test_a_path_that_is_wrong_is_one_line_with_what_to_write(path: str) -> None:
    with pytest.raises(BadValueError) as caught:
        compiled(path)
    assert WRONG[path] in str(caught.value)
    assert "\n" not in str(caught.value)


@given(path=st.text(max_size=30) | st.text(alphabet="$.[]*?@'a1,:()!&|<=\\", max_size=40))
def test_any_text_is_a_path_or_refused(path: str) -> None:
    try:
        found = compiled(path).values_in(DOCUMENT)
    except BadValueError as error:
        assert error.problem.isprintable()  # noqa: PT017  (only this may be raised)
    else:
        assert isinstance(found, list)


def test_what_is_nested_too_deeply_or_too_much_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    with pytest.raises(BadValueError, match="nested too deeply; name the way without"):
        compiled("$..a").values_in(deep)
    assert len(compiled("$[*]").values_in([0] * 50_000)) == MOST_FOUND + 1


def test_the_parent_of_a_path_is_what_it_goes_through_last() -> None:
    above = compiled("$.data[*]").parent
    assert above is not None
    assert above.values_in(DOCUMENT) == [DOCUMENT["data"]]
    assert compiled("$").parent is None


def test_html_before_a_path_says_what_its_value_is() -> None:
    assert [(one.path.text, one.html) for one in map(field_path, ("$.a", "html: $.a"))] == [
        ("$.a", False),
        ("$.a", True),
    ]
