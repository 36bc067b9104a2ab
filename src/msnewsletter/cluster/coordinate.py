"""Coordinate: have workers send what waits in the outbox, and put it away when they are done.

It begins a mailing as `deliver` does, and in the same transaction there is a job for each chunk of
it. Then it only looks: sending, and settling what a worker leaves, is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.cluster.job_queue import defer
from msnewsletter.cluster.lease import Periods
from msnewsletter.cluster.queue_schema import prepare_queue
from msnewsletter.cluster.sweep import sweep
from msnewsletter.disk import outbox
from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering.begin_mailing import MailingStart
from msnewsletter.publisher.delivering.delivery_run import Delivered, DeliveryRequest, run_due
from msnewsletter.publisher.delivering.issue_mail import mail_files
from msnewsletter.publisher.delivering.mailing_report import MailingEnd, MailingReport
from msnewsletter.publisher.delivering.sending_pace import may_send_at
from msnewsletter.publisher.delivering.sending_terms import sending_terms
from msnewsletter.store.subscribers import ForWorkers
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.delivery_run import RunContext
    from msnewsletter.store.subscribers.mailing_queries import Mailing
    from msnewsletter.subscribers.delivery_state import Balance


def coordinate(home: Home, request: DeliveryRequest) -> Delivered:
    """Have what is due sent by workers; returns at once. See `run_due` for what it raises."""
    return run_due(home, request, _Coordinator)


class _Coordinator:
    """Hands mailings to workers, one after another."""

    def __init__(self, given: RunContext) -> None:
        """Sweep first, so that what is looked at is true."""
        self._home, self._store = given.home, given.store
        self._section, self._zone = given.section, given.settings.zone
        self._request, self._clock = given.request, given.request.clock
        self._start = MailingStart(
            given.home,
            given.store,
            any_size=given.request.confirmed or given.section.warm_up,
            enqueue=self._enqueue,
        )
        prepare_queue(self._store)
        self._store.share_terms(sending_terms(given.settings, given.section))
        self._now = self._store.database_now()
        self._open_hours = may_send_at(self._section, self._now, self._zone)
        silent = Periods().silent
        sweep(self._store, now=self._now, may_send=self._open_hours, silent=silent)

    def begin(self, issue: int) -> None:
        self._start.begin(issue, at=self._clock.now())

    def _enqueue(self, issue: int, folder: Path, digest: str) -> None:
        given = self._for_workers(folder)
        self._store.enqueue(issue, manifest=digest, at=self._clock.now(), for_workers=given)

    def _for_workers(self, folder: Path) -> ForWorkers:
        return ForWorkers(mails=mail_files(self._home, folder), hand_out=defer)

    def send(self, issue: int) -> MailingReport:
        home, store = self._home, self._store
        mailing = self._start.mailing(issue)
        if not store.is_with_workers(issue):
            # It was begun by a sender of another setting, or is under way again.
            self._hand_over(mailing)
        balance = store.balance(issue)
        self._start.mark(issue, deliveries=balance.enqueued)
        self._request.progress(balance.enqueued - balance.to_do, balance.enqueued)
        due = store.next_due(issue)
        end = self._end(balance, due)
        if end is MailingEnd.DONE:
            store.finish_mailing(issue, at=self._clock.now())
            outbox.put_sent(home, issue)
        return MailingReport(issue=issue, end=end, balance=balance, due=due)

    def _hand_over(self, mailing: Mailing) -> None:
        self._start.mail(mailing)  # refuses a folder that is not the one that was enqueued
        folder = self._home.outbox / outbox.SENDING / issue_name(mailing.issue)
        self._store.hand_to_workers(mailing.issue, self._for_workers(folder))

    def _end(self, balance: Balance, due: datetime | None) -> MailingEnd:
        """How a mailing stands, as the end of our part in it."""
        if not balance.to_do:
            return MailingEnd.IN_DOUBT if balance[DeliveryState.IN_DOUBT] else MailingEnd.DONE
        if balance.to_do == balance[DeliveryState.TEMP_FAILED] and due and due > self._now:
            return MailingEnd.WAITS
        if not self._open_hours and not balance[DeliveryState.CLAIMED]:
            return MailingEnd.PACED
        return MailingEnd.WITH_WORKERS
