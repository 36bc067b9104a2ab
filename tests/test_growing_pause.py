"""The pause after failures in a row."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.growing_pause import growing_pause

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_each_pause_is_twice_the_last_one_up_to_the_longest() -> None:
    found = [growing_pause(number, first=SECOND, longest=HOUR) for number in (1, 2, 3, 12, 13)]
    assert found == [SECOND, 2 * SECOND, 4 * SECOND, 2048 * SECOND, HOUR]


@given(st.integers(min_value=1), st.timedeltas(SECOND, HOUR))
def test_no_number_of_failures_is_too_great(failures: int, first: timedelta) -> None:
    assert first <= growing_pause(failures, first=first, longest=2 * HOUR) <= 2 * HOUR
