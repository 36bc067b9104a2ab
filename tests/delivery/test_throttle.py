"""Slowing down to one, and coming back step by step."""

from __future__ import annotations

from msnewsletter.delivery.throttle import Throttle


def accept(throttle: Throttle, count: int) -> None:
    for _ in range(count):
        throttle.accepted()


def test_a_complaint_leaves_one_connection_after_a_pause() -> None:
    throttle = Throttle(10)
    assert throttle.full
    assert throttle.slow_down(100)
    assert (throttle.limit, throttle.ready_at, throttle.full) == (1, 101, False)


def test_what_all_connections_hear_at_once_is_one_complaint() -> None:
    throttle = Throttle(10)
    assert [throttle.slow_down(100 + number / 100) for number in range(10)] == [True] + [False] * 9
    assert throttle.ready_at == 101


def test_it_comes_back_by_one_connection_at_a_time() -> None:
    throttle = Throttle(4)
    throttle.slow_down(0)
    limits = []
    for _ in range(7):
        accept(throttle, 10)
        limits.append(throttle.limit)
    assert limits == [2, 2, 3, 3, 3, 4, 4]
    assert not throttle.full
    accept(throttle, 30)
    assert throttle.full


def test_a_single_connection_has_one_message_at_a_time_for_a_while() -> None:
    throttle = Throttle(1)
    throttle.slow_down(0)
    accept(throttle, 9)
    assert not throttle.full
    accept(throttle, 1)
    assert throttle.full


def test_a_server_that_refuses_everything_is_asked_less_and_less_often() -> None:
    throttle, now, pauses = Throttle(4), 0.0, []
    for _ in range(12):
        throttle.slow_down(now)
        pauses.append(throttle.ready_at - now)
        now = throttle.ready_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    throttle.accepted()
    throttle.slow_down(now)
    assert throttle.ready_at - now == 1


def test_each_complaint_on_the_way_up_makes_the_next_step_take_twice_as_long() -> None:
    throttle, needed = Throttle(2), []
    for turn in range(4):
        throttle.slow_down(turn * 1000)
        count = 0
        while throttle.limit == 1:
            accept(throttle, 1)
            count += 1
        needed.append(count)
    assert needed == [10, 20, 40, 80]
    accept(throttle, 2 * 80)
    assert throttle.full
    throttle.slow_down(9999)
    accept(throttle, 10)
    assert throttle.limit == 2
