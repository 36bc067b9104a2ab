"""One run over all mailings that are due, by whoever sends them: the frame of `deliver`."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from msnewsletter.disk import outbox
from msnewsletter.errors import NewsletterError, OutboxError, RefusedError, SettingsError
from msnewsletter.home import SETTINGS_NAME, issue_name
from msnewsletter.publisher.delivering.delivery_mark import (
    forgotten_mailings,
    older_ledger_remedy,
    shown_delivered,
)
from msnewsletter.publisher.delivering.left_claims import recover_killed_senders
from msnewsletter.publisher.delivering.mailing_elsewhere import unsettled_elsewhere
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.sender_memory import note_end
from msnewsletter.publisher.delivering.sending_lines import restored_line
from msnewsletter.publisher.delivering.sole_sender import ledger_of_sole_sender
from msnewsletter.publisher.delivering.waiting_folders import (
    late_after,
    taken_over,
    waiting_folders,
)
from msnewsletter.publisher.delivering.waiting_mailings import MailingChoice, choose_mailings
from msnewsletter.publisher.restore import undecided_restore
from msnewsletter.publisher.session import no_progress_shown
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.validators import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from msnewsletter.delivery_settings import DeliverSection
    from msnewsletter.home import Home
    from msnewsletter.mail_settings import SmtpSection
    from msnewsletter.publisher.delivering.mailing_report import MailingReport
    from msnewsletter.publisher.delivering.mailing_run import StopRequest
    from msnewsletter.publisher.delivering.waiting_mailings import WaitingIssue
    from msnewsletter.publisher.session import Progress
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers import SubscriberStore


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


@dataclass(frozen=True, kw_only=True)
class DeliveryRequest:
    """What a run is asked for.

    Attributes:
        clock: the machine's clocks.
        stop: asks it to stop quietly.
        named: the issue to send; None: those that are young enough, and those under way.
        confirmed: a person has said that a first mailing of this size is meant.
        progress: called with how many deliveries of a mailing are done, and how many there are.
    """

    clock: DeliveryClock
    stop: StopRequest
    named: int | None = None
    confirmed: bool = False
    progress: Progress = no_progress_shown


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """What all mailings of one run have in common."""

    home: Home
    settings: Settings
    section: DeliverSection
    smtp: SmtpSection
    store: SubscriberStore
    request: DeliveryRequest


class IssueSender(Protocol):
    """Who sends one mailing after another, or has others send them."""

    def begin(self, issue: int) -> None:
        """Enqueue an issue and take its folder; doing it twice does the same as once."""

    def send(self, issue: int) -> MailingReport:
        """Do what is due of it, and put its folder away when nothing is left to do."""


def run_due(
    home: Home, request: DeliveryRequest, make: Callable[[RunContext], IssueSender]
) -> Delivered:
    """Have what is due sent.

    Args:
        home: the newsletter's home.
        request: what is asked for.
        make: makes who sends it, once it is certain that anything may be sent.

    Raises SettingsError without `[deliver]`, BusyError while another sender is at work here,
    RefusedError where a person has to decide first, DeliveryError, OutboxError, StoreError. What
    is wrong with one issue alone is raised only where a person has named it.
    """
    settings = load_settings(home.settings)
    section, smtp = sections(settings)
    clock, named = request.clock, request.named
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
        context = RunContext(
            home=home,
            settings=settings,
            section=section,
            smtp=smtp,
            store=store,
            request=request,
        )
        _send(choice.send, make(context), outcome, named=named)
    return Delivered(
        mailings=tuple(outcome.reports),
        too_old=choice.too_old,
        recovered=recovered,
        problems=tuple(outcome.problems),
    )


def _send(
    issues: Sequence[int], sender: IssueSender, outcome: _RunOutcome, *, named: int | None
) -> None:
    """One after another; what is wrong with one stops no other."""
    for issue in issues:
        try:
            sender.begin(issue)
            report = sender.send(issue)
        except (RefusedError, OutboxError) as problem:
            if named is not None:
                raise
            outcome.problems.append(problem)
            continue
        outcome.reports.append(report)
        unsettled = report.balance[DeliveryState.CLAIMED]
        if unsettled and report.end is not MailingEnd.WITH_WORKERS:
            outcome.problems.append(unsettled_elsewhere(issue, unsettled))
        if report.end in _NO_OTHER_EITHER:
            break


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
        # A person who named one issue sees the error at once; it says nothing of the others.
        if named is None:
            note_end(home, outcome.reports, [error], at=clock.now())
        raise
    note_end(home, outcome.reports, outcome.problems, at=clock.now())


def sections(settings: Settings) -> tuple[DeliverSection, SmtpSection]:
    """What there must be to send at all; raises SettingsError."""
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
    known = store.mailings()
    if lost := forgotten_mailings(shown_delivered(home), known):
        under_way = {one.issue for one in known if one.finished is None}
        named = ", ".join(map(str, lost))
        raise RefusedError(
            store.shown,
            f"it is older than the outbox: it does not know all that went out of issue {named}; "
            "who left since then is on it again",
            older_ledger_remedy(lost[0], under_way=lost[0] in under_way),
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
