"""Limits that several workers share: how many may go now, and when the next one may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.subscribers.shared_limits import (
    MayGo,
    Room,
    SentBefore,
    SentCount,
    SharedWindow,
    choose,
    room_in,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LOOK = NOW + timedelta(seconds=0.25)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def in_(seconds: float) -> datetime:
    return ago(-seconds)


def window(count: int, seconds: float) -> SharedWindow:
    return SharedWindow(count=count, length=timedelta(seconds=seconds))


def counts(*pairs: tuple[float, int]) -> list[SentCount]:
    """How many were sent so many seconds ago, and earlier ones before."""
    return [SentCount(end=ago(seconds), sent=sent) for seconds, sent in pairs]


def test_what_is_under_way_and_what_was_sent_within_the_window_count() -> None:
    before = SentBefore(moments=counts((1, 9), (0.9, 3), (0.5, 2)))
    room = room_in([window(10, 1)], claimed=4, before=before, now=NOW)
    assert room == Room(free=1, opens=NOW)


def test_a_full_window_opens_when_enough_of_what_was_sent_is_old() -> None:
    before = SentBefore(minutes=counts((3_000, 1), (2_000, 4), (10, 5)))
    room = room_in([window(7, 3_600)], claimed=1, before=before, now=NOW)
    assert room == Room(free=0, opens=in_(1_600))


def test_of_several_windows_the_narrowest_counts_and_the_last_to_open() -> None:
    before = SentBefore(moments=counts((0.5, 5)), minutes=counts((60, 5)))
    windows = [window(5, 1), window(6, 3_600)]
    room = room_in(windows, claimed=0, before=before, now=NOW)
    assert room == Room(free=0, opens=in_(0.5))
    windows = [window(6, 1), window(5, 3_600)]
    room = room_in(windows, claimed=0, before=before, now=NOW)
    assert room == Room(free=0, opens=in_(3_540))


def test_where_all_room_is_under_way_one_looks_again_soon() -> None:
    assert room_in([window(3, 1)], claimed=3, before=SentBefore(), now=NOW) == Room(
        free=0, opens=LOOK
    )
    # More than a window, after the settings were changed.
    before = SentBefore(minutes=counts((10, 1)))
    full = room_in([window(3, 3_600)], claimed=5, before=before, now=NOW)
    assert full == Room(free=0, opens=in_(3_590))


def test_no_windows_leave_all_room() -> None:
    assert room_in([], claimed=9, before=SentBefore(), now=NOW) is None
    assert choose(["a"] * 3, most=2, server=None, rooms={}) == MayGo(places=[0, 1], opens=None)


def test_a_full_domain_delays_no_other_and_the_server_delays_all() -> None:
    rooms = {"a": Room(free=1, opens=NOW), "b": Room(free=0, opens=in_(7))}
    given = ["a", "b", "c", "a", "c"]
    assert choose(given, most=9, server=None, rooms=rooms) == MayGo(places=[0, 2, 4], opens=NOW)
    only_b = choose(["b", "c"], most=9, server=None, rooms=rooms)
    assert only_b == MayGo(places=[1], opens=in_(7))
    server = Room(free=2, opens=in_(3))
    assert choose(given, most=9, server=server, rooms=rooms) == MayGo(places=[0, 2], opens=in_(3))


@given(
    claimed=st.integers(0, 9),
    sent=st.lists(st.tuples(st.integers(0, 2_000), st.integers(1, 4)), max_size=6),
    windows=st.lists(
        st.builds(window, st.integers(1, 9), st.sampled_from([1, 60, 600])), min_size=1, max_size=3
    ),
)
def test_a_window_that_is_full_has_room_when_it_opens_and_none_a_moment_before(
    claimed: int, sent: list[tuple[int, int]], windows: list[SharedWindow]
) -> None:
    both = counts(*sorted(((at, number) for at, number in sent), reverse=True))
    before = SentBefore(moments=both, minutes=both)
    room = room_in(windows, claimed=claimed, before=before, now=NOW)
    assert room
    if room.free:
        assert room.opens == NOW
        one_more = room_in(windows, claimed=claimed + room.free, before=before, now=NOW)
        assert one_more
        assert one_more.free == 0
        return
    assert room.opens > NOW
    then = room_in(windows, claimed=claimed, before=before, now=room.opens)
    assert then
    if claimed < min(one.count for one in windows):
        moment = timedelta(microseconds=1)
        just = room_in(windows, claimed=claimed, before=before, now=room.opens - moment)
        assert just
        assert (just.free, then.free > 0) == (0, True)
