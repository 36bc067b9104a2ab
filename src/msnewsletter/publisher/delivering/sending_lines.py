"""How sending stands, in sentences: `status` and the desk say the same. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.publisher.delivering.seen_workers import worker_lines
from msnewsletter.publisher.delivering.sending_state import PaceLimit
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from msnewsletter.publisher.delivering.sending_state import (
        MailingState,
        Paced,
        SendingState,
    )
    from msnewsletter.settings import Settings
    from msnewsletter.subscribers.delivery_state import Balance

DELIVERY_WORDS: Final = {
    DeliveryState.SENT: "sent",
    DeliveryState.QUEUED: "queued",
    DeliveryState.CLAIMED: "under way",
    DeliveryState.TEMP_FAILED: "refused for now",
    DeliveryState.PERM_FAILED: "failed",
    DeliveryState.IN_DOUBT: "in doubt",
    DeliveryState.LEFT: "left before their turn",
}


def who_sends(settings: Settings) -> str:
    """Who sends what is published, for sentences such as `its mail waits for …`."""
    if settings.deliver is None:
        return "your mail system"
    by_hand = "'msnewsletter deliver'"
    return f"'msnewsletter run', or {by_hand}" if settings.deliver.automatic else by_hand


def balance_line(balance: Balance) -> str:
    """How deliveries stand: `3 sent, 1 queued`; of all states that have any."""
    said = [
        f"{balance[state]:,} {word}" for state, word in DELIVERY_WORDS.items() if balance[state]
    ]
    return ", ".join(said) or "nobody gets it"


def doubt_line(issue: int, balance: Balance) -> str:
    """What is said of deliveries in doubt, with the commands that decide."""
    return (
        f"issue {issue}: {balance[DeliveryState.IN_DOUBT]:,} in doubt: the mail server may have "
        f"them; decide with 'msnewsletter resolve {issue} --resend-in-doubt', or --drop-in-doubt"
    )


def too_old_line(issue: int) -> str:
    """What is said of an issue that is never sent by itself."""
    return (
        f"issue {issue} in outbox/new/ is too old to be sent by itself: if no subscriber has it "
        f"yet, run 'msnewsletter deliver {issue}'; else move its folder to outbox/sent/"
    )


def restored_line(at: datetime, issues: tuple[int, ...], zone: tzinfo) -> tuple[str, str]:
    """What is wrong with a restored home that nobody lets send yet, and the remedy.

    Args:
        at: when its backup was made, aware.
        issues: those to be sent that came with the backup.
        zone: the newsletter's.
    """
    named = ", ".join(map(str, issues))
    sent = f", and issue {named} in outbox/ may have been sent since" if issues else ""
    first = (
        f"run 'msnewsletter resolve {issues[0]} --delivered' if they have it, " if issues else ""
    )
    made = local_time(at, zone)
    problem = (
        f"it was restored from a backup of {made}: who left since is on the list again{sent}; "
        "nothing is sent"
    )
    remedy = (
        f"take out who left, {first}then run 'msnewsletter resolve --restored', after which what "
        "waits is sent"
    )
    return problem, remedy


def sending_lines(state: SendingState, zone: tzinfo) -> Iterator[str]:
    """How sending stands, a line each; troubles have lines of their own (sending_ailments.py)."""
    for one in state.mailings:
        yield _mailing_line(one, zone)
        if one.balance[DeliveryState.TEMP_FAILED] and one.due:
            again = local_time(one.due, zone)
            yield f"issue {one.issue}: what was refused for now is tried again from {again} on"
    if state.workers:
        yield from worker_lines(state.workers)
    for limit in state.paced:
        yield _paced_line(limit, zone)
    for issue in state.waiting:
        how = "the clock sends it" if state.automatic else f"run 'msnewsletter deliver {issue}'"
        yield f"issue {issue} waits in outbox/new/: {how}"
    yield from map(too_old_line, state.too_old)


def _mailing_line(one: MailingState, zone: tzinfo) -> str:
    ended = f"finished {local_time(one.finished, zone)}" if one.finished else "under way"
    number = one.balance.enqueued
    whom = f"{number:,} subscriber{'' if number == 1 else 's'}"
    return f"issue {one.issue} to {whom}, {ended}: {balance_line(one.balance)}"


def _paced_line(one: Paced, zone: tzinfo) -> str:
    until = f"; it goes on at {local_time(one.until, zone)}" if one.until else ""
    match one.by:
        case PaceLimit.HOURS:
            return "nothing is sent now: deliver.hours says when"
        case PaceLimit.WARM_UP:
            return f"the warm-up allows {one.most:,} within 24 hours now{until}"
        case PaceLimit.WINDOWS:
            return f"the limits of [deliver] are reached{until}"
