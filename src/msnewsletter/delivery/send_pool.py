"""Sends many deliveries over several connections, as fast as the windows and the server allow.

The caller's thread takes deliveries from its iterator, asks the windows, and gets the outcomes in
batches; threads of the pool talk to the server. So neither the iterator nor what the caller does
with outcomes needs a lock. Memory is bounded: so many deliveries are under way or wait at most.
"""

from __future__ import annotations

import math
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Thread
from typing import TYPE_CHECKING

from msnewsletter.delivery.hand_over import ResultQueue, WorkQueue
from msnewsletter.delivery.send_outcomes import (
    Accepted,
    ConnectHindrance,
    NoConnection,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    SlowDown,
    Unsendable,
)
from msnewsletter.delivery.sender_thread import SenderThread
from msnewsletter.delivery.smtp_reply import SERVICE_LEAVING
from msnewsletter.delivery.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from msnewsletter.delivery.kept_connections import KeptConnections
    from msnewsletter.delivery.send_outcomes import ConnectionEvent, SendOutcome
    from msnewsletter.delivery.send_plan import SendPlan
    from msnewsletter.delivery.transaction import Outgoing
    from msnewsletter.delivery.windows import SendWindows

_AHEAD = 64  # deliveries a connection that are handed over, so that none waits for the caller
WAITING = 1000  # deliveries that wait for the window of their domain
_BATCH = 500
_LINGER = 0.05  # seconds for which a batch grows: each is a transaction that waits for the disk
_LOOK = 0.25  # seconds after which `stop` is noticed at the latest
_FAILURES = 3  # times in a row that no connection could be opened, with growing pauses
_PERMANENT = 500


class PoolEnd(StrEnum):
    """Why a run has ended."""

    DONE = "done"  # every delivery has been tried
    STOPPED = "stopped"  # `stop` was called
    PACED = "paced"  # no window lets anything go for longer than we have patience
    NO_CONNECTION = "no_connection"  # the last event of its kind says why


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBatch:
    """What has become of some deliveries, and what concerns all."""

    outcomes: tuple[SendOutcome, ...]
    events: tuple[ConnectionEvent, ...]


class SendPool:
    """One run; see `run`.

    Attributes:
        end: why it has ended; None before.
    """

    def __init__(
        self,
        plan: SendPlan,
        windows: SendWindows,
        *,
        now: Callable[[], float],
        patience: float = math.inf,
        kept: KeptConnections | None = None,
    ) -> None:
        """Prepare.

        Args:
            plan: how to send.
            windows: what may be sent when, by the clock of `now`.
            now: seconds of a clock that never goes back, like time.monotonic.
            patience: seconds for which windows may let nothing go; then the run ends.
            kept: what runs before this one left, and it leaves; None: it begins and ends all.
        """
        self.end: PoolEnd | None = None
        self._plan, self._windows = plan, windows
        self._now, self._patience = now, patience
        self._kept = kept
        self._throttle = kept.throttle if kept else Throttle(plan.connections)
        self._work = WorkQueue(plan.connections)
        self._results = ResultQueue()
        self._under_way: dict[int, Outgoing] = {}
        self._waiting: dict[str, deque[Outgoing]] = {}  # by domain
        self._waits = 0
        self._failures = 0
        self._more = True  # the iterator may have more
        self._source_error: Exception | None = None

    def run(self, deliveries: Iterable[Outgoing]) -> Generator[SendBatch]:
        """Send them, and yield what becomes of them.

        Every delivery that is taken from the iterator gets exactly one outcome, unless an error
        ends the run: then the journals know more. Closing the generator stops quietly, too.

        Raises what the iterator raises; OutboxError where a journal cannot be written;
        FileExistsError where one is left from another run. Each of them is raised after what was
        under way has ended and was yielded.
        """
        source = iter(deliveries)
        with self._threads():
            while not self._finished():
                if self._kept and not self._kept.holds():
                    self.stop()
                if self.end is None:
                    self._hand_out(source)
                yield from self._collected()
                if self._out_of_patience():
                    self.end = self.end or PoolEnd.PACED
                if self.end:
                    yield from self._given_up()
        # The threads have ended: what they had under way has, too.
        yield from self._collected(wait=False)
        self.end = self.end or PoolEnd.DONE
        if error := self._source_error or self._results.crash:
            raise error

    def _finished(self) -> bool:
        if self._results.crash:
            return True
        return not (self._under_way or (self.end is None and (self._more or self._waits)))

    def stop(self) -> None:
        """Finish what is under way, and end; for signal handlers and other threads, too."""
        self.end = self.end or PoolEnd.STOPPED

    @contextmanager
    def _threads(self) -> Iterator[None]:
        plan = self._plan
        threads = [
            Thread(target=SenderThread(number, plan, self._work, self._results, self._kept).run)
            for number in range(plan.connections)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._work.withdraw()
            self._work.close()
            for thread in threads:
                thread.join()

    # ── out ──────────────────────────────────────────────────────────────────────────────────────

    def _hand_out(self, source: Iterator[Outgoing]) -> None:
        """Hand over all that may go now."""
        now = self._now()
        ready: list[Outgoing] = []
        self._work.limit(self._throttle.limit)
        for domain in list(self._waiting):
            while (queue := self._waiting.get(domain)) and self._may_go(domain, now):
                ready.append(self._begun(queue.popleft()))
                self._waits -= 1
                if not queue:
                    del self._waiting[domain]
        while self._more and self._waits < WAITING and self._room(now):
            delivery = self._next(source)
            if delivery is None:
                self._more = False
            elif self._windows.ready_at(delivery.domain, now) <= now:
                ready.append(self._begun(delivery))
            else:
                self._wait(delivery)
        self._work.put(ready)

    def _next(self, source: Iterator[Outgoing]) -> Outgoing | None:
        try:
            return next(source, None)
        except Exception as error:  # noqa: BLE001  (raised once what is under way has ended)
            self._source_error = error
            self.stop()
            return None

    def _room(self, now: float) -> bool:
        """Whether anything may go now."""
        return (
            len(self._under_way) < self._most()
            and self._throttle.ready_at <= now
            and self._windows.server_ready_at(now) <= now
        )

    def _most(self) -> int:
        """How many may be under way."""
        throttle = self._throttle
        return _AHEAD * throttle.most if throttle.full else throttle.limit

    def _may_go(self, domain: str, now: float) -> bool:
        return self._room(now) and self._windows.ready_at(domain, now) <= now

    def _begun(self, delivery: Outgoing) -> Outgoing:
        self._windows.begin(delivery.domain)
        self._under_way[delivery.id] = delivery
        return delivery

    def _wait(self, delivery: Outgoing) -> None:
        self._waiting.setdefault(delivery.domain, deque()).append(delivery)
        self._waits += 1

    # ── back ─────────────────────────────────────────────────────────────────────────────────────

    def _collected(self, *, wait: bool = True) -> Iterator[SendBatch]:
        """What has come meanwhile, counted."""
        enough = max(1, min(_BATCH, len(self._under_way)))
        within = self._pause() if wait else 0
        outcomes, events = self._results.take(enough, within=within, linger=_LINGER * wait)
        if self._results.crash:
            self.stop()
        now = self._now()
        told = [outcome for outcome in outcomes if not self._waits_again(outcome)]
        for outcome in told:
            events += self._count(outcome, now)
        for event in events:
            self._heed(event, now)
        if told or events:
            yield SendBatch(outcomes=tuple(told), events=tuple(events))

    def _waits_again(self, outcome: SendOutcome) -> bool:
        """Whether it met no connection, and another one is tried: it has no outcome yet."""
        if self.end or not isinstance(outcome, NotTried) or outcome.end is not None:
            return False
        delivery = self._under_way.pop(outcome.id)
        self._windows.release(delivery.domain)
        self._wait(delivery)
        return True

    def _pause(self) -> float:
        """Seconds until something may have changed."""
        now = self._now()
        if len(self._under_way) >= self._most():
            return _LOOK
        earliest = min(
            (self._windows.ready_at(domain, now) for domain in self._waiting),
            default=self._windows.server_ready_at(now),
        )
        wait = max(earliest, self._throttle.ready_at) - now
        return min(_LOOK, wait) if wait > 0 else _LOOK * bool(self._under_way)

    def _out_of_patience(self) -> bool:
        """Whether nothing is under way, and no window opens soon."""
        if self._under_way or not (self._waits or self._more):
            return False
        now = self._now()
        opens = [self._windows.ready_at(domain, now) for domain in self._waiting]
        if self._more and self._waits < WAITING:
            opens.append(self._windows.server_ready_at(now))
        return min(opens) - now > self._patience

    def _count(self, outcome: SendOutcome, now: float) -> list[ConnectionEvent]:
        domain = self._under_way.pop(outcome.id).domain
        if isinstance(outcome, NotTried | Unsendable):
            self._windows.release(domain)
            return []
        self._windows.record(domain, now)
        if isinstance(outcome, Accepted):
            self._failures = 0
            self._throttle.accepted()
        elif isinstance(outcome, RefusedForNow):
            # Of a 421 the connection tells by itself.
            if outcome.reply.asks_to_slow_down and outcome.reply.code != SERVICE_LEAVING:
                return [SlowDown(reply=outcome.reply)]
        elif isinstance(outcome, RefusedForGood):
            # It talks to us.
            self._failures = 0
        return []

    def _heed(self, event: ConnectionEvent, now: float) -> None:
        another = self._throttle.slow_down(now)
        self._take_back()
        if isinstance(event, NoConnection):
            self._failures += another
            if _hopeless(event) or self._failures >= _FAILURES:
                self.end = self.end or PoolEnd.NO_CONNECTION

    def _take_back(self) -> None:
        """Let what no connection has taken wait again."""
        for delivery in self._work.withdraw():
            self._windows.release(self._under_way.pop(delivery.id).domain)
            self._wait(delivery)

    def _given_up(self) -> Iterator[SendBatch]:
        """Hand back, untried, all that no connection has taken."""
        self._take_back()
        left = tuple(
            NotTried(id=delivery.id, end=None)
            for queue in self._waiting.values()
            for delivery in queue
        )
        self._waiting, self._waits = {}, 0
        if left:
            yield SendBatch(outcomes=left, events=())


def _hopeless(event: NoConnection) -> bool:
    """Whether trying again would not help: it is for a person to correct."""
    temporary = event.code is not None and event.code < _PERMANENT
    return event.why in {ConnectHindrance.TLS, ConnectHindrance.AUTH} and not temporary
