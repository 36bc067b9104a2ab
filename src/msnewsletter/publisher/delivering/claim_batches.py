"""Which deliveries a run claims next, so that a domain that must wait delays no other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.send_pool import WAITING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from msnewsletter.delivery.windows import SendWindows
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.delivery_state import ClaimedDelivery

_MOST: Final = 500


class ClaimBatches:
    """Claims batch after batch: first those that may go now, then those that may go soon.

    Attributes:
        passed_over: in the end some may be left: the window of a domain is full for long.
    """

    def __init__(
        self,
        issue: int,
        store: SubscriberStore,
        windows: SendWindows,
        *,
        journal: str,
        patience: float,
    ) -> None:
        """Begin with nothing claimed.

        Args:
            issue: its number.
            store: the subscribers' database.
            windows: what may be sent when.
            journal: the name of the run's journals.
            patience: seconds for which claimed deliveries may wait for their domain.
        """
        self.passed_over = False
        self._issue, self._store, self._journal = issue, store, journal
        self._windows, self._patience = windows, patience
        # Of each limited domain one batch may wait in the pool, and there is room for one more.
        self._most = max(1, min(_MOST, WAITING // (windows.limited + 1)))
        self._full: Collection[str] = ()
        self._last = 0

    def next_batch(self, now: datetime, *, clock: float) -> list[ClaimedDelivery]:
        """The next batch; none: nothing that may go soon is due.

        Args:
            now: aware.
            clock: the same moment in the seconds of the windows.
        """
        opens = self._windows.opening(clock)
        # Infinity: a mail is under way, and its end will tell.
        full = {domain for domain, at in opens.items() if at > clock}
        late = {domain for domain in full if self._patience < opens[domain] - clock < math.inf}
        claimed = self._take(full, now)
        if not claimed and late != full:
            claimed = self._take(late, now)
        self.passed_over = not claimed and bool(late)
        return claimed

    def _take(self, without: Collection[str], now: datetime) -> list[ClaimedDelivery]:
        # Up to the last one all others are claimed: a million rows are not passed over each time.
        after = self._last if without and without == self._full else 0
        claimed: list[ClaimedDelivery] = []
        for begin in (after, 0) if after else (0,):
            claimed = self._store.claim_deliveries(
                self._issue,
                most=self._most,
                journal=self._journal,
                now=now,
                without=without,
                after=begin,
            )
            if claimed:
                break
        self._full = without
        self._last = max((one.id for one in claimed), default=0)
        return claimed
