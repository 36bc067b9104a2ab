"""What waits for plugins: who is being called now, however long a call may take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msnewsletter.plugin_process import longest_call
from msnewsletter.publisher.consumer_queue import CALL_SECONDS, Consumer, ConsumerQueue

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_the_longest_call_counts_as_under_way_to_its_end_and_one_that_was_killed_does_not() -> None:
    queue = ConsumerQueue(consumers={"archive": Consumer(waiting=(1,)).called(at=AT)})
    longest = timedelta(seconds=longest_call(CALL_SECONDS))
    assert longest > timedelta(seconds=CALL_SECONDS)
    assert queue.is_worked_off(AT)
    assert queue.is_worked_off(AT + longest)
    assert not queue.is_worked_off(AT + 2 * longest)
    assert not queue.is_worked_off(AT - timedelta(seconds=1))
