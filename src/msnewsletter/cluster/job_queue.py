"""The queue: a job for each chunk of a mailing, deferred in the transaction of its deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.sql import queries

from msnewsletter.publisher.delivering.seen_workers import JOB_FORM
from msnewsletter.store.postgresql import driver_error
from msnewsletter.subscribers.delivery_state import Chunk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

# A worker of another form asks for another queue.
QUEUE: Final = f"deliver-{JOB_FORM}"
CHUNK_TASK: Final = "send_chunk"

# It writes by connections of ours alone, so it is never opened.
_manager: Final = App(connector=SyncPsycopgConnector()).job_manager


def defer(connection: Connection, chunks: Sequence[Chunk], *, at: datetime | None = None) -> None:
    """Put a job for each chunk into the queue, as part of the connection's transaction.

    at: when it may begin by the database's clock, aware; None: now.
    """
    jobs = [_job(one, at) for one in chunks]
    if not jobs:
        return
    try:
        _manager.batch_defer_jobs(jobs, connection=connection.connection.driver_connection)
    except ConnectorException as error:
        raise driver_error(connection, error.__cause__ or error) from None


def _job(chunk: Chunk, at: datetime | None) -> Job:
    return Job(
        id=None,
        queue=QUEUE,
        # Without locks: a job that is left of a dead worker would hold them (procrastinate#1408),
        # and putting it back could collide with its successor (procrastinate#1446).
        lock=None,
        queueing_lock=None,
        task_name=CHUNK_TASK,
        task_kwargs=chunk_arguments(chunk),
        scheduled_at=at,
    )


def chunk_arguments(chunk: Chunk) -> dict[str, Any]:
    """A chunk as a job carries it; no address is in it."""
    return {"issue": chunk.issue, "first": chunk.first, "last": chunk.last}


def retry_stalled(connection: Connection, *, silent: float) -> int:
    """Put back the jobs of workers that are gone; returns how many.

    Those of a worker that has not been heard of for `silent` seconds, and those whose worker was
    removed from the table of workers before (procrastinate#1518). Two may do it at once.
    """
    # What its JobManager asks, which cannot be given a transaction; hence the range in pyproject.
    found = connection.exec_driver_sql(
        queries["select_stalled_jobs_by_heartbeat"],
        {"queue": None, "task_name": None, "seconds_since_heartbeat": silent},
    )
    stalled = [row.id for row in found]
    # Whoever has a row locked settles its job at this moment: as its worker, or as we do.
    ours = connection.exec_driver_sql(
        "SELECT id FROM procrastinate_jobs WHERE id = ANY(%s) AND status = 'doing' "
        "ORDER BY id FOR UPDATE SKIP LOCKED",
        (stalled,),
    )
    numbers = [row.id for row in ours]
    for number in numbers:
        connection.exec_driver_sql(queries["retry_job"], _RETRIED | {"job_id": number})
    return len(numbers)


_RETRIED: Final = dict.fromkeys(("new_priority", "new_queue_name", "new_lock"))
_RETRIED["retry_at"] = "now"


def chunks_with_jobs(connection: Connection) -> set[Chunk]:
    """The chunks of which a job waits, or is at work; in the queue of this form alone."""
    found = connection.exec_driver_sql(
        "SELECT args FROM procrastinate_jobs "
        "WHERE queue_name = %s AND task_name = %s AND status IN ('todo', 'doing')",
        (QUEUE, CHUNK_TASK),
    )
    return {Chunk(**row.args) for row in found}


def drop_ended(connection: Connection) -> None:
    """Remove jobs that have ended without success: their chunks get new ones."""
    connection.exec_driver_sql(
        "DELETE FROM procrastinate_jobs "
        "WHERE status IN ('failed', 'cancelled', 'aborted', 'succeeded')"
    )
