"""Times of other programs' lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.subscribers.listed_times import listed_time


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2023-05-01 10:20:30.123456 +0000 UTC", datetime(2023, 5, 1, 10, 20, 30, 123456, UTC)),
        ("2023-05-01 10:20:30 +0200 CEST", datetime(2023, 5, 1, 8, 20, 30, tzinfo=UTC)),
        ("2015-03-16 14:40:47", datetime(2015, 3, 16, 14, 40, 47, tzinfo=UTC)),
        ("2024-02-02", datetime(2024, 2, 2, tzinfo=UTC)),
        ("2024-02-02T10:00:00Z", datetime(2024, 2, 2, 10, tzinfo=UTC)),
        ("2024-02-02T10:00:00.5+01:00", datetime(2024, 2, 2, 9, 0, 0, 500000, UTC)),
    ],
)
def test_a_time_is_read(text: str, at: datetime) -> None:
    assert listed_time(text) == at


@pytest.mark.parametrize("text", ["", "soon", "1/2/2024", "2024-02-31", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_or_could_be_two_is_none(text: str) -> None:
    assert listed_time(text) is None


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = listed_time(text)
    assert found is None or found.tzinfo is not None
