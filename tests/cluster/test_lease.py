"""How long a worker counts on what it has claimed."""

from __future__ import annotations

from msnewsletter.cluster.lease import Lease, Periods


def test_it_holds_until_a_margin_before_others_take_it_for_lost() -> None:
    seconds = [1000.0]
    lease = Lease(Periods(lease=120, margin=30), lambda: seconds[0])
    assert not lease.holds()
    lease.renewed(seconds[0])
    seconds[0] += 89
    assert lease.holds()
    seconds[0] += 1
    assert not lease.holds()


def test_it_counts_from_the_question_and_not_from_an_answer_that_came_late() -> None:
    seconds = [1000.0]
    lease = Lease(Periods(lease=120, margin=30), lambda: seconds[0])
    asked = seconds[0]
    seconds[0] += 60
    lease.renewed(asked)
    seconds[0] += 29
    assert lease.holds()
    seconds[0] += 1
    assert not lease.holds()


def test_pauses_grow_up_to_the_longest() -> None:
    periods = Periods(first_pause=1, longest_pause=300)
    assert [periods.pause(failures) for failures in (1, 2, 3, 9, 10, 10_000)] == [
        *(1, 2, 4, 256, 300, 300)
    ]
