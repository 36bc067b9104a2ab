"""One of the threads that send: it keeps a connection, and a journal for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.delivery.dialogue import Dialogue
from msnewsletter.delivery.kept_connections import KeptConnection
from msnewsletter.delivery.send_journal import SUFFIX, SendJournal
from msnewsletter.delivery.send_outcomes import NoConnection, NotTried, SlowDown, Unsendable
from msnewsletter.delivery.smtp import NoConnectionError, open_smtp
from msnewsletter.delivery.transaction import transaction

if TYPE_CHECKING:
    from msnewsletter.delivery.hand_over import ResultQueue, WorkQueue
    from msnewsletter.delivery.kept_connections import KeptConnections
    from msnewsletter.delivery.send_outcomes import ConnectionEvent
    from msnewsletter.delivery.send_plan import SendPlan
    from msnewsletter.delivery.transaction import Outgoing, Transaction

# Seconds without work after which we leave: before the server tells us to.
_IDLE = 5.0


class SenderThread:
    """Sends what the work queue gives, and puts each outcome into the result queue."""

    def __init__(
        self,
        number: int,
        plan: SendPlan,
        work: WorkQueue,
        results: ResultQueue,
        kept: KeptConnections | None = None,
    ) -> None:
        """Prepare; with `kept` it goes on with what its forerunner left there, and leaves it so."""
        self._number, self._plan = number, plan
        self._work, self._results = work, results
        self._kept = kept
        self._own = kept.take(number) if kept else KeptConnection()

    def run(self) -> None:
        """Work until the queue is closed; an error goes into the result queue."""
        try:
            while not self._work.closed:
                within = _IDLE if self._own.dialogue else None
                delivery = self._work.take(self._number, within=within)
                if delivery:
                    self._send(delivery)
                elif not self._work.closed:
                    self._own.hang_up()
        except BaseException as error:  # noqa: BLE001  (the caller's thread raises it)
            self._results.fail(error)
            self._own.close()
        if self._kept:
            self._kept.leave(self._number, self._own)
        else:
            self._own.close()

    def _send(self, delivery: Outgoing) -> None:
        dialogue = self._connected()
        if dialogue is None:
            self._results.put(NotTried(id=delivery.id, end=None))
            return
        first = self._made(delivery, dialogue)
        if first is None:
            return
        for outcome in dialogue.send(first, lambda: self._ahead(dialogue)):
            self._results.put(outcome)
        if dialogue.last_reply:
            self._warn(SlowDown(reply=dialogue.last_reply))
        if dialogue.fault:
            raise dialogue.fault
        if dialogue.end:
            self._own.hang_up()

    def _ahead(self, dialogue: Dialogue) -> Transaction | None:
        while delivery := self._work.take_now(self._number):
            if made := self._made(delivery, dialogue):
                return made
        return None

    def _made(self, delivery: Outgoing, dialogue: Dialogue) -> Transaction | None:
        if self._kept and not self._kept.holds():
            self._results.put(NotTried(id=delivery.id, end=None))
            return None
        made = transaction(delivery, dialogue.offers)
        if isinstance(made, Unsendable):
            self._results.put(made)
            return None
        return made

    def _connected(self) -> Dialogue | None:
        own = self._own
        if own.dialogue and not own.dialogue.usable():
            own.hang_up()
        if own.dialogue is None:
            own.dialogue = self._opened()
        return own.dialogue

    def _opened(self) -> Dialogue | None:
        plan = self._plan
        journal = self._own.journal
        if journal is None:
            path = plan.journals / f"{self._number + 1}{SUFFIX}"
            journal = self._own.journal = SendJournal(path, boot=plan.boot)
        try:
            smtp = open_smtp(plan.server)
        except NoConnectionError as error:
            self._warn(
                NoConnection(
                    why=error.why,
                    place=error.place,
                    problem=error.problem,
                    remedy=error.remedy,
                    code=error.code,
                )
            )
            return None
        return Dialogue(
            smtp,
            journal,
            pipelining=plan.pipelining,
            answer_within=plan.server.timeout,
            verdict_within=plan.verdict_within,
        )

    def _warn(self, event: ConnectionEvent) -> None:
        # Until the caller's thread has heard of it, nobody runs into the same wall.
        self._work.pause()
        self._results.tell(event)
