"""What a mail server's answer means for a delivery, its subscriber, and all that follow. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.send_journal import Noted, NotedDelivery
from msnewsletter.delivery.send_outcomes import (
    Accepted,
    InDoubt,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    SmtpStep,
    Unsendable,
)
from msnewsletter.subscribers.delivery_state import DeliveryResult, DeliveryState, next_attempt

if TYPE_CHECKING:
    from msnewsletter.delivery.send_outcomes import SendOutcome
    from msnewsletter.subscribers.delivery_state import ClaimedDelivery

# RFC 5321, section 4.5.4.1: a sender gives up after four or five days at the earliest.
_GIVE_UP: Final = timedelta(days=5)
# A server that takes little at a time, or nobody's mail of a new sender, is asked again this often.
_SLOWED: Final = timedelta(minutes=15)
# RFC 3463: it is about security or policy (x.7), or about the server itself (x.3): not about the
# recipient. 421 and 452: RFC 5321, section 4.2.3.
_ABOUT_US: Final = ("7", "3")
_PERMANENT: Final = 500
_SLOW_CODES: Final = frozenset({421, 452})


def is_about_us(step: SmtpStep | None, enhanced: str | None) -> bool:
    """Whether a refusal is about us, or the server itself, and not about one recipient."""
    subject = enhanced.split(".")[1] if enhanced else ""
    return step is SmtpStep.MAIL or subject in _ABOUT_US


def result_of(
    outcome: SendOutcome, delivery: ClaimedDelivery, *, enqueued: datetime, at: datetime
) -> DeliveryResult:
    """What becomes of a delivery.

    Args:
        outcome: what the sender says of it.
        delivery: as it was claimed.
        enqueued: when its mailing was, aware: tries end five days after it.
        at: now, aware.
    """
    match outcome:
        case Accepted(reply=reply):
            return DeliveryResult(
                id=delivery.id,
                state=DeliveryState.SENT,
                code=reply.code,
                enhanced=reply.enhanced,
            )
        case InDoubt():
            return DeliveryResult(id=delivery.id, state=DeliveryState.IN_DOUBT)
        case Unsendable():
            return DeliveryResult(id=delivery.id, state=DeliveryState.PERM_FAILED)
        case NotTried(end=None):
            return DeliveryResult(id=delivery.id, state=DeliveryState.QUEUED, tried=False)
        case NotTried():
            # The connection ended while it was under way, perhaps because of it.
            return _again(delivery, next_attempt(delivery.attempts, enhanced=None, at=at))
        case RefusedForNow(step=step, reply=reply) | RefusedForGood(step=step, reply=reply):
            return _refused(
                delivery,
                step,
                reply.code,
                reply.enhanced,
                enqueued=enqueued,
                at=at,
            )


def result_noted(
    noted: NotedDelivery, delivery: ClaimedDelivery, *, enqueued: datetime, at: datetime
) -> DeliveryResult:
    """The same for what the journals of a killed sender say."""
    match noted.noted:
        case Noted.ACCEPTED:
            return DeliveryResult(id=delivery.id, state=DeliveryState.SENT)
        case Noted.IN_DOUBT:
            return DeliveryResult(id=delivery.id, state=DeliveryState.IN_DOUBT)
        case Noted.NOT_SENT:
            return DeliveryResult(id=delivery.id, state=DeliveryState.QUEUED, tried=False)
        case Noted.REFUSED:
            return _refused(
                delivery, noted.step, noted.code or 0, noted.enhanced, enqueued=enqueued, at=at
            )


def _refused(
    delivery: ClaimedDelivery,
    step: SmtpStep | None,
    code: int,
    enhanced: str | None,
    *,
    enqueued: datetime,
    at: datetime,
) -> DeliveryResult:
    about_us = is_about_us(step, enhanced)
    if code in _SLOW_CODES or about_us:
        # Never counted against the recipient: a server on its guard refuses whole batches.
        due = at + _SLOWED if at - enqueued < _GIVE_UP else None
    elif code < _PERMANENT:
        due = next_attempt(delivery.attempts, enhanced=enhanced, at=at)
    else:
        due = None
    return _again(delivery, due, code=code, enhanced=enhanced)


def _again(
    delivery: ClaimedDelivery,
    due: datetime | None,
    *,
    code: int | None = None,
    enhanced: str | None = None,
) -> DeliveryResult:
    state = DeliveryState.TEMP_FAILED if due else DeliveryState.PERM_FAILED
    return DeliveryResult(id=delivery.id, state=state, due=due, code=code, enhanced=enhanced)
