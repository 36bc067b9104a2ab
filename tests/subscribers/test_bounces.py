"""Which temporary bounces are in a row, and how many of them are too many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.subscribers.bounces import (
    BouncedDelivery,
    BounceKind,
    is_given_up,
    soft_bounces_in_a_row,
)
from msnewsletter.subscribers.delivery_state import DeliveryState

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
SOFT, OURS, FINE = BounceKind.SOFT, BounceKind.OURS, None


def past(*ages: tuple[float, BounceKind | None]) -> list[BouncedDelivery]:
    """Deliveries by age in days and bounce, the newest first."""
    return [
        BouncedDelivery(
            issue=1000 - number, state=DeliveryState.SENT, changed=NOW - age * DAY, bounced=bounced
        )
        for number, (age, bounced) in enumerate(ages)
    ]


def in_a_row(*ages: tuple[float, BounceKind | None]) -> int:
    return len(soft_bounces_in_a_row(past(*ages), now=NOW))


def test_an_issue_that_arrived_ends_the_row() -> None:
    assert in_a_row((0, SOFT), (7, SOFT), (14, FINE), (21, SOFT)) == 2
    assert in_a_row((7, FINE), (14, SOFT)) == 0


def test_an_issue_that_may_still_come_back_says_nothing_yet() -> None:
    # A daily newsletter: servers give up the first only after five days.
    assert in_a_row((1, FINE), (2, FINE), (3, FINE), (5.9, FINE), (5.95, SOFT), (7, SOFT)) == 2
    assert in_a_row((6, FINE), (7, SOFT)) == 0


def test_what_is_ours_to_mend_neither_counts_nor_ends_the_row() -> None:
    assert in_a_row((0, SOFT), (7, OURS), (14, SOFT), (21, FINE)) == 2


def test_five_are_too_many_over_two_weeks_and_not_within_one() -> None:
    assert is_given_up(past(*((day * 3.5, SOFT) for day in range(5))))
    assert not is_given_up(past(*((day * 3.4, SOFT) for day in range(5))))
    assert not is_given_up(past(*((day * 7, SOFT) for day in range(4))))
    # A daily newsletter: a mailbox that is full for a week of holidays is kept.
    assert not is_given_up(past(*((day, SOFT) for day in range(8))))
    assert is_given_up(past(*((day, SOFT) for day in range(15))))
    assert not is_given_up([])


AGES = st.lists(st.floats(0, 60), max_size=30).map(sorted)


@given(AGES, st.data())
def test_whoever_has_one_that_arrived_among_the_last_five_is_kept(
    ages: list[float], data: st.DataObject
) -> None:
    kinds = data.draw(
        st.lists(st.sampled_from([SOFT, OURS, FINE]), min_size=len(ages), max_size=len(ages))
    )
    deliveries = past(*zip(ages, kinds, strict=True))
    row = soft_bounces_in_a_row(deliveries, now=NOW)
    assert all(one.bounced is SOFT for one in row)
    about_them = [
        one
        for one in deliveries
        if one.bounced is SOFT or (one.bounced is FINE and NOW - one.changed >= 6 * DAY)
    ]
    assert row == about_them[: len(row)], "it is the newest, without a gap"
    if any(one.bounced is FINE for one in about_them[:5]):
        assert not is_given_up(row)
