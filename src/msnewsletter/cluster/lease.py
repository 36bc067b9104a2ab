"""How long a worker may count on what it has claimed, by its own clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.store.subscribers import SubscriberStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """How often a worker does what; all in seconds.

    Attributes:
        beat: between two signs of life.
        lease: so long after the last one its claims are its own; then they are in doubt.
        margin: so long before that it hands nothing more over.
        silent: see `job_queue.retry_stalled`.
        sweep: between two sweeps.
        look: how often the queue is asked, beside what PostgreSQL tells by itself.
        first_pause, longest_pause: between two tries where something is away; each pause is twice
            the last one.
        last: so long may what is under way take to be answered when the worker is stopped.
    """

    beat: float = 10.0
    lease: float = 120.0
    margin: float = 30.0
    silent: float = 30.0
    sweep: float = 60.0
    look: float = 5.0
    first_pause: float = 1.0
    longest_pause: float = 300.0
    last: float = 8.0

    def pause(self, failures: int) -> float:
        """How long to wait after so many failures in a row, from 1."""
        return min(self.first_pause * 2.0 ** min(failures - 1, 16), self.longest_pause)


def limit_silence(store: SubscriberStore, periods: Periods) -> None:
    """Have the server undo a change in whose midst a session of ours falls silent.

    It would hold up whoever takes over. Raises StoreError.
    """
    most = f"{periods.lease / 4:.3f}s"
    with store.transaction() as connection:
        connection.exec_driver_sql(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, false)", (most,)
        )


class Lease:
    """That of a worker's journals; one thread renews it, others ask."""

    def __init__(self, periods: Periods, monotonic: Callable[[], float]) -> None:
        """Begin without one."""
        self._length = periods.lease - periods.margin
        self._monotonic = monotonic
        self._until = monotonic()

    def renewed(self, asked: float) -> None:
        """It was renewed by a request that was sent at `asked`, by our clock."""
        self._until = asked + self._length

    def holds(self) -> bool:
        """Whether something may still be handed to the mail server."""
        return self._monotonic() < self._until
