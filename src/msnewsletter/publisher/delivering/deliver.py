"""Deliver: send what waits in the outbox to every subscriber, once, however often it is run."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.smtp import server_of
from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import disk_errors, make_folder
from msnewsletter.publisher.delivering.begin_mailing import MailingStart
from msnewsletter.publisher.delivering.delivery_run import Delivered, DeliveryRequest, run_due
from msnewsletter.publisher.delivering.left_claims import journal_name, settle_left_claims
from msnewsletter.publisher.delivering.mailing_report import MailingEnd, MailingReport
from msnewsletter.publisher.delivering.mailing_run import MailingRun, RunTools
from msnewsletter.publisher.delivering.postmark import postmark_of
from msnewsletter.publisher.delivering.sending_pace import (
    WARM_UP_FROM,
    may_send_at,
    send_plan,
    send_windows,
    warm_up_limit,
)
from msnewsletter.settings import smtp_password

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.delivery_run import RunContext
    from msnewsletter.store.subscribers.mailing_queries import Mailing

_DAY: Final = timedelta(days=1)


def deliver(home: Home, request: DeliveryRequest) -> Delivered:
    """Send what is due from here; see `run_due` for what it raises."""
    return run_due(home, request, _Sender)


class _Sender:
    """Sends mailings, one after another."""

    def __init__(self, given: RunContext) -> None:
        self._home, self._settings, self._section = given.home, given.settings, given.section
        self._server = server_of(given.smtp, password=smtp_password())
        self._store, self._request = given.store, given.request
        self._clock = given.request.clock
        self._start = MailingStart(
            given.home,
            given.store,
            any_size=given.request.confirmed or given.section.warm_up,
            enqueue=self._enqueue,
        )

    def begin(self, issue: int) -> None:
        self._start.begin(issue, at=self._clock.now())

    def _enqueue(self, issue: int, folder: Path, digest: str) -> None:
        del folder
        self._store.enqueue(issue, manifest=digest, at=self._clock.now())

    def send(self, issue: int) -> MailingReport:
        home, store, now = self._home, self._store, self._clock.now()
        mailing = self._start.mailing(issue)
        # Where the setting was another: what workers have in hand they settle, and begin no more.
        store.take_from_workers(issue)
        mail = self._start.mail(mailing)
        journal = journal_name(now)
        with disk_errors(home):
            make_folder(home.journals / journal)
        run = MailingRun(mailing, mail, self._tools(mailing, journal))
        run.run()
        # Every outcome is in the ledger: what is still claimed nobody has in hand.
        settle_left_claims(home, store, at=self._clock.now())
        report = run.report()
        if report.end is MailingEnd.DONE:
            store.finish_mailing(issue, at=self._clock.now())
            outbox.put_sent(home, issue)
        return report

    def _tools(self, mailing: Mailing, journal: str) -> RunTools:
        home, store, section = self._home, self._store, self._section
        now, monotonic = self._clock.now(), self._clock.monotonic()
        settings, whole = self._settings, store.balance(mailing.issue)
        done = whole.enqueued - whole.to_do
        began = store.first_mailing_above(WARM_UP_FROM)
        return RunTools(
            store=store,
            plan=send_plan(section, self._server, home.journals / journal),
            windows=send_windows(
                section,
                sent=store.sent_since(now - _DAY),
                warm_up=warm_up_limit(began, now) if section.warm_up else None,
                now=now,
                clock=monotonic,
            ),
            postmark=postmark_of(settings, section, store),
            journal=journal,
            now=self._clock.now,
            monotonic=self._clock.monotonic,
            may_send=partial(may_send_at, section, zone=settings.zone),
            stop=self._request.stop,
            progress=lambda settled: self._request.progress(done + settled, whole.enqueued),
            mark=lambda: self._start.mark(mailing.issue, deliveries=whole.enqueued),
        )
