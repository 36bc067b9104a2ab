"""What is known of other programs' lists hangs together."""

from __future__ import annotations

import pytest

from msnewsletter.sources.csv_table import folded
from msnewsletter.subscribers.list_formats import COLUMNS, FORMATS, ListFormat
from msnewsletter.subscribers.own_list import OWN_COLUMNS


@pytest.mark.parametrize("one", FORMATS.values(), ids=list(FORMATS))
def test_names_of_columns_are_folded_and_words_in_lower_case(one: ListFormat) -> None:
    assert {folded(name) for name in one.columns} == one.columns <= COLUMNS
    assert all(word == word.casefold().strip() for word in one.words)
    assert all(name == name.casefold() for name in one.files)


def test_our_own_export_is_read_as_ours() -> None:
    columns = {folded(name): name for name in OWN_COLUMNS}
    assert next(name for name, one in FORMATS.items() if one.fits(columns)) == "own"
    assert columns.keys() <= COLUMNS
