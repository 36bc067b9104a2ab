"""What the log of a clock says of its work: what each step brought, and what failed in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from msnewsletter.errors import BusyError, DeliveryError
from msnewsletter.publisher.results import NothingDue, Released, SlotTaken, Waits

if TYPE_CHECKING:
    from msnewsletter.clock.event_log import EventLog
    from msnewsletter.publisher.came_back.read_mailboxes import InboundReport
    from msnewsletter.publisher.clock_work import DueWork
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.delivering.background_sender import SenderRun
    from msnewsletter.publisher.hub_pings import PingRound
    from msnewsletter.publisher.results import Published
    from msnewsletter.publisher.source_look import LookResult
    from msnewsletter.publisher.subscribing.send_letters import SentLetters


class WorkEvents:
    """The events of a clock's work.

    Args:
        log: says them.
        stays: the clock is a process that stays; one of hundreds a day says nothing of itself.
    """

    def __init__(self, log: EventLog, *, stays: bool) -> None:
        self._log, self._stays = log, stays

    def of_itself(self, event: str, **facts: object) -> None:
        """Say what this process does."""
        if self._stays:
            self._log.event(event, logging.INFO, **facts)

    def of_doubt(self, due: DueWork) -> None:
        """Say that the machine's clock cannot be right, or was set back."""
        if due.doubt:
            self._log.once("doubt", logging.WARNING, "clock in doubt", why=str(due.doubt))
        else:
            self._log.forget("doubt")
        if due.set_back:
            why = "the last published slot is in the future"
            self._log.once("set back", logging.WARNING, "clock set back", why=why)
        else:
            self._log.forget("set back")

    def fetched(self, one: LookResult) -> None:
        """Say what a look at a source brought."""
        kind = f"fetch {one.source}"
        if one.failure is None:
            self._log.forget(kind)
        elif one.fails_newly:
            # Once; `status` says it as long as it lasts.
            why = str(one.failure)
            self._log.once(kind, logging.WARNING, "fetch failed", source=one.source, why=why)
        if one.works_again:
            self._log.event("works again", source=one.source)
        if one.came:
            problems = one.problems or None
            self._log.event("fetched", source=one.source, summaries=one.came, problems=problems)

    def published(self, done: Published) -> None:
        """Say what became of a slot, and of what a crash had left."""
        for number in done.recovered:
            self._log.event("recovered", issue=number)
        match done:
            case NothingDue() | SlotTaken():
                return
            case Waits(reason=why):
                self._log.refusals(done.preview.collected)
                kind, slot = "late" if done.late else "waits", done.preview.trigger.name
                self._log.once("waits", logging.WARNING, kind, slot=slot, why=why)
                return
        self._log.forget("waits")
        self._log.refusals(done.preview.collected)
        slot = done.preview.trigger.name
        for older in done.preview.trigger.coalesce:
            self._log.event("coalesced", slot=older.key, into=slot)
        if isinstance(done, Released):
            self._log.event(
                "published",
                slot=slot,
                issue=done.issue.number,
                entries=len(done.issue.entries),
                corrections=len(done.issue.corrections),
            )
        else:
            self._log.event("empty", slot=slot)

    def collected(self, collected: Collected) -> None:
        """Say what was read, and what was refused."""
        if collected.read:
            # A file with a fault in it is read each time.
            what = repr(collected.read)
            self._log.news("collected", what, "collected", summaries=len(collected.read))
        self._log.refusals(collected)

    def sent(self, ended: SenderRun) -> None:
        """Say how mailings stand after the sender was at work."""
        done = ended.done
        if isinstance(ended.failure, BusyError):
            return  # a person's own `deliver` is at work
        problems = [ended.failure] if ended.failure else [*done.problems] if done else []
        for report in done.mailings if done else ():
            if report.hindrance:
                why = report.hindrance
                problems.append(DeliveryError(why.place, why.problem, why.remedy))
            elif report.refusal:
                said = f"the mail server refuses all that we send ({report.refusal})"
                problems.append(DeliveryError("sending", said, "ask whoever runs it"))
            counts = {state.value: number for state, number in report.balance.counts.items()}
            kind, issue = f"sent {report.issue}", report.issue
            self._log.news(kind, repr(sorted(counts.items())), "sent", issue=issue, **counts)
        for problem in problems:
            # Once; `status` says it as long as it lasts.
            self._log.once("sender", logging.WARNING, "sending failed", why=str(problem))
        if not problems:
            self._log.forget("sender")

    def came_back(self, report: InboundReport) -> None:
        """Say what came back, and what of it could not be handled."""
        if report.counts:
            counts = {outcome.value: number for outcome, number in report.counts.items()}
            self._log.event("came back", **counts)
        if not report.problems:
            self._log.forget("inbound")
        for problem in report.problems:
            self._log.once("inbound", logging.WARNING, "not handled", why=problem)

    def pinged(self, done: PingRound) -> None:
        """Say what the hub was told; one that fails is said once."""
        if done.told:
            self._log.event("pinged", feeds=len(done.told), hub=done.queue.hub)
        if done.failure:
            self._log.once("ping", logging.WARNING, "ping failed", why=done.failure.says)
        else:
            self._log.forget("ping")
        if done.given_up:
            self._log.event("ping given up", logging.ERROR, feeds=done.given_up)

    def letters(self, done: SentLetters) -> None:
        """Say how many of the door's mails were sent."""
        if done.sent:
            self._log.event("letters", sent=done.sent)
        if done.fault:
            self._log.once("letters", logging.WARNING, "letters failed", why=str(done.fault))
        else:
            self._log.forget("letters")
