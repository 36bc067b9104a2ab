"""How sending stands: its mailings, what waits, and what hinders it; for who looks.

Gathered from the ledger, the outbox and the sender's memory; touches no state, and asks no server.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.reply_words import kind_of_reply
from msnewsletter.delivery_settings import DeliverSection
from msnewsletter.disk import outbox
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.delivering.delivery_mark import forgotten_mailings, shown_delivered
from msnewsletter.publisher.delivering.outcomes import too_many_dead
from msnewsletter.publisher.delivering.seen_workers import SeenWorkers, seen_workers
from msnewsletter.publisher.delivering.sender_memory import SenderMemory, read_sender_memory
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
from msnewsletter.publisher.delivering.waiting_mailings import choose_mailings
from msnewsletter.publisher.restore import undecided_restore
from msnewsletter.regular_file import is_there
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.bounces import BounceKind
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.validators import is_loopback

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing
    from msnewsletter.subscribers.delivery_state import Balance

_DAY: Final = timedelta(days=1)


class PaceLimit(StrEnum):
    """What lets no more mail go now."""

    HOURS = "hours"  # deliver.hours
    WARM_UP = "warm-up"
    WINDOWS = "windows"  # deliver.per_second, per_hour, per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Paced:
    """A limit that is reached.

    Attributes:
        by: which one.
        until: when the next mail may go, aware UTC; None: that is said by the settings alone.
        most: of the warm-up: how many mails it allows within 24 hours now.
    """

    by: PaceLimit
    until: datetime | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingState:
    """A mailing.

    Attributes:
        issue: its number.
        created: when it was enqueued, aware UTC.
        finished: when nothing was left to do, aware UTC; None: it is under way.
        balance: how its deliveries stand.
        due: when the next delivery that was refused for now is tried again, aware UTC.
        unbelieved: so many addresses the server calls dead that it was not believed, and their
            subscribers still get mail; 0: it was.
    """

    issue: int
    created: datetime
    finished: datetime | None
    balance: Balance
    due: datetime | None
    unbelieved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingState:
    """How sending stands.

    Attributes:
        on: there is a `[deliver]`.
        automatic: `run` sends by itself.
        mailings: those under way, and the last one that is finished, by issue.
        waiting: the issues in `outbox/new/` that go out by themselves or with `deliver`.
        too_old: those that go only by name.
        forgotten: issues that went out from here, and that the ledger does not know.
        restored: when the backup was made from which the home was restored, aware, and the issues
            to be sent that came with it; None: a person has let it send, or it was not restored.
        paced: the limits that are reached.
        workers: who sends instead of this home, where `[deliver] workers` is set; None: it is not.
        memory: how the last run of the sender ended; None: there was none.
        fault: why no more is known; None: all is.
    """

    on: bool
    automatic: bool = False
    mailings: tuple[MailingState, ...] = ()
    waiting: tuple[int, ...] = ()
    too_old: tuple[int, ...] = ()
    forgotten: tuple[int, ...] = ()
    restored: tuple[datetime, tuple[int, ...]] | None = None
    paced: tuple[Paced, ...] = ()
    workers: SeenWorkers | None = None
    memory: SenderMemory | None = None
    fault: NewsletterError | None = None


def sending_state(home: Home, settings: Settings, *, at: datetime) -> SendingState | None:
    """How sending stands at `at` (aware); raises nothing of ours.

    None: nothing is sent from here, and nothing ever was.
    """
    section = settings.deliver
    # Without [deliver] a database on a server is asked nothing: it may belong to another home.
    if section is None and not is_there(home.subscribers):
        return None
    try:
        with open_subscribers(subscribers_at(home, settings), create=False) as store:
            known = store.mailings()
            if section is None and not known:
                return None
            return _gathered(home, settings, store, known, at=at)
    except NewsletterError as error:
        return SendingState(on=section is not None, fault=error)


def sending_is_due(home: Home, settings: Settings, *, at: datetime) -> bool:
    """Whether the clock is to run the sender at `at` (aware); quick where there is nothing to do.

    Raises StoreError and OutboxError.
    """
    section, smtp = settings.deliver, settings.smtp
    if section is None or smtp is None or not section.automatic:
        return False
    if settings.newsletter.sandbox and not is_loopback(smtp.host):
        return False  # no mail leaves a sandbox
    memory = read_sender_memory(home)
    if memory and memory.rests(at):
        return False
    waiting = waiting_folders(home).issues
    if not waiting and not outbox.delivered_here(home):
        return False
    with open_subscribers(subscribers_at(home, settings), create=False) as store:
        known = store.mailings()
        under_way = [one.issue for one in known if one.finished is None]
        if any(store.has_work(issue, now=at) for issue in under_way):
            return True
    fresh = choose_mailings(waiting, [], named=None, late_after=late_after(settings), now=at)
    return bool(fresh.send)


def _gathered(
    home: Home, settings: Settings, store: SubscriberStore, known: list[Mailing], *, at: datetime
) -> SendingState:
    under_way = [one for one in known if one.finished is None]
    finished = [one for one in known if one.finished is not None]
    shown = sorted(under_way + finished[-1:], key=lambda one: one.issue)
    section = settings.deliver
    choice = choose_mailings(
        waiting_folders(home).issues if section else (),
        (one.issue for one in under_way),
        named=None,
        late_after=late_after(settings),
        now=at,
    )
    origin = undecided_restore(home)
    begun = {one.issue for one in known}
    mailings = tuple(_mailing(store, one) for one in shown)
    to_do = any(one.balance.to_do for one in mailings)
    return SendingState(
        on=section is not None,
        automatic=section is not None and section.automatic,
        mailings=mailings,
        waiting=tuple(issue for issue in choice.send if issue not in begun),
        too_old=choice.too_old,
        forgotten=forgotten_mailings(shown_delivered(home), known),
        restored=(origin.at, taken_over(home, origin.at)) if origin else None,
        paced=_paced(section, settings, store, at=at) if section and to_do else (),
        workers=_workers(store) if section and section.workers else None,
        memory=read_sender_memory(home),
    )


def _workers(store: SubscriberStore) -> SeenWorkers:
    """The workers, by the database's clock."""
    return seen_workers(store.workers(), release=version("msnewsletter"), now=store.database_now())


def _mailing(store: SubscriberStore, one: Mailing) -> MailingState:
    balance = store.balance(one.issue)
    return MailingState(
        issue=one.issue,
        created=one.created,
        finished=one.finished,
        balance=balance,
        due=None if one.finished else store.next_due(one.issue),
        unbelieved=_unbelieved(store, one.issue, balance),
    )


def _unbelieved(store: SubscriberStore, issue: int, balance: Balance) -> int:
    """How many addresses a server calls dead that is not believed: else they are suppressed."""
    failed = balance[DeliveryState.PERM_FAILED]
    answers = failed + balance[DeliveryState.SENT] + balance[DeliveryState.TEMP_FAILED]
    if not too_many_dead(failed, answers=answers):
        return 0  # nor are fewer; and counting takes as long as a mailing is large
    dead = sum(
        number
        for (code, enhanced), number in store.failed_of_confirmed(issue).items()
        if kind_of_reply(code, enhanced, "") is BounceKind.DEAD
    )
    return dead if too_many_dead(dead, answers=answers) else 0


def _paced(
    section: DeliverSection,
    settings: Settings,
    store: SubscriberStore,
    *,
    at: datetime,
) -> tuple[Paced, ...]:
    """The limits that are reached now."""
    found = []
    if not may_send_at(section, at, settings.zone):
        found.append(Paced(by=PaceLimit.HOURS))
    began = store.first_mailing_above(WARM_UP_FROM)
    warm_up = warm_up_limit(began, at) if section.warm_up else None
    sent = store.sent_since(at - _DAY)
    ways: list[tuple[PaceLimit, DeliverSection, int | None]] = [(PaceLimit.WINDOWS, section, None)]
    if warm_up is not None:
        ways.append((PaceLimit.WARM_UP, DeliverSection(), warm_up))
    for by, limits, most in ways:
        windows = send_windows(limits, sent=sent, warm_up=most, now=at, clock=0.0)
        if (seconds := windows.server_ready_at(0.0)) > 0:
            until = (at + timedelta(seconds=seconds)).astimezone(UTC)
            found.append(Paced(by=by, until=until, most=most))
    return tuple(found)
