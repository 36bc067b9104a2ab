"""Windows: never more in any stretch of time than allowed, and never less than a little below."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.delivery.windows import SendWindow, SendWindows

DAY = SendWindow(count=200, seconds=86400)


def send_all(
    windows: SendWindows, count: int, *, domain: str = "a.test", begin: float = 0
) -> list[float]:
    """When each of these goes, one after the other, each as soon as it may."""
    times, now = [], begin
    for _ in range(count):
        now = max(now, windows.ready_at(domain, now))
        windows.begin(domain)
        windows.record(domain, now)
        times.append(now)
    return times


@given(
    limits=st.lists(
        st.builds(
            SendWindow, count=st.integers(1, 5), seconds=st.sampled_from([0.5, 1, 7, 3600, 86400])
        ),
        min_size=1,
        max_size=3,
    ),
    pauses=st.lists(st.floats(0, 3), max_size=40),
)
def test_no_stretch_of_time_has_more_than_its_window_allows(
    limits: list[SendWindow], pauses: list[float]
) -> None:
    windows = SendWindows(server=limits)
    times, now = [], 0.0
    for pause in pauses:
        now = max(now + pause, windows.ready_at("a.test", now))
        windows.begin("a.test")
        windows.record("a.test", now)
        times.append(now)
    for limit in limits:
        for first, after in zip(times, times[limit.count :], strict=False):
            assert after - first >= limit.seconds * (1 - 1e-9)


def test_a_window_is_used_to_the_full() -> None:
    times = send_all(SendWindows(server=[SendWindow(count=10, seconds=1)]), 100)
    assert times[9] == 0
    assert times[-1] < 9 * 1.01


def test_what_is_under_way_counts_from_its_beginning_and_from_its_end_on() -> None:
    windows = SendWindows(server=[SendWindow(count=2, seconds=10)])
    windows.begin("a.test")
    windows.begin("b.test")
    assert windows.ready_at("a.test", 5) == math.inf
    windows.record("a.test", 5)
    windows.release("b.test")
    assert windows.ready_at("a.test", 5) == 5
    windows.begin("a.test")
    windows.record("a.test", 5)
    assert windows.ready_at("a.test", 5) == 15


def test_one_domain_that_must_wait_keeps_no_other_waiting() -> None:
    windows = SendWindows(domains={"a.test": [SendWindow(count=1, seconds=60)]})
    send_all(windows, 1)
    assert windows.ready_at("a.test", 1) > 59
    assert windows.ready_at("b.test", 1) == 1
    assert windows.server_ready_at(1) == 1


def test_a_domain_may_have_windows_of_its_own_or_none() -> None:
    windows = SendWindows(
        domains={"big.test": [SendWindow(count=3, seconds=60)], "own.test": []},
    )
    assert send_all(windows, 4, domain="big.test")[:3] == [0, 0, 0]
    assert send_all(windows, 50, domain="own.test")[-1] == 0


def test_a_rolling_day_survives_a_restart() -> None:
    """Counts by the minute, as a ledger has them, from a day and a minute ago until now."""
    limits = [SendWindow(count=150, seconds=86400)]
    windows = SendWindows(server=[DAY], domains={"a.test": limits, "b.test": limits})
    windows.restore("a.test", -86460, 120)
    windows.restore("a.test", -3600, 140)
    windows.restore("b.test", -60, 50)
    assert windows.ready_at("b.test", 0) == 0
    assert len([at for at in send_all(windows, 11, domain="b.test") if at == 0]) == 10
    assert 82800 - 90 <= windows.ready_at("b.test", 0) <= 82800 + 90
    assert windows.ready_at("a.test", 83000) == 83000


def test_a_day_of_two_hundred_thousand_takes_little_memory() -> None:
    windows = SendWindows(server=[SendWindow(count=200_000, seconds=86400)])
    for number in range(100_000):
        windows.begin("a.test")
        windows.record("a.test", number / 2)
    [rolling] = windows._server._windows
    assert len(rolling._slots) <= 1001


@pytest.mark.parametrize(("count", "seconds"), [(0, 60), (1, 0), (-1, 60)])
def test_a_window_through_which_nothing_ever_goes_is_none(count: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one"):
        SendWindow(count=count, seconds=seconds)
