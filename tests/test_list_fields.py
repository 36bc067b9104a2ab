"""Lists as people write them in one text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.list_fields import LIST_FIELDS, points_in


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        ("tags", "gut, mice", ("gut", "mice")),
        ("tags", " gut ,, mice, ", ("gut", "mice")),
        ("authors", "Smith, J.; Lee, B.;", ("Smith, J.", "Lee, B.")),
        ("authors", "Ada Smith", ("Ada Smith",)),
        ("key_messages", "It rose, or not.\nIt fell.", ("It rose, or not.", "It fell.")),
        ("key_messages", "- It rose,\n  or not.\n- No.", ("It rose, or not.", "No.")),
        ("key_messages", "1. It rose.\n2. It fell.", ("It rose.", "It fell.")),
        ("key_messages", "\n", ()),
    ],
)  # fmt: skip
def test_one_text_is_parted_as_its_field_is_written(
    name: str, text: str, parts: tuple[str, ...]
) -> None:
    assert LIST_FIELDS[name].split(text) == parts


def test_below_a_heading_each_point_and_each_paragraph_is_one() -> None:
    assert points_in("It rose,\nand fell.\n\n- Small\n- Short\n") == (
        "It rose, and fell.",
        "Small",
        "Short",
    )


@pytest.mark.parametrize("name", LIST_FIELDS)
@given(parts=st.lists(st.text() | st.sampled_from(["a, b", "- a", "a; b", "a"])))
def test_a_list_is_shown_as_one_text_only_where_it_reads_back(name: str, parts: list[str]) -> None:
    joined = LIST_FIELDS[name].joined(parts)
    if joined is not None:
        assert LIST_FIELDS[name].split(joined) == tuple(part.strip() for part in parts)


@pytest.mark.parametrize(
    ("name", "parts"),
    [("tags", ["a, b"]), ("authors", ["a; b"]), ("key_messages", ["- a"]), ("tags", ["a", ""])],
)
def test_a_part_that_holds_the_sign_between_parts_has_no_such_text(
    name: str, parts: list[str]
) -> None:
    assert LIST_FIELDS[name].joined(parts) is None
