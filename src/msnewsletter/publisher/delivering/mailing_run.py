"""One run of the sender for one mailing: claim, fill in, hand over, settle, until it must stop."""

from __future__ import annotations

from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from msnewsletter.delivery.send_outcomes import (
    Accepted,
    NoConnection,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    Unfit,
    Unsendable,
)
from msnewsletter.delivery.send_pool import PoolEnd, SendPool
from msnewsletter.publisher.delivering.claim_batches import ClaimBatches
from msnewsletter.publisher.delivering.mailing_report import MailingEnd, MailingReport
from msnewsletter.publisher.delivering.outcomes import (
    UNFIT_FOR_ALL,
    refusal_of,
    result_of,
    too_many_dead,
)
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from msnewsletter.delivery.kept_connections import KeptConnections
    from msnewsletter.delivery.send_outcomes import SendOutcome
    from msnewsletter.delivery.send_plan import SendPlan
    from msnewsletter.delivery.send_pool import SendBatch
    from msnewsletter.delivery.transaction import Outgoing
    from msnewsletter.delivery.windows import SendWindows
    from msnewsletter.publisher.delivering.issue_mail import IssueMail
    from msnewsletter.publisher.delivering.postmark import Postmark
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing
    from msnewsletter.subscribers.delivery_state import Balance, ClaimedDelivery, DeliveryResult

# So many refusals in a row of all that we send, and we stop: what is wrong is wrong with us.
_HOPELESS: Final = 20
_UNFIT: Final = {
    Unfit.TOO_LARGE: "the mail is larger than it takes",
    Unfit.NEEDS_8BITMIME: "the mail holds more than ASCII, and it takes no 8BITMIME",
}
_SLICE: Final = 1.0  # seconds
# Seconds that windows may make us wait; where it would be longer, the run ends.
_PATIENCE: Final = 30.0


class Batches(Protocol):
    """What a run claims, batch after batch."""

    @property
    def passed_over(self) -> bool:
        """Whether in the end some may be left, because a limit lets none go for long."""

    def next_batch(self, now: datetime, *, clock: float) -> Sequence[ClaimedDelivery]:
        """The next batch; none: nothing that may go soon is due. See ClaimBatches."""


class Settle(Protocol):
    """Notes what became of deliveries; see `DeliveryQueries.settle`."""

    def __call__(
        self, results: Sequence[DeliveryResult], *, at: datetime, domains: Mapping[str, int]
    ) -> None:
        """Note it."""


class StopRequest:
    """Asks a run to stop quietly: what is under way is finished. For signal handlers, too."""

    def __init__(self) -> None:
        self.requested = False
        self._pool: SendPool | None = None
        self._woken: SimpleQueue[None] = SimpleQueue()

    def request(self) -> None:
        """Ask for it."""
        self.requested = True
        self._woken.put(None)
        if self._pool:
            self._pool.stop()

    def wait(self, seconds: float) -> None:
        """Wait so long, but not when it is asked for meanwhile."""
        end = monotonic() + seconds
        while not self.requested and (left := end - monotonic()) > 0:
            with suppress(Empty):
                # In slices: a Ctrl-C that comes as a long wait begins wakes nobody.
                self._woken.get(timeout=min(left, _SLICE))

    def watch(self, pool: SendPool) -> None:
        """Pass the request on to this pool."""
        self._pool = pool
        if self.requested:
            pool.stop()


@dataclass(frozen=True, kw_only=True)
class RunTools:
    """What a run works with.

    Attributes:
        store: the subscribers' database.
        plan: how to send.
        windows: what may be sent when, by the clock of `monotonic`.
        postmark: what makes each mail its reader's own.
        journal: the name of this run's journals.
        now: returns the time, aware.
        monotonic: returns seconds of a clock that never goes back.
        may_send: whether mail may go out at this time of the day.
        stop: asks the run to stop.
        progress: called with how many deliveries were settled in this run.
        mark: tells the outbox, in words of the ledger, that more was claimed.
        batches: what to claim next; None: whatever of the mailing is due.
        settle: notes what became of deliveries, as `store.settle` does; None: that one itself.
        kept: connections that outlive the run; None: they end with it.
    """

    store: SubscriberStore
    plan: SendPlan
    windows: SendWindows
    postmark: Postmark
    journal: str
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    may_send: Callable[[datetime], bool]
    stop: StopRequest
    progress: Callable[[int], None]
    mark: Callable[[], None]
    batches: Batches | None = None
    settle: Settle | None = None
    kept: KeptConnections | None = None


class MailingRun:
    """One run for one mailing."""

    def __init__(self, mailing: Mailing, mail: IssueMail, tools: RunTools) -> None:
        self._mailing, self._mail, self._tools = mailing, mail, tools
        self._in_hand: dict[int, ClaimedDelivery] = {}
        self._paced = False
        self._hindrance: NoConnection | None = None
        self._refusals = 0
        self._refusal: str | None = None
        self._settled = 0
        self._accepted, self._refused = 0, 0
        self._dead: list[int] = []
        self._unbelieved = 0
        self._batches: Batches = tools.batches or ClaimBatches(
            mailing.issue, tools.store, tools.windows, journal=tools.journal, patience=_PATIENCE
        )
        self._note = tools.settle or tools.store.settle
        self._pool = SendPool(
            tools.plan, tools.windows, now=tools.monotonic, patience=_PATIENCE, kept=tools.kept
        )

    def run(self) -> None:
        """Send what is due; raises OutboxError where a journal cannot be written, StoreError.

        When it has ended, however it has, no thread of it is left.
        """
        self._tools.stop.watch(self._pool)
        with closing(self._pool.run(self._outgoing())) as batches:
            for batch in batches:
                self._settle(batch)
        self._suppress()

    def _outgoing(self) -> Iterator[Outgoing]:
        """Claim, and fill in, what is due, for as long as it may go."""
        tools = self._tools
        while not tools.stop.requested and self._may_send():
            claimed = self._batches.next_batch(tools.now(), clock=tools.monotonic())
            if not claimed:
                return
            # Before any of them leaves: a ledger that knows of fewer is an older one.
            tools.mark()
            self._in_hand |= {one.id: one for one in claimed}
            for one in claimed:
                if not self._may_send():
                    return
                yield tools.postmark.outgoing(one, self._mail, self._mailing)

    def _may_send(self) -> bool:
        """Whether mail may go out at this time of the day."""
        may = self._tools.may_send(self._tools.now())
        self._paced = self._paced or not may
        return may

    def _settle(self, batch: SendBatch) -> None:
        """Note what became of some deliveries."""
        tools, now = self._tools, self._tools.now()
        for event in batch.events:
            if isinstance(event, NoConnection):
                self._hindrance = event
        results: list[DeliveryResult] = []
        domains: Counter[str] = Counter()
        for outcome in batch.outcomes:
            delivery = self._in_hand.pop(outcome.id)
            result = result_of(outcome, past=delivery.past, at=now)
            results.append(result)
            # What windows count, so that they are the same after a restart.
            if not isinstance(outcome, NotTried | Unsendable):
                domains[delivery.address.domain] += 1
            self._weigh(outcome)
        self._note(results, at=now, domains=domains)
        self._settled += len(results)
        tools.progress(self._settled)

    def _weigh(self, outcome: SendOutcome) -> None:
        """Note a dead address; stop where the server refuses all that we send."""
        match outcome:
            case Accepted():
                self._accepted += 1
                self._refusals = 0
            case Unsendable(why=why) if why in UNFIT_FOR_ALL:
                self._give_up(_UNFIT[why])
            case RefusedForGood(reply=reply) | RefusedForNow(reply=reply):
                refusal = refusal_of(outcome)
                self._refused += 1
                if refusal.is_dead:
                    self._dead.append(outcome.id)
                elif refusal.is_vague or (refusal.is_about_us and not reply.asks_to_slow_down):
                    self._refusals += 1
                    if self._refusals >= _HOPELESS:
                        said = (str(reply.code), reply.enhanced or "", reply.text)
                        self._give_up(" ".join(filter(None, said)))

    def _give_up(self, why: str) -> None:
        """Stop: the server takes from us nothing at all."""
        self._refusal = why
        self._pool.stop()

    def _suppress(self) -> None:
        """Suppress the dead, unless they are too many to be believed.

        At the end, when all answers are known. Of a run that is killed the next one does it, by
        the journals (left_claims.py).
        """
        answers = self._accepted + self._refused
        if too_many_dead(len(self._dead), answers=answers):
            self._unbelieved = len(self._dead)
        else:
            self._tools.store.suppress_dead(self._dead, at=self._tools.now())

    def hand_back(self) -> None:
        """Let go of what was claimed and not begun, once the run has ended without an error."""
        at = self._tools.now()
        left = [
            result_of(NotTried(id=one.id, end=None), past=one.past, at=at)
            for one in self._in_hand.values()
        ]
        self._in_hand = {}
        if left:
            self._note(left, at=at, domains={})

    @property
    def refusal(self) -> str | None:
        """What the server answers to all that we send; None: it does not."""
        return self._refusal

    @property
    def hindrance(self) -> NoConnection | None:
        """Why the run ended without a connection; None: it did not."""
        return self._hindrance if self._pool.end is PoolEnd.NO_CONNECTION else None

    def _passed_over(self, balance: Balance) -> bool:
        """Whether some wait for the window of their domain, and were not even claimed."""
        return self._batches.passed_over and balance[DeliveryState.QUEUED] > 0

    def report(self) -> MailingReport:
        """What has become of it, once all that it left claimed is settled."""
        tools, issue = self._tools, self._mailing.issue
        balance = tools.store.balance(issue)
        due = tools.store.next_due(issue)
        if not balance.to_do:
            end = MailingEnd.IN_DOUBT if balance[DeliveryState.IN_DOUBT] else MailingEnd.DONE
        elif balance.to_do == balance[DeliveryState.CLAIMED]:
            end = MailingEnd.UNSETTLED
        elif self._refusal:
            end = MailingEnd.REFUSED
        elif self._pool.end is PoolEnd.NO_CONNECTION:
            end = MailingEnd.NO_CONNECTION
        elif tools.stop.requested:
            end = MailingEnd.STOPPED
        elif self._paced or self._pool.end is PoolEnd.PACED or self._passed_over(balance):
            end = MailingEnd.PACED
        else:
            end = MailingEnd.WAITS
        return MailingReport(
            issue=issue,
            end=end,
            balance=balance,
            due=due,
            hindrance=self._hindrance if end is MailingEnd.NO_CONNECTION else None,
            refusal=self._refusal if end is MailingEnd.REFUSED else None,
            unbelieved=self._unbelieved,
        )
