"""When a delivery that was refused for now is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from msnewsletter.subscribers.delivery_state import (
    Balance,
    DeliveryState,
    next_attempt,
    next_attempt_slowed,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("enhanced", "pauses"),
    [
        ("4.7.1", [HOUR / 12, HOUR / 2, 2 * HOUR, 8 * HOUR, 24 * HOUR]),
        (None, [HOUR / 12, HOUR / 2, 2 * HOUR, 8 * HOUR, 24 * HOUR]),
        ("4.2.2", [8 * HOUR, 24 * HOUR]),
    ],
)
def test_the_pauses_grow_and_then_it_has_failed(
    enhanced: str | None, pauses: list[timedelta]
) -> None:
    found = [next_attempt(tried, enhanced=enhanced, at=NOW) for tried in range(len(pauses) + 3)]
    assert found == [NOW + pause for pause in pauses] + [None] * 3


@pytest.mark.parametrize(
    ("waited", "pause"),
    [
        (0 * HOUR, HOUR / 4),
        (HOUR / 2, HOUR / 2),
        (3 * HOUR, 3 * HOUR),
        (20 * HOUR, 8 * HOUR),
        (119 * HOUR, 8 * HOUR),
        (120 * HOUR, None),
    ],
)
def test_where_it_is_because_of_us_each_pause_is_as_long_as_all_before_until_five_days_are_over(
    waited: timedelta, pause: timedelta | None
) -> None:
    found = next_attempt_slowed(NOW - waited, at=NOW)
    assert found == (None if pause is None else NOW + pause)


def test_a_balance_is_all_of_its_states() -> None:
    balance = Balance(counts=dict.fromkeys(DeliveryState, 2))
    assert balance.enqueued == 2 * len(DeliveryState)
    assert balance.to_do == 6
    assert Balance(counts={})[DeliveryState.SENT] == 0
