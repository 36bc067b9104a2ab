"""When a machine's clock cannot be right, by what is known to have happened before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.schedule.machine_clock import (
    MOST_AHEAD,
    MOST_BEFORE_SLOT,
    MOST_BEHIND,
    Fault,
    Sign,
    clock_doubt,
    is_fresh,
)

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SIGNS = st.dictionaries(
    st.sampled_from(Sign),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  (the strategy adds the zone)
)


def test_without_any_sign_no_clock_is_doubted() -> None:
    assert clock_doubt({}, NOW) is None


@pytest.mark.parametrize(
    ("sign", "since", "fault"),
    [
        (Sign.FILE, MOST_AHEAD, None),
        (Sign.FILE, MOST_AHEAD + SECOND, Fault.AHEAD),
        (Sign.WAKE, MOST_AHEAD + SECOND, Fault.AHEAD),
        (Sign.WAKE, -MOST_BEHIND, None),
        (Sign.WAKE, -MOST_BEHIND - SECOND, Fault.BEHIND),
        (Sign.ISSUE, -MOST_BEHIND - SECOND, Fault.BEHIND),
        (Sign.SLOT, -MOST_BEFORE_SLOT, None),
        (Sign.SLOT, -MOST_BEFORE_SLOT - SECOND, Fault.BEHIND),
    ],
)
def test_a_clock_is_doubted_beyond_these_limits(
    sign: Sign, since: timedelta, fault: Fault | None
) -> None:
    doubt = clock_doubt({sign: NOW - since}, NOW)
    assert (doubt and doubt.fault) == fault


def test_the_newest_sign_speaks() -> None:
    signs = {Sign.ISSUE: NOW - timedelta(days=400), Sign.FILE: NOW - timedelta(days=60)}
    doubt = clock_doubt(signs, NOW)
    assert doubt is not None
    assert (doubt.fault, doubt.sign) == (Fault.AHEAD, Sign.FILE)


@given(signs=SIGNS)
def test_a_fresh_sign_never_lets_a_clock_count_as_ahead(signs: dict[Sign, datetime]) -> None:
    doubt = clock_doubt(signs, NOW)
    ahead = doubt is not None and doubt.fault is Fault.AHEAD
    assert ahead == (bool(signs) and not is_fresh(signs, NOW))
