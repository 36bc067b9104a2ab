"""Cells of the program's own list: no formula for a spreadsheet, and read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.subscribers.own_list import cell, read_cell


@pytest.mark.parametrize("text", ["=1+1@example.org", "+a@b.org", "-a@b.org", "@x", "\tx"])
def test_what_could_be_a_formula_is_none_in_the_list(text: str) -> None:
    assert cell(text) == f"'{text}"


@given(st.text().filter(lambda text: not text.startswith("'")))
def test_a_cell_is_read_back(text: str) -> None:
    assert read_cell(cell(text)) == text


def test_an_apostrophe_of_its_own_stays() -> None:
    assert read_cell(cell("'s-gravenhage@example.org")) == "'s-gravenhage@example.org"
