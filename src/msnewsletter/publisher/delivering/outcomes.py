"""What a mail server's answer means for a delivery, its subscriber, and all that follow. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.status_codes import (
    EnhancedCode,
    kind_of,
    parse_code,
)
from msnewsletter.delivery.send_journal import Noted, NotedDelivery
from msnewsletter.delivery.send_outcomes import (
    Accepted,
    ConnectionEnd,
    InDoubt,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    SmtpStep,
    Unsendable,
)
from msnewsletter.subscribers.bounces import BounceKind
from msnewsletter.subscribers.delivery_state import DeliveryResult, DeliveryState, next_attempt

if TYPE_CHECKING:
    from msnewsletter.delivery.send_outcomes import SendOutcome

# RFC 5321, section 4.5.4.1: a sender gives up after four or five days at the earliest.
_GIVE_UP: Final = timedelta(days=5)
# A server that takes little at a time, or nobody's mail of a new sender, is asked again this often.
_SLOWED: Final = timedelta(minutes=15)
# RFC 5321, section 4.2.3: 421 and 452, the latter also of one full mailbox (RFC 3463: x.2).
_SLOW_DOWN: Final = frozenset({421, 452})
_MAILBOX, _SYSTEM = 2, 3
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """A server's refusal: what it answered, its code, and its enhanced code (RFC 3463), if any."""

    step: SmtpStep | None
    code: int
    enhanced: str | None

    @property
    def is_about_us(self) -> bool:
        """Whether it is about us, or the server itself, and not about one recipient."""
        status = self._status
        if self.step is SmtpStep.MAIL:
            return True
        if status is None:
            return self.code in _SLOW_DOWN
        slow = self.code in _SLOW_DOWN and status.subject != _MAILBOX
        return slow or status.subject == _SYSTEM or kind_of(status) is BounceKind.OURS

    @property
    def is_dead(self) -> bool:
        """Whether it says that nobody can be reached at that address."""
        status = self._status
        permanent = self.code >= _PERMANENT and self.step is not SmtpStep.MAIL
        return status is not None and permanent and kind_of(status) is BounceKind.DEAD

    @property
    def _status(self) -> EnhancedCode | None:
        return parse_code(self.enhanced) if self.enhanced else None


def result_of(  # noqa: PLR0911  (one for each kind of outcome)
    outcome: SendOutcome, *, attempts: int, enqueued: datetime, at: datetime
) -> DeliveryResult:
    """What becomes of a delivery.

    Args:
        outcome: what the sender says of it.
        attempts: how often it was tried before.
        enqueued: when its mailing was, aware: tries end five days after it.
        at: now, aware.
    """
    number = outcome.id
    match outcome:
        case Accepted(reply=reply):
            code, enhanced = reply.code, reply.enhanced
            return DeliveryResult(id=number, state=DeliveryState.SENT, code=code, enhanced=enhanced)
        case InDoubt():
            return DeliveryResult(id=number, state=DeliveryState.IN_DOUBT)
        case Unsendable():
            return DeliveryResult(id=number, state=DeliveryState.PERM_FAILED)
        case NotTried(end=None):
            return DeliveryResult(id=number, state=DeliveryState.QUEUED, tried=False)
        case NotTried(end=end):
            # 421 (RFC 5321, section 3.8): the server leaves all of us, whomever it was about.
            if end is ConnectionEnd.LEAVING:
                return _slowed(number, enqueued=enqueued, at=at)
            # The connection ended while it was under way, perhaps because of it.
            return _again(number, next_attempt(attempts, enhanced=None, at=at))
        case RefusedForNow() | RefusedForGood():
            refusal = Refusal(outcome.step, outcome.reply.code, outcome.reply.enhanced)
            return _refused(number, refusal, attempts=attempts, enqueued=enqueued, at=at)


def result_noted(
    number: int, noted: NotedDelivery, *, attempts: int, enqueued: datetime, at: datetime
) -> DeliveryResult:
    """The same for what the journals of a killed sender say of the delivery of that number."""
    match noted.noted:
        case Noted.ACCEPTED:
            return DeliveryResult(id=number, state=DeliveryState.SENT)
        case Noted.IN_DOUBT:
            return DeliveryResult(id=number, state=DeliveryState.IN_DOUBT)
        case Noted.NOT_SENT:
            return DeliveryResult(id=number, state=DeliveryState.QUEUED, tried=False)
        case Noted.REFUSED:
            refusal = Refusal(noted.step, noted.code or 0, noted.enhanced)
            return _refused(number, refusal, attempts=attempts, enqueued=enqueued, at=at)


def _refused(
    number: int, refusal: Refusal, *, attempts: int, enqueued: datetime, at: datetime
) -> DeliveryResult:
    if refusal.is_about_us:
        return _slowed(number, refusal, enqueued=enqueued, at=at)
    temporary = refusal.code < _PERMANENT
    due = next_attempt(attempts, enhanced=refusal.enhanced, at=at) if temporary else None
    return _again(number, due, refusal)


def _slowed(
    number: int, refusal: Refusal | None = None, *, enqueued: datetime, at: datetime
) -> DeliveryResult:
    """Never counted against the recipient: a server on its guard refuses whole batches."""
    due = at + _SLOWED if at - enqueued < _GIVE_UP else None
    return replace(_again(number, due, refusal), tried=False)


def _again(number: int, due: datetime | None, refusal: Refusal | None = None) -> DeliveryResult:
    return DeliveryResult(
        id=number,
        state=DeliveryState.TEMP_FAILED if due else DeliveryState.PERM_FAILED,
        due=due,
        code=refusal.code if refusal else None,
        enhanced=refusal.enhanced if refusal else None,
    )
