"""Handing deliveries over, and outcomes back."""

from __future__ import annotations

from delivery.sending import outgoing
from msnewsletter.delivery.hand_over import ResultQueue, WorkQueue
from msnewsletter.delivery.send_outcomes import ConnectionEnd, NotTried, SlowDown
from msnewsletter.delivery.smtp_reply import parsed


def test_only_the_first_workers_take_anything_while_there_is_a_limit() -> None:
    work = WorkQueue(3)
    work.put([outgoing(1), outgoing(2)])
    work.limit(1)
    assert work.take_now(1) is None
    assert work.take(1, within=0) is None
    first = work.take(0, within=0)
    assert first
    assert first.id == 1
    work.limit(2)
    second = work.take_now(1)
    assert second
    assert second.id == 2


def test_a_pause_lasts_until_there_is_a_limit_again() -> None:
    work = WorkQueue(2)
    work.put([outgoing(1)])
    work.pause()
    assert work.take_now(0) is None
    work.limit(2)
    assert work.take_now(0)


def test_a_worker_whom_the_limit_leaves_out_keeps_no_connection() -> None:
    work = WorkQueue(2)
    work.put([outgoing(1)])
    work.limit(1)
    # At once, and so it hangs up; without a connection it would wait for the limit to rise.
    assert work.take(1, within=3600) is None
    assert not work.closed


def test_what_nobody_took_can_be_taken_back() -> None:
    work = WorkQueue(1)
    work.put([outgoing(1), outgoing(2)])
    work.take_now(0)
    assert [one.id for one in work.withdraw()] == [2]
    work.close()
    assert work.take(0, within=None) is None
    assert work.closed


def test_results_come_in_batches_and_events_at_once() -> None:
    results = ResultQueue()
    assert results.take(10, within=0, linger=0) == ([], [])
    outcome = NotTried(id=1, end=ConnectionEnd.CLOSED)
    for _ in range(3):
        results.put(outcome)
    assert results.take(3, within=60, linger=60) == ([outcome] * 3, [])
    event = SlowDown(reply=parsed(421, [b"later"]))
    results.put(outcome)
    results.tell(event)
    assert results.take(3, within=60, linger=60) == ([outcome], [event])


def test_a_failure_wakes_the_caller() -> None:
    results = ResultQueue()
    results.fail(MemoryError())
    results.fail(OSError())
    assert results.take(3, within=60, linger=60) == ([], [])
    assert isinstance(results.crash, MemoryError)
