"""What a lane claims of one chunk, batch after batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.store.subscribers.chunk_rows import CHUNK_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.delivery_state import Chunk, ClaimedDelivery
    from msnewsletter.subscribers.shared_limits import SharedLimits


class ChunkBatches:
    """Claims what is due of a chunk, as far as the limits that all workers share allow.

    Attributes:
        opens: when a limit lets the next one go, by the database's clock, aware; None: none waits
            for a limit.
    """

    def __init__(
        self,
        chunk: Chunk,
        store: SubscriberStore,
        *,
        journal: str,
        limits: SharedLimits | None,
        remember: Callable[[int], None],
    ) -> None:
        """Prepare; `remember` is called with ChunkClaim.claims before anything of it is sent."""
        self.opens: datetime | None = None
        self._chunk, self._store = chunk, store
        self._journal, self._limits = journal, limits
        self._remember = remember

    @property
    def passed_over(self) -> bool:
        """Whether some wait for a limit."""
        return self.opens is not None

    def next_batch(self, now: datetime, *, clock: float) -> Sequence[ClaimedDelivery]:
        """The next batch; none: nothing that may go now is due."""
        del clock  # limits are in the database, and go by its clock
        claim = self._store.claim_chunk(
            self._chunk, most=CHUNK_SIZE, journal=self._journal, now=now, limits=self._limits
        )
        self.opens = claim.opens
        if claim.claims is not None:
            self._remember(claim.claims)
        return claim.deliveries
