"""What a clock has done in other threads: fetching, sending, reading returns, notifying plugins.

Each begins at one wake, and what it brings is taken at a later one: a server that takes minutes
holds nothing up. A clock that does not stay waits for them, because they would end with it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from msnewsletter.clock.attempts import UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from msnewsletter.clock.work_events import WorkEvents
    from msnewsletter.delivery_settings import InboundSection
    from msnewsletter.home import Home
    from msnewsletter.publisher.background_consumers import BackgroundConsumers
    from msnewsletter.publisher.came_back.inbound_poll import InboundPoll
    from msnewsletter.publisher.clock_work import DueWork
    from msnewsletter.publisher.delivering.background_sender import BackgroundSender
    from msnewsletter.publisher.fetching import Fetching

# So long does a slot that is due wait for the sources: with the usual wakes it is out within a
# minute. Looks that take longer go on beside all else.
_SLOT_SECONDS: Final = 20.0
# So long does a clock that cron starts wait for them, or until the next slot: it is started again
# in five minutes, and no other works meanwhile.
_ONCE_SECONDS: Final = 240.0


class BackgroundWork:
    """The work of one clock that goes on between its wakes.

    Args:
        home: the newsletter's home.
        now: returns the time, aware.
        stays: the clock wakes again.
        events: says what the work brought.

    Attributes:
        has_brought: a look at a source brought something that is not collected yet.
    """

    def __init__(
        self, home: Home, *, now: Callable[[], datetime], stays: bool, events: WorkEvents
    ) -> None:
        self._home, self._now, self._stays, self._events = home, now, stays, events
        self._fetching: Fetching | None = None
        self._sender: BackgroundSender | None = None
        self._inbound_poll: InboundPoll | None = None
        self._consumers: BackgroundConsumers | None = None
        self._stopping = False
        self._woke = time.monotonic()
        self.has_brought = False

    def wake(self) -> None:
        """Begin to count how long this wake waits."""
        self._woke = time.monotonic()

    def stop(self) -> None:
        """Ask all of it to end soon, and begin nothing; may be called by a signal's handler."""
        self._stopping = True
        if self._fetching:
            self._fetching.stop()
        if self._inbound_poll:
            self._inbound_poll.stop()
        if self._consumers:
            self._consumers.stop()
        if self._sender:
            self._sender.stop()

    def leave(self) -> None:
        """End all of it, and say what was sent."""
        if self._sender and (last := self._sender.leave()):
            self._events.sent(last)
        if self._fetching:
            self._fetching.leave()
        if self._inbound_poll:
            self._inbound_poll.leave()
        if self._consumers:
            self._consumers.leave()

    def fetch(self, due: DueWork) -> None:
        """Begin to look at the sources that are due; a slot that is due waits for them a little.

        In doubt nothing is asked: what is undated would be first seen at a moment to come.
        """
        if due.settings is None:
            return
        if self._fetching is None:
            if not due.sources:
                return
            # Imported when it is needed, as what publishes is.
            from msnewsletter.publisher.fetching import Fetching  # noqa: PLC0415

            self._fetching = Fetching(self._home, now=self._now)
        if not self._stopping:
            self._fetching.start(due.sources, due.settings, running=due.running, ask_fresh=due.due)
        self._take_fetched(within=_SLOT_SECONDS if due.due else 0)

    def await_fetched(self, due: DueWork, now: datetime) -> None:
        """Wait for the looks, where the clock does not stay; `now`: aware."""
        if self._fetching and not self._stays:
            self._take_fetched(within=self._left(due, now))

    def _take_fetched(self, *, within: float) -> None:
        for one in self._fetching.ended(within=within) if self._fetching else ():
            self.has_brought |= bool(one.came or one.problems)
            self._events.fetched(one)

    def deliver(self, due: DueWork | None, now: datetime) -> None:
        """Begin to send what is due; a mail server that fails is no failure of the clock.

        In doubt nothing is sent: mail carries dates, and nobody can take it back.
        """
        self._take_sent(within=0)
        if due is None or due.settings is None or due.settings.deliver is None:
            return
        if self._sender and self._sender.at_work:
            return
        # Imported when they are needed, as what publishes is.
        from msnewsletter.publisher.delivering.sending_state import (  # noqa: PLC0415
            sending_is_due,
        )

        if not sending_is_due(self._home, due.settings, at=now):
            return
        from msnewsletter.cluster.send_due import send_due  # noqa: PLC0415
        from msnewsletter.publisher.delivering.background_sender import (  # noqa: PLC0415
            BackgroundSender,
        )
        from msnewsletter.publisher.delivering.delivery_run import DeliveryClock  # noqa: PLC0415

        if self._sender is None:
            clock = DeliveryClock(now=self._now, monotonic=time.monotonic)
            self._sender = BackgroundSender(self._home, clock=clock, send=send_due)
        if not self._stopping:
            self._sender.start()

    def await_sent(self, due: DueWork, now: datetime) -> None:
        """Wait for the sender, where the clock does not stay; `now`: aware."""
        if self._sender and not self._stays:
            self._take_sent(within=self._left(due, now))

    def _take_sent(self, *, within: float) -> None:
        if self._sender and (ended := self._sender.ended(within=within)):
            self._events.sent(ended)

    def read_returns(self, due: DueWork, inbound: InboundSection, now: datetime) -> None:
        """Read what came back; a server that takes long is waited for at the next wakes."""
        if self._inbound_poll is None:
            # Imported when it is needed, as what publishes is.
            from msnewsletter.publisher.came_back.inbound_poll import InboundPoll  # noqa: PLC0415

            self._inbound_poll = InboundPoll(self._home, now=self._now)
        within = 0.0 if self._stays else self._left(due, now)
        if report := self._inbound_poll.poll(inbound, within=within):
            self._events.came_back(report)

    def notify_consumers(self) -> None:
        """Notify plugins of released issues; one that takes long is waited for at the next wakes.

        Raises what the first one failed with, and UndecidedError while a round is under way.
        """
        if self._consumers is None:
            # Imported when they are needed: most homes have no such plugin.
            from msnewsletter.publisher.consumer_queue import has_consumers  # noqa: PLC0415

            if not has_consumers(self._home):
                return
            from msnewsletter.publisher.background_consumers import (  # noqa: PLC0415
                BackgroundConsumers,
            )

            self._consumers = BackgroundConsumers(self._home, now=self._now)
        if not self._stopping:
            self._consumers.begin()
        if not self._consumers.ended(within=0):
            raise UndecidedError

    def await_notified(self, due: DueWork | None, now: datetime) -> None:
        """Wait for the plugins, where the clock does not stay; the call at hand has all its time.

        Raises as `notify_consumers` does. `now`: aware.
        """
        if self._consumers is None or not self._consumers.is_under_way or self._stays:
            raise UndecidedError
        if not self._consumers.ended(within=self._left(due, now)):
            # With less than its time no call of minutes would ever come to its end.
            self._consumers.end_after_this_call()
            if not self._consumers.ended(within=None):
                raise UndecidedError

    def _left(self, due: DueWork | None, now: datetime) -> float:
        """Seconds that a clock which does not stay may wait: until the next slot, at most."""
        left = _ONCE_SECONDS - (time.monotonic() - self._woke)
        slot = due.slot.instant if due and due.slot else None
        if slot and slot > now:
            left = min(left, (slot - now).total_seconds())
        return max(left, 0.0)
