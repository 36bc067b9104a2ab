"""A person's decision on a mailing: what is in doubt, or what the ledger does not know."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.errors import RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering.delivery_mark import is_behind, read_mark
from msnewsletter.publisher.delivering.issue_mail import manifest_digest
from msnewsletter.publisher.delivering.left_claims import recover_killed_senders
from msnewsletter.publisher.delivering.sole_sender import ledger_of_sole_sender
from msnewsletter.publisher.delivering.waiting_folders import taken_over
from msnewsletter.publisher.restore import undecided_restore
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.delivery_mark import DeliveryMark
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing


class DoubtDecision(StrEnum):
    """What becomes of deliveries in doubt."""

    RESEND = "resend"  # with the same Message-ID, so that some readers' programs hide the second
    DROP = "drop"  # they count as sent


def resolve_doubt(home: Home, issue: int, decision: DoubtDecision, *, at: datetime) -> int:
    """Decide on all deliveries of an issue that are in doubt; returns how many they were.

    So are those that a killed sender of another home on this database had in hand.

    Raises RefusedError where there are none, BusyError while a sender is at work.
    """
    with _ledger(home, at=at) as store:
        store.doubt_claimed(issue, at=at)
        if not store.balance(issue)[DeliveryState.IN_DOUBT]:
            raise RefusedError(f"issue {issue_name(issue)}", "nothing of it is in doubt", "go on")
        if decision is DoubtDecision.RESEND:
            return store.queue_in_doubt(issue, at=at)
        dropped = store.accept_in_doubt(issue, at=at)
        if not store.balance(issue).to_do:
            store.finish_mailing(issue, at=at)
            outbox.put_sent(home, issue)
        return dropped


def resolve_failed(home: Home, issue: int, *, at: datetime) -> int:
    """Queue all deliveries of an issue that have failed again; returns how many they were.

    Who is suppressed, or has left, is not mailed nevertheless. A mailing that was finished is under
    way again.

    Raises RefusedError where there are none, or the issue's folder is gone; BusyError while a
    sender is at work.
    """
    with _ledger(home, at=at) as store:
        place = f"issue {issue_name(issue)}"
        if not store.balance(issue)[DeliveryState.PERM_FAILED]:
            raise RefusedError(place, "nothing of it has failed", "go on")
        # First the folder: a run puts one of a finished mailing away again.
        outbox.take_back(home, issue)
        if not (home.outbox / outbox.SENDING / issue_name(issue)).is_dir():
            problem = "its folder is neither in outbox/sent/ nor in outbox/sending/"
            raise RefusedError(place, problem, "put it back into outbox/sent/")
        return store.queue_failed(issue, at=at)


def resolve_delivered(home: Home, issue: int, *, at: datetime) -> None:
    """Let nobody get an issue from here any more that was sent before, or is sent by others.

    Either the ledger is from an older backup and knows too little of it: what it takes for open
    counts as sent. Or somebody took its folder away in mid-delivery: what is open is left.

    Or the home was restored, and the issue came with the backup: it counts as sent.

    Raises RefusedError where the ledger knows all, or the outbox does not show that it was sent.
    """
    with _ledger(home, at=at) as store:
        place = f"issue {issue_name(issue)}"
        mailing, mark = store.mailing(issue), read_mark(home, issue)
        folder = outbox.released_folder(home, issue)
        claims = _most_claims(mailing, mark)
        restored = undecided_restore(home)
        if folder and restored and issue in taken_over(home, restored.at):
            _count_as_sent(home, store, issue, mailing, folder=folder, claims=claims, at=at)
            return
        taken_away = folder is None or folder.parent.name == "sent"
        if mailing and mailing.finished is None and taken_away and not is_behind(mailing, mark):
            left = DeliveryState.LEFT
            store.give_up_mailing(issue, state=left, claims=mailing.claims, at=at)
            return
        if not is_behind(mailing, mark):
            raise RefusedError(place, "the subscribers' database knows it", "run deliver")
        if issue not in outbox.delivered_here(home) or folder is None:
            raise RefusedError(place, "the outbox does not show that it was sent", "deliver it")
        _count_as_sent(home, store, issue, mailing, folder=folder, claims=claims, at=at)


def resolve_rest(home: Home, issue: int, *, at: datetime) -> int:
    """Let an issue go on of which the ledger knows too little; returns how many are open.

    Whoever got it after the backup was taken, or whose answer was lost with a database, gets it
    once more.

    Raises RefusedError where the ledger knows all of it or nothing, or nothing is open; BusyError
    while a sender is at work.
    """
    with _ledger(home, at=at) as store:
        place = f"issue {issue_name(issue)}"
        mailing, mark = store.mailing(issue), read_mark(home, issue)
        if mailing is None:
            problem = "the subscribers' database knows nothing of it"
            raise RefusedError(place, problem, "say --delivered, or deliver it")
        if not is_behind(mailing, mark):
            raise RefusedError(place, "the subscribers' database knows all of it", "run deliver")
        to_do = store.balance(issue).to_do
        if mailing.finished or not to_do:
            raise RefusedError(place, "nothing of it is left to send", "say --delivered")
        outbox.take_back(home, issue)
        store.trust_ledger(issue, claims=_most_claims(mailing, mark))
        return to_do


def _most_claims(mailing: Mailing | None, mark: DeliveryMark | None) -> int:
    """How often some of a mailing was claimed, as far as anybody knows."""
    ledger = (mailing.claims, mailing.remembered or 0) if mailing else (0,)
    return max(*ledger, mark.claims if mark else 0)


def _count_as_sent(
    home: Home,
    store: SubscriberStore,
    issue: int,
    mailing: Mailing | None,
    *,
    folder: Path,
    claims: int,
    at: datetime,
) -> None:
    if mailing is None:
        digest = manifest_digest(home, folder)
        store.adopt_mailing(issue, manifest=digest, claims=claims, at=at)
    else:
        store.give_up_mailing(issue, state=DeliveryState.SENT, claims=claims, at=at)
    outbox.take_issue(home, issue)
    outbox.put_sent(home, issue)


@contextmanager
def _ledger(home: Home, *, at: datetime) -> Iterator[SubscriberStore]:
    """The subscribers' database, while no sender is at work, with all that journals say."""
    with ledger_of_sole_sender(home, load_settings(home.settings)) as store:
        recover_killed_senders(home, store, at=at)
        yield store
