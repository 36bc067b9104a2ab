"""Jobs: in our transaction or not at all, and never left with a worker that is gone."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from msnewsletter.cluster.job_queue import QUEUE, chunks_with_jobs, defer, retry_stalled
from msnewsletter.cluster.queue_schema import prepare_queue
from msnewsletter.errors import StoreError
from msnewsletter.subscribers.delivery_state import Chunk
from worker_queues import asked, jobs, postgresql_home, subscribers_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.store.subscribers import SubscriberStore

CHUNKS = [Chunk(issue=7, first=1, last=500), Chunk(issue=7, first=501, last=600)]
SILENT = 30.0


@pytest.fixture
def store(postgresql: Cluster, tmp_path: Path) -> Iterator[SubscriberStore]:
    with subscribers_of(postgresql_home(tmp_path)) as opened:
        assert postgresql
        prepare_queue(opened)
        yield opened


def take_one(postgresql: Cluster, *, seen: str = "0 s") -> int:
    """Have a worker take the first job; it was last seen so long ago. Returns its number."""
    statement = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval"
    ((worker,),) = asked(postgresql, f"{statement} '{seen}') RETURNING id")
    asked(postgresql, f"SELECT procrastinate_fetch_job_v2(ARRAY['{QUEUE}'], {worker})")
    return int(worker)


def statuses(postgresql: Cluster) -> list[str]:
    return [status for _, status, _ in jobs(postgresql)]


def test_jobs_are_in_our_transaction(postgresql: Cluster, store: SubscriberStore) -> None:
    with suppress(ZeroDivisionError), store.transaction() as connection:
        defer(connection, CHUNKS)
        raise ZeroDivisionError
    assert jobs(postgresql) == []
    with store.transaction() as connection:
        defer(connection, CHUNKS)
        assert chunks_with_jobs(connection) == set(CHUNKS)
    assert jobs(postgresql) == [
        ("deliver-1", "todo", {"issue": 7, "first": 1, "last": 500}),
        ("deliver-1", "todo", {"issue": 7, "first": 501, "last": 600}),
    ]


def test_what_the_database_says_of_a_job_is_one_line(
    postgresql: Cluster, store: SubscriberStore
) -> None:
    asked(postgresql, "DROP TABLE procrastinate_jobs CASCADE")
    with pytest.raises(StoreError, match="it refuses"), store.transaction() as connection:
        defer(connection, CHUNKS)


def test_a_job_of_a_worker_that_is_silent_is_put_back(
    postgresql: Cluster, store: SubscriberStore
) -> None:
    with store.transaction() as connection:
        defer(connection, CHUNKS)
    take_one(postgresql, seen="31 s")
    take_one(postgresql, seen="10 s")
    with store.transaction() as connection:
        assert retry_stalled(connection, silent=SILENT) == 1
    assert sorted(statuses(postgresql)) == ["doing", "todo"]
    # At once, and by whoever comes.
    take_one(postgresql)
    assert statuses(postgresql) == ["doing", "doing"]


def test_a_job_whose_worker_was_removed_first_is_put_back(
    postgresql: Cluster, store: SubscriberStore
) -> None:
    with store.transaction() as connection:
        defer(connection, CHUNKS[:1])
    take_one(postgresql, seen="31 s")
    # As procrastinate does when any other worker starts.
    asked(postgresql, "SELECT procrastinate_prune_stalled_workers_v1(30)")
    assert asked(postgresql, "SELECT count(*) FROM procrastinate_workers") == [(0,)]
    with store.transaction() as connection:
        assert retry_stalled(connection, silent=SILENT) == 1
    assert statuses(postgresql) == ["todo"]


def test_a_job_whose_worker_is_removed_after_it_was_put_back_stays_where_it_is(
    postgresql: Cluster, store: SubscriberStore
) -> None:
    with store.transaction() as connection:
        defer(connection, CHUNKS[:1])
    take_one(postgresql, seen="31 s")
    with store.transaction() as connection:
        retry_stalled(connection, silent=SILENT)
    asked(postgresql, "SELECT procrastinate_prune_stalled_workers_v1(30)")
    with store.transaction() as connection:
        assert retry_stalled(connection, silent=SILENT) == 0
    assert statuses(postgresql) == ["todo"]


def test_of_two_who_put_back_the_same_job_one_does(
    postgresql: Cluster, store: SubscriberStore, tmp_path: Path
) -> None:
    with store.transaction() as connection:
        defer(connection, CHUNKS[:1])
    take_one(postgresql, seen="31 s")
    put_back: list[int] = []

    def another() -> None:
        with (
            subscribers_of(postgresql_home(tmp_path / "other")) as other,
            other.transaction() as beside,
        ):
            put_back.append(retry_stalled(beside, silent=SILENT))

    with store.transaction() as connection:
        put_back.append(retry_stalled(connection, silent=SILENT))
        at_once = Thread(target=another)
        at_once.start()
        at_once.join()
    assert put_back == [1, 0]
    assert statuses(postgresql) == ["todo"]


def test_no_job_holds_a_lock_that_a_dead_worker_could_keep(
    postgresql: Cluster, store: SubscriberStore
) -> None:
    with store.transaction() as connection:
        defer(connection, [*CHUNKS, *CHUNKS])
    assert asked(
        postgresql, "SELECT count(*) FROM procrastinate_jobs WHERE lock || queueing_lock <> ''"
    ) == [(0,)]
