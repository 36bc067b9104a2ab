"""Which notices are due, and giving each once: for its slot, or for its reason."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msnewsletter.clock.notify_settings import notify_settings
from msnewsletter.errors import NewsletterError
from msnewsletter.home import issue_name
from msnewsletter.publisher.clock_work import (
    is_notified,
    last_issue,
    new_alarm,
    note_notified,
    unnotified_sent_back,
)
from msnewsletter.store import Notification

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.clock.attempts import Attempts
    from msnewsletter.clock.event_log import EventLog
    from msnewsletter.clock.notices import Notice
    from msnewsletter.errors import RefusedError
    from msnewsletter.home import Home
    from msnewsletter.publisher.clock_work import DueWork
    from msnewsletter.publisher.results import Waits

# How long after its end a mailing is news.
_NEWS = timedelta(days=2)
# Of a notice that cannot be given nobody can be notified; `status` and `doctor` say it.
_OWN_STEP = "notify"


class Notifier:
    """The notices of one clock.

    Args:
        home: the newsletter's home.
        log: says what was given.
        attempts: the steps that fail.
    """

    def __init__(self, home: Home, log: EventLog, attempts: Attempts) -> None:
        self._home = home
        self._log = log
        self._attempts = attempts
        # The last run of the sender whose end was looked at.
        self._looked = False
        self._seen_run: datetime | None = None

    def notify_of_all(
        self, work: DueWork, now: datetime, *, waits: Waits | None, sources_read: bool
    ) -> None:
        """Give every notice that is due.

        Args:
            work: what is due, or has happened.
            now: aware.
            waits: what publishing just said of the slot that is due, if its issue waits.
            sources_read: there may be new alarms.

        Raises the first error after all were tried.
        """
        errors: list[NewsletterError] = []
        if work.doubt:
            self._of_doubt(work.doubt, work.doubted, now)
            return
        steps: tuple[Callable[[], None], ...] = (
            partial(self._of_issue, work, now, waits),
            *([partial(self._of_sent_back, now)] if work.sent_back else []),
            partial(self._of_published, work, now),
            *([partial(self._of_alarms, work, now)] if sources_read else []),
            partial(self._of_sources, work, now),
            partial(self._of_sending, work, now),
            partial(self.notify_of_failures, now),
        )
        for step in steps:
            try:
                step()
            except NewsletterError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def notify_of_failures(self, now: datetime) -> None:
        """Give a notice for each reason for which steps keep failing."""
        settings = notify_settings(self._home)
        by_reason = defaultdict(list)
        for name, step in self._attempts.failing.items():
            known = step.reason in step.notified
            if name != _OWN_STEP and not known and step.keeps_failing(now):
                by_reason[step.reason].append(name)
        if not by_reason or not settings.any:
            return
        from msnewsletter.clock.notices import failed_notice  # noqa: PLC0415  (see loop.py)

        for reason, names in by_reason.items():
            step = self._attempts.failing[names[0]]
            self._give(failed_notice(names, step, settings.time_zone), now)
            self._attempts.note_notified(reason)

    def _of_issue(self, work: DueWork, now: datetime, waits: Waits | None) -> None:
        """The draft, or why the issue of the slot that is due does not go out."""
        step = self._attempts.failing.get("publish")
        if work.drafting:
            self._of_slot(work, Notification.DRAFT, now)
        elif work.due and waits:
            event = Notification.LATE if waits.late else Notification.WAITS
            self._of_slot(work, event, now, reason=waits.reason)
        elif work.due and step and step.blocks:
            self._of_slot(work, Notification.BLOCKED, now, reason=step.reason)
            self._attempts.note_notified(step.reason)

    def _of_slot(
        self, work: DueWork, event: Notification, now: datetime, *, reason: str = ""
    ) -> None:
        from msnewsletter.clock.notices import about_slot, issue_notice  # noqa: PLC0415
        from msnewsletter.publisher.preview import next_issue_preview  # noqa: PLC0415

        if work.slot is None:
            return
        about = about_slot(work.slot, reason)
        if is_notified(self._home, event, about, at=now):
            return
        preview = next_issue_preview(self._home, at=now)
        given = self._give(issue_notice(preview, work.slot, event, about=about, reason=reason), now)
        note_notified(self._home, event, about, at=now)
        if event is Notification.DRAFT:
            number = preview.issue.number if preview.issue else None
            self._log.event("drafted", slot=work.slot.key, issue=number, command=given)

    def _of_sent_back(self, now: datetime) -> None:
        """A person sent the next issue back, and whoever recorded it did not notify the editors."""
        if not notify_settings(self._home).any:
            return
        from msnewsletter.clock.notices import sent_back_notice  # noqa: PLC0415  (see loop.py)

        if found := unnotified_sent_back(self._home, at=now):
            preview, decision = found
            self._give(sent_back_notice(preview, decision), now)
            note_notified(self._home, Notification.SENT_BACK, decision.name, at=now)

    def _of_doubt(self, doubt: RefusedError, about: str, now: datetime) -> None:
        """The machine's clock is implausibly ahead: nothing else is to be believed."""
        if is_notified(self._home, Notification.CLOCK, about, at=now):
            return
        from msnewsletter.clock.notices import clock_notice  # noqa: PLC0415  (see loop.py)

        self._give(clock_notice(doubt, about), now)
        note_notified(self._home, Notification.CLOCK, about, at=now)

    def _of_published(self, work: DueWork, now: datetime) -> None:
        if work.published is None:
            return
        if notify_settings(self._home).any and (found := last_issue(self._home, at=now)):
            from msnewsletter.clock.notices import published_notice  # noqa: PLC0415
            from msnewsletter.publisher.delivering.mail_way import mail_way  # noqa: PLC0415

            issue, preview = found
            folder = self._home.outbox / "new" / issue_name(issue.number)
            there = str(folder) if folder.is_dir() else ""
            way = mail_way(self._home, work.settings, issue, at=now)
            notice = published_notice(issue, work.published, there, preview.draft.held, way=way)
            self._give(notice, now)
        note_notified(self._home, Notification.PUBLISHED, work.published, at=now)

    def _of_sources(self, work: DueWork, now: datetime) -> None:
        """Notify the editors of sources that are for a person, once for each period."""
        if work.settings is None or not work.settings.fetched:
            return
        from msnewsletter.publisher.source_ailments import ailing_sources  # noqa: PLC0415

        found = ailing_sources(self._home, work.settings, at=now, last_slot=work.last_slot)
        for one in found:
            if is_notified(self._home, Notification.SOURCE, one.about, at=now):
                continue
            from msnewsletter.clock.notices import source_notice  # noqa: PLC0415

            self._give(source_notice(one), now)
            note_notified(self._home, Notification.SOURCE, one.about, at=now)

    def _of_sending(self, work: DueWork, now: datetime) -> None:
        """Notify the editors of mailings that have ended, and of what hinders sending.

        Looked at after each run of the sender, whoever has started it.
        """
        settings = work.settings
        if settings is None or settings.deliver is None:
            return
        from msnewsletter.publisher.delivering.sender_memory import (  # noqa: PLC0415
            read_sender_memory,
        )

        memory = read_sender_memory(self._home)
        run = memory.at if memory else None
        if self._looked and self._seen_run == run:
            return
        from msnewsletter.clock.notices import (  # noqa: PLC0415  (see loop.py)
            about_delivered,
            about_sending,
            delivered_notice,
            sending_notice,
        )
        from msnewsletter.publisher.delivering.sending_ailments import (  # noqa: PLC0415
            sending_ailments,
        )
        from msnewsletter.publisher.delivering.sending_state import (  # noqa: PLC0415
            sending_state,
        )

        state = sending_state(self._home, settings, at=now)
        for one in sending_ailments(state, at=now, zone=settings.zone) if state else ():
            self._once(Notification.SENDING, about_sending(one), partial(sending_notice, one), now)
        for mailing in state.mailings if state else ():
            # One of no deliveries was adopted from the outbox; old news are none.
            if mailing.finished and mailing.balance.enqueued and now - mailing.finished <= _NEWS:
                about, made = about_delivered(mailing), partial(delivered_notice, mailing)
                self._once(Notification.DELIVERED, about, partial(made, settings.zone), now)
        self._looked, self._seen_run = True, run

    def _once(
        self, event: Notification, about: str, notice: Callable[[], Notice], now: datetime
    ) -> None:
        if not is_notified(self._home, event, about, at=now):
            self._give(notice(), now)
            note_notified(self._home, event, about, at=now)

    def _of_alarms(self, work: DueWork, now: datetime) -> None:
        """Notify the editors of what was sent and is refused or kept back now."""
        if (found := new_alarm(self._home, at=now)) is None:
            return
        from msnewsletter.clock.notices import issue_notice  # noqa: PLC0415  (see loop.py)

        preview, about = found
        event = Notification.ALARM
        self._give(issue_notice(preview, work.slot, event, about=about, reason=""), now)
        note_notified(self._home, event, about, at=now)
        for alarm in preview.alarms:
            self._log.event("not corrected", logging.WARNING, why=str(alarm))

    def _give(self, notice: Notice, now: datetime) -> bool:
        """Give a notice, if anybody is to be notified; False: nobody is."""
        settings = notify_settings(self._home)
        if not settings.any:
            return False
        from msnewsletter.clock.notify import notify  # noqa: PLC0415  (see loop.py)

        notify(self._home, settings, notice, at=now)
        self._log.event("notified", of=notice.event, slot=notice.slot or None)
        return True
