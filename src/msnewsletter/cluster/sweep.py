"""The sweep: what workers that are gone have left, and chunks of which something is due again.

Every worker does it each minute, and whoever coordinates at each wake. It is no job of the queue:
one would wait behind the jobs that it is to repair, and stall with them (procrastinate#1408).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.cluster.job_queue import chunks_with_jobs, defer, drop_ended, retry_stalled
from msnewsletter.cluster.queue_schema import refuse_newer_queue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore

# So long is a worker remembered that is gone.
_REMEMBERED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep has found.

    Attributes:
        lost: how many deliveries are in doubt now, by the worker that had them in hand.
        retried: jobs that their workers left.
        added: chunks that got a job, because something of them is due.
    """

    lost: Mapping[str, int]
    retried: int
    added: int


def sweep(store: SubscriberStore, *, now: datetime, may_send: bool, silent: float) -> Swept:
    """Do it; two may at once, and what one does the other finds done.

    Args:
        store: the subscribers' database.
        now: by the database's clock, aware.
        may_send: whether mail may go out at this time of the day: else no job is added.
        silent: see `retry_stalled`.
    """
    with store.transaction() as connection:
        # An older release would give chunks jobs of its own form.
        refuse_newer_queue(connection, store.shown)
    lost = store.doubt_lost(now)
    with store.transaction() as connection:
        retried = retry_stalled(connection, silent=silent)
        drop_ended(connection)
    due = store.chunks_due(now) if may_send else []
    added = 0
    if due:
        with store.transaction() as connection:
            known = chunks_with_jobs(connection)
            missing = [one for one in due if one not in known]
            defer(connection, missing)
            added = len(missing)
    store.tidy_workers(now - _REMEMBERED)
    return Swept(lost=lost, retried=retried, added=added)
