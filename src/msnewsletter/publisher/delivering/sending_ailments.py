"""What may be wrong with sending that a person has to see to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import StoreError
from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering.delivery_mark import older_ledger_remedy
from msnewsletter.publisher.delivering.seen_workers import all_hindered, lost_line, nobody_works
from msnewsletter.publisher.delivering.sender_memory import SenderTrouble
from msnewsletter.publisher.delivering.sending_lines import doubt_line, restored_line
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from datetime import datetime, tzinfo

    from msnewsletter.publisher.delivering.sending_state import MailingState, SendingState

# A server that is away for less is tried again, and that is all.
_LONG: Final = timedelta(hours=1)
# Providers mind senders whose lists hold many dead addresses; of a few mails one is no sign.
_MANY_FAILED, _FEWEST_FAILED = 0.02, 3


class SendingAilment(StrEnum):
    """What may be wrong with sending."""

    FAULT = "fault"  # the outbox cannot be read
    FORGOTTEN = "forgotten"  # the ledger is older than the outbox
    RESTORED = "restored"  # the home was, and nobody lets it send yet
    BLOCKED = "blocked"
    REFUSED = "refused"
    NO_CONNECTION = "no connection"
    IN_DOUBT = "in doubt"
    FAILED = "failed"
    NO_WORKER = "no worker"  # mail waits, and nobody is there to send it
    LOST_WORKER = "lost worker"
    UNBELIEVED = "unbelieved"  # the server calls very many addresses dead


@dataclass(frozen=True, slots=True, kw_only=True)
class AilingSending:
    """Something that is wrong with sending.

    Attributes:
        has: what.
        about: with `has` it names the trouble for ever, so that one notice is given for it.
        subject: what has it: an issue, or the mail server.
        says: one line: what, since when, and what to do.
    """

    has: SendingAilment
    about: str
    subject: str
    says: str


def sending_ailments(state: SendingState, *, at: datetime, zone: tzinfo) -> Iterator[AilingSending]:
    """All that is wrong with sending at `at` (aware)."""
    # That the subscribers' database cannot be read is said of the subscribers.
    if isinstance(state.fault, StoreError):
        return
    if state.fault:
        yield AilingSending(
            has=SendingAilment.FAULT,
            about=state.fault.place,
            subject=state.fault.place,
            says=str(state.fault),
        )
        return
    if state.restored:
        yield _restored(*state.restored, zone)
    if state.forgotten:
        under_way = {one.issue for one in state.mailings if one.finished is None}
        yield _forgotten(state.forgotten, under_way)
    if state.on:
        yield from _of_last_run(state, at=at, zone=zone)
        yield from _of_workers(state)
    yield from _of_mailings(state)


def _forgotten(issues: tuple[int, ...], under_way: Container[int]) -> AilingSending:
    named = ", ".join(map(str, issues))
    return AilingSending(
        has=SendingAilment.FORGOTTEN,
        about=named,
        subject="the subscribers' database",
        says=(
            f"the subscribers' database is older than the outbox: it does not know all that went "
            f"out of issue {named}; who left since then is on it again, and nothing is sent; "
            f"{older_ledger_remedy(issues[0], under_way=issues[0] in under_way)}"
        ),
    )


def _restored(made: datetime, issues: tuple[int, ...], zone: tzinfo) -> AilingSending:
    problem, remedy = restored_line(made, issues, zone)
    return AilingSending(
        has=SendingAilment.RESTORED,
        about=made.isoformat(),
        subject="this home",
        says=f"this home: {problem}; {remedy}",
    )


def _of_last_run(state: SendingState, *, at: datetime, zone: tzinfo) -> Iterator[AilingSending]:
    memory = state.memory
    if memory is None or memory.trouble is None or memory.since is None:
        return
    since = local_time(memory.since, zone)
    period = memory.since.isoformat()
    match memory.trouble:
        # What stops each run has a line of its own.
        case SenderTrouble.BLOCKED if not (state.forgotten or state.restored):
            yield AilingSending(
                has=SendingAilment.BLOCKED,
                about=period,
                subject="sending",
                says=f"sending has stopped: {memory.reason}",
            )
        case SenderTrouble.REFUSED:
            yield AilingSending(
                has=SendingAilment.REFUSED,
                about=period,
                subject="the mail server",
                says=(
                    f"the mail server refuses all that we send since {since}: {memory.reason}; "
                    "nothing is lost; ask whoever runs it"
                ),
            )
        case SenderTrouble.NO_CONNECTION if at - memory.since >= _LONG:
            yield AilingSending(
                has=SendingAilment.NO_CONNECTION,
                about=period,
                subject="the mail server",
                says=f"nothing could be sent since {since}: {memory.reason}",
            )
        case _:
            pass


def _of_workers(state: SendingState) -> Iterator[AilingSending]:
    seen = state.workers
    if seen is None:
        return
    waits = any(one.balance.to_do for one in state.mailings)
    if waits and (why := nobody_works(seen)):
        yield AilingSending(
            has=SendingAilment.NO_WORKER,
            about=seen.last_seen.isoformat() if seen.last_seen else "never",
            subject="workers",
            says=why,
        )
    if waits and (why := all_hindered(seen)):
        yield AilingSending(
            has=SendingAilment.BLOCKED,
            about=", ".join(one.name for one in seen.at_work),
            subject="workers",
            says=why,
        )
    for one in seen.lost:
        yield AilingSending(
            has=SendingAilment.LOST_WORKER,
            about=one.name,
            subject=f"the worker on {one.machine}",
            says=lost_line(one, now=seen.now),
        )


def _of_mailings(state: SendingState) -> Iterator[AilingSending]:
    for one in state.mailings:
        balance, name = one.balance, f"issue {issue_name(one.issue)}"
        if balance[DeliveryState.IN_DOUBT]:
            yield AilingSending(
                has=SendingAilment.IN_DOUBT,
                about=str(one.issue),
                subject=name,
                says=doubt_line(one.issue, balance),
            )
        failed, number = balance[DeliveryState.PERM_FAILED], balance.enqueued
        if one.unbelieved:
            yield _unbelieved(one, name)
        elif failed >= _FEWEST_FAILED and failed > number * _MANY_FAILED:
            yield AilingSending(
                has=SendingAilment.FAILED,
                about=str(one.issue),
                subject=name,
                says=(
                    f"issue {one.issue}: {failed:,} of {number:,} deliveries failed, "
                    f"{failed / number:.1%}: providers refuse senders whose lists hold many dead "
                    "addresses; look where these subscribers came from; or, where the server was "
                    f"wrong, run 'msnewsletter resolve {one.issue} --resend-failed'"
                ),
            )


def _unbelieved(one: MailingState, name: str) -> AilingSending:
    return AilingSending(
        has=SendingAilment.UNBELIEVED,
        about=str(one.issue),
        subject=name,
        says=(
            f"issue {one.issue}: the mail server calls {one.unbelieved:,} of "
            f"{one.balance.enqueued:,} addresses dead, too many to believe it: nobody is "
            "suppressed; ask whoever runs it what is wrong, have it repaired, then run "
            f"'msnewsletter resolve {one.issue} --resend-failed'"
        ),
    )
