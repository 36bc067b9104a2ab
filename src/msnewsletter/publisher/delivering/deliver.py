"""Deliver: send what waits in the outbox to every subscriber, once, however often it is run."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.verp import Verp
from msnewsletter.delivery.send_journal import boot_id
from msnewsletter.delivery.send_worker import SendPlan
from msnewsletter.delivery.smtp import server_of
from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import disk_errors, make_folder
from msnewsletter.disk.lock import take_file_lock
from msnewsletter.errors import (
    BusyError,
    NewsletterError,
    OutboxError,
    RefusedError,
    SettingsError,
)
from msnewsletter.home import SETTINGS_NAME, issue_name
from msnewsletter.publisher.delivering.delivery_mark import (
    DeliveryMark,
    forgotten_mailings,
    shown_delivered,
)
from msnewsletter.publisher.delivering.issue_mail import manifest_digest, read_issue_mail
from msnewsletter.publisher.delivering.left_claims import recover_killed_senders, settle_left_claims
from msnewsletter.publisher.delivering.mailing_elsewhere import (
    folder_missing,
    unsettled_elsewhere,
)
from msnewsletter.publisher.delivering.mailing_report import MailingEnd, MailingReport
from msnewsletter.publisher.delivering.mailing_run import MailingRun, Postmark, RunTools
from msnewsletter.publisher.delivering.mailing_size import refuse_unmeant_size
from msnewsletter.publisher.delivering.sender_memory import note_end
from msnewsletter.publisher.delivering.sending_lines import restored_line
from msnewsletter.publisher.delivering.sending_pace import (
    WARM_UP_FROM,
    may_send_at,
    send_windows,
    warm_up_limit,
)
from msnewsletter.publisher.delivering.waiting_folders import (
    late_after,
    taken_over,
    waiting_folders,
)
from msnewsletter.publisher.delivering.waiting_mailings import MailingChoice, choose_mailings
from msnewsletter.publisher.release_claim import may_be_elsewhere
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.publisher.restore import undecided_restore
from msnewsletter.publisher.session import no_progress_shown
from msnewsletter.serialize import pretty, to_document
from msnewsletter.settings import load_settings, smtp_password
from msnewsletter.store.machine_lock import SENDER, SessionLock
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.tokens import Tokens
from msnewsletter.validators import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from msnewsletter.delivery_settings import DeliverSection
    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.mailing_run import StopRequest
    from msnewsletter.publisher.delivering.waiting_mailings import WaitingIssue
    from msnewsletter.publisher.session import Progress
    from msnewsletter.settings import Settings, SmtpSection
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class DeliveryClock:
    """The machine's clocks: the time (aware), and seconds that never go back."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What one run of the sender has done.

    Attributes:
        mailings: a report each, by issue.
        too_old: issues in `outbox/new/` that are sent only when a person names them.
        recovered: what an earlier sender had in hand when it was killed, by what became of it.
        problems: why an issue could not be sent, or sent on; the others were.
    """

    mailings: tuple[MailingReport, ...]
    too_old: tuple[int, ...]
    recovered: Mapping[DeliveryState, int]
    problems: tuple[NewsletterError, ...]


def deliver(
    home: Home,
    *,
    clock: DeliveryClock,
    stop: StopRequest,
    named: int | None = None,
    confirmed: bool = False,
    progress: Progress = no_progress_shown,
) -> Delivered:
    """Send what is due.

    Args:
        home: the newsletter's home.
        clock: the machine's clocks.
        stop: asks it to stop quietly.
        named: the issue to send; None: those that are young enough, and those under way.
        confirmed: a person has said that a first mailing of this size is meant.
        progress: called with how many deliveries of a mailing are done, and how many there are.

    Raises SettingsError without `[deliver]`, BusyError while another sender is at work here,
    RefusedError where a person has to decide first, DeliveryError, OutboxError, StoreError. What
    is wrong with one issue alone is raised only where a person has named it.
    """
    settings = load_settings(home.settings)
    section, smtp = _sections(settings)
    with (
        ledger_of_sole_sender(home, settings) as store,
        _remembering(home, clock, named=named) as outcome,
    ):
        at = clock.now()
        recovered = recover_killed_senders(home, store, at=at)
        _refuse_restored(home, settings)
        _refuse_older_ledger(home, store)
        _put_away_finished(home, store)
        found = waiting_folders(home)
        outcome.problems += found.problems
        choice = _choice(settings, store, found.issues, named=named, at=at)
        sender = _Sender(
            _Context(
                home=home,
                settings=settings,
                section=section,
                smtp=smtp,
                store=store,
                clock=clock,
                stop=stop,
                progress=progress,
            )
        )
        for issue in choice.send:
            try:
                sender.begin(issue, confirmed=confirmed)
                report = sender.send(issue)
            except (RefusedError, OutboxError) as problem:
                if named is not None:
                    raise
                outcome.problems.append(problem)
                continue
            outcome.reports.append(report)
            if unsettled := report.balance[DeliveryState.CLAIMED]:
                outcome.problems.append(unsettled_elsewhere(issue, unsettled))
            if report.end in _NO_OTHER_EITHER:
                break
    return Delivered(
        mailings=tuple(outcome.reports),
        too_old=choice.too_old,
        recovered=recovered,
        problems=tuple(outcome.problems),
    )


# Another mailing would meet the same.
_NO_OTHER_EITHER: Final = frozenset(
    {MailingEnd.STOPPED, MailingEnd.NO_CONNECTION, MailingEnd.REFUSED, MailingEnd.PACED}
)


@dataclass(slots=True)
class _RunOutcome:
    """What a run has come to so far."""

    reports: list[MailingReport] = field(default_factory=list)
    problems: list[NewsletterError] = field(default_factory=list)


@contextmanager
def _remembering(home: Home, clock: DeliveryClock, *, named: int | None) -> Iterator[_RunOutcome]:
    """Note how the run ends, for who looks later."""
    outcome = _RunOutcome()
    try:
        yield outcome
    except NewsletterError as error:
        # What a person names, and is told of at once, says nothing of the rest.
        if named is None:
            note_end(home, outcome.reports, [error], at=clock.now())
        raise
    note_end(home, outcome.reports, outcome.problems, at=clock.now())


@contextmanager
def delivery_lock(home: Home) -> Iterator[None]:
    """Hold the lock of the one sender of a home; raises BusyError."""
    handle, ours = take_file_lock(home, home.delivery_lock)
    try:
        if not ours:
            problem = "another msnewsletter is sending here"
            raise BusyError(home.display_path(home.delivery_lock), problem, "let it finish")
        yield
    finally:
        os.close(handle)


@contextmanager
def ledger_of_sole_sender(home: Home, settings: Settings) -> Iterator[SubscriberStore]:
    """The subscribers' database, while nobody else sends from it, here or on another machine.

    Raises BusyError, StoreError; RefusedError while a reset is not done.
    """
    where = subscribers_at(home, settings)
    lock = SessionLock(where, SENDER)
    with delivery_lock(home), ExitStack() as held:
        # Behind the lock: a reset makes its mark while it holds that.
        refuse_reset_under_way(home)
        held.callback(lock.leave)
        if not lock.take():
            raise BusyError(where.shown, "another machine sends from it", "let it finish")
        with open_subscribers(where) as store:
            yield store


def _sections(settings: Settings) -> tuple[DeliverSection, SmtpSection]:
    if settings.deliver is None or settings.smtp is None:
        problem = "there is no [deliver], so another program sends what is in outbox/new/"
        raise SettingsError(SETTINGS_NAME, problem, "add [deliver] to send from here")
    if settings.newsletter.sandbox and not is_loopback(settings.smtp.host):
        problem = "this home is a sandbox, and no mail leaves the machine from it"
        raise SettingsError(SETTINGS_NAME, problem, "take out sandbox = true")
    return settings.deliver, settings.smtp


def _refuse_restored(home: Home, settings: Settings) -> None:
    """Refuse to send anything from a restored home until a person has decided."""
    if origin := undecided_restore(home):
        issues = taken_over(home, origin.at)
        raise RefusedError("this home", *restored_line(origin.at, issues, settings.zone))


def _refuse_older_ledger(home: Home, store: SubscriberStore) -> None:
    """Refuse to send anything where the outbox shows more than the ledger knows."""
    if lost := forgotten_mailings(shown_delivered(home), store.mailings()):
        named = ", ".join(map(str, lost))
        raise RefusedError(
            home.display_path(home.subscribers),
            f"it is older than the outbox: it does not know all that went out of issue {named}; "
            "who left since then is on it again",
            f"take out who left, then run 'msnewsletter resolve {lost[0]} --delivered'",
        )


def _put_away_finished(home: Home, store: SubscriberStore) -> None:
    """Put away the folders whose sender was killed before it could."""
    for one in store.mailings():
        if one.finished and (home.outbox / outbox.SENDING / issue_name(one.issue)).is_dir():
            outbox.put_sent(home, one.issue)


def _choice(
    settings: Settings,
    store: SubscriberStore,
    waiting: Sequence[WaitingIssue],
    *,
    named: int | None,
    at: datetime,
) -> MailingChoice:
    under_way = [one.issue for one in store.mailings() if one.finished is None]
    choice = choose_mailings(
        waiting,
        under_way,
        named=named,
        late_after=late_after(settings),
        now=at,
    )
    if named is not None and not choice.send:
        known = store.mailing(named)
        problem = "is sent" if known else "is not in outbox/new/, or is damaged there"
        raise RefusedError(f"issue {issue_name(named)}", problem, "name another one")
    return choice


@dataclass(frozen=True, kw_only=True)
class _Context:
    """What all mailings of one run have in common."""

    home: Home
    settings: Settings
    section: DeliverSection
    smtp: SmtpSection
    store: SubscriberStore
    clock: DeliveryClock
    stop: StopRequest
    progress: Progress


class _Sender:
    """Sends mailings, one after another."""

    def __init__(self, given: _Context) -> None:
        self._home, self._settings, self._section = given.home, given.settings, given.section
        self._server = server_of(given.smtp, password=smtp_password())
        self._store, self._clock = given.store, given.clock
        self._stop, self._progress = given.stop, given.progress

    def begin(self, issue: int, *, confirmed: bool) -> None:
        """Enqueue an issue and take its folder; doing it twice does the same as once.

        Raises RefusedError where nobody would get it, it is a first mailing of its size that nobody
        has confirmed, or another sender has taken the folder.
        """
        home, store = self._home, self._store
        known = self._known(issue)
        if known is None:
            any_size = confirmed or self._section.warm_up
            refuse_unmeant_size(store, issue, any_size=any_size, at=self._clock.now())
            digest = manifest_digest(home, home.outbox / "new" / issue_name(issue))
            store.enqueue(issue, manifest=digest, at=self._clock.now())
        elif not store.balance(issue).to_do:
            # A person has yet to decide on it, though it was put away: its ledger was restored.
            outbox.take_back(home, issue)
        if not outbox.take_issue(home, issue):
            # On a shared database it may be another home's, which has just begun.
            elsewhere = may_be_elsewhere(store)
            if _untouched(store, issue) and (known is None or not elsewhere):
                store.cancel_mailing(issue)
            raise folder_missing(issue, elsewhere=elsewhere)
        self._mark(issue, deliveries=store.balance(issue).enqueued)

    def _known(self, issue: int) -> Mailing | None:
        """The mailing of an issue; not that of a folder which was taken back before it began."""
        home, store = self._home, self._store
        known = store.mailing(issue)
        waiting = home.outbox / "new" / issue_name(issue)
        if known and waiting.is_dir() and known.manifest != manifest_digest(home, waiting):
            if not _untouched(store, issue):
                problem = "another one with this number is under way"
                raise RefusedError(home.display_path(waiting), problem, "move it elsewhere")
            store.cancel_mailing(issue)
            return None
        return known

    def _mark(self, issue: int, *, deliveries: int) -> None:
        """Tell the outbox what the ledger knows of a mailing."""
        mailing = self._mailing(issue)
        mark = DeliveryMark(
            issue=issue,
            enqueued=mailing.created,
            deliveries=deliveries,
            claims=mailing.claims,
        )
        outbox.mark_delivery(self._home, issue, pretty(to_document(mark)))

    def _mailing(self, issue: int) -> Mailing:
        mailing = self._store.mailing(issue)
        if mailing is None:
            raise RefusedError(f"issue {issue_name(issue)}", "it is not enqueued", "deliver it")
        return mailing

    def send(self, issue: int) -> MailingReport:
        """Send what is due of an issue, and put its folder away when nothing is left to do."""
        home, store, now = self._home, self._store, self._clock.now()
        mailing = self._mailing(issue)
        folder = home.outbox / outbox.SENDING / issue_name(issue)
        mail = read_issue_mail(home, folder)
        if mail.manifest != mailing.manifest:
            problem = "is not the issue that was enqueued"
            remedy = "put back the folder that was there, from a backup"
            raise OutboxError(home.display_path(folder), problem, remedy)
        journal = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
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
        secret = store.secret()
        return RunTools(
            store=store,
            plan=SendPlan(
                server=self._server,
                journals=home.journals / journal,
                boot=boot_id(),
                connections=section.connections,
                pipelining=section.pipelining,
            ),
            windows=send_windows(
                section,
                sent=store.sent_since(now - _DAY),
                warm_up=warm_up_limit(began, now) if section.warm_up else None,
                now=now,
                clock=monotonic,
            ),
            postmark=Postmark(
                tokens=Tokens(secret),
                secret=secret,
                verp=Verp(section.bounces, store.bounce_secret()) if section.bounces else None,
                sender=settings.mail.from_address,
            ),
            journal=journal,
            now=self._clock.now,
            monotonic=self._clock.monotonic,
            may_send=partial(may_send_at, section, zone=settings.zone),
            stop=self._stop,
            progress=lambda settled: self._progress(done + settled, whole.enqueued),
            mark=lambda: self._mark(mailing.issue, deliveries=whole.enqueued),
        )


def _untouched(store: SubscriberStore, issue: int) -> bool:
    """Whether nothing of a mailing was ever tried."""
    balance = store.balance(issue)
    return balance.enqueued == balance[DeliveryState.QUEUED]
