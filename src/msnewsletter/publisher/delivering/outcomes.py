"""What a mail server's answer means for a delivery, its subscriber, and all that follow. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.reply_words import kind_of_reply
from msnewsletter.delivery.inbound.status_codes import EnhancedCode, parse_code
from msnewsletter.delivery.send_journal import Noted, NotedDelivery
from msnewsletter.delivery.send_outcomes import (
    Accepted,
    ConnectionEnd,
    InDoubt,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    SmtpStep,
    Unfit,
    Unsendable,
)
from msnewsletter.subscribers.bounces import BounceKind
from msnewsletter.subscribers.delivery_state import (
    DeliveryResult,
    DeliveryState,
    next_attempt,
    next_attempt_slowed,
)

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.delivery.send_outcomes import SendOutcome
    from msnewsletter.subscribers.delivery_state import PastTries

# RFC 5321, section 4.2.3: 421 and 452, the latter also of one full mailbox (RFC 3463: x.2).
_SLOW_DOWN: Final = frozenset({421, 452})
_UNDEFINED, _MAILBOX, _SYSTEM = 0, 2, 3
_PERMANENT: Final = 500
# The message is unfit, so it is for everybody.
UNFIT_FOR_ALL: Final = frozenset({Unfit.TOO_LARGE, Unfit.NEEDS_8BITMIME})
# A server that calls so many addresses dead, and this part of its answers, says it of all.
_MANY_DEAD, _MANY_DEAD_PART = 10, 0.05


@dataclass(frozen=True, slots=True)
class Refusal:
    """A server's refusal.

    Attributes:
        step: what it refuses; None: not known.
        code: its reply code.
        enhanced: its enhanced code (RFC 3463), if any.
        kind: what code and words mean for the address.
    """

    step: SmtpStep | None
    code: int
    enhanced: str | None
    kind: BounceKind

    @property
    def is_about_us(self) -> bool:
        """Whether it is about us, or the server itself, and not about one recipient."""
        status = self._status
        if self.step is SmtpStep.MAIL:
            return True
        if self.code in _SLOW_DOWN:
            return status is None or status.subject != _MAILBOX
        system = status is not None and status.subject == _SYSTEM
        return system or self.kind is BounceKind.OURS

    @property
    def is_vague(self) -> bool:
        """Whether it is for good, and does not say of whom: "550 relay not permitted" is of us."""
        status = self._status
        undefined = status is None or status.subject == _UNDEFINED
        return self._is_permanent and undefined and not self.is_about_us and not self.is_dead

    @property
    def is_dead(self) -> bool:
        """Whether it says that nobody can be reached at that address."""
        return self._is_permanent and self.kind is BounceKind.DEAD

    @property
    def _is_permanent(self) -> bool:
        return self.code >= _PERMANENT and self.step is not SmtpStep.MAIL

    @property
    def _status(self) -> EnhancedCode | None:
        return parse_code(self.enhanced) if self.enhanced else None


def refusal_of(outcome: RefusedForNow | RefusedForGood) -> Refusal:
    """The refusal that an outcome holds."""
    reply = outcome.reply
    kind = kind_of_reply(reply.code, reply.enhanced, reply.text)
    return Refusal(outcome.step, reply.code, reply.enhanced, kind)


def refusal_noted(noted: NotedDelivery) -> Refusal:
    """The refusal that a journal notes."""
    code = noted.code or 0
    kind = noted.kind or kind_of_reply(code, noted.enhanced, "")
    return Refusal(noted.step, code, noted.enhanced, kind)


def too_many_dead(dead: int, *, answers: int) -> bool:
    """Whether a server calls so many addresses dead that it is not believed."""
    return dead >= _MANY_DEAD and dead > answers * _MANY_DEAD_PART


def result_of(outcome: SendOutcome, *, past: PastTries, at: datetime) -> DeliveryResult:
    """What becomes of a delivery.

    Args:
        outcome: what the sender says of it.
        past: what was tried of it before.
        at: now, aware.
    """
    number = outcome.id
    match outcome:
        case Accepted(reply=reply):
            code, enhanced = reply.code, reply.enhanced
            return DeliveryResult(id=number, state=DeliveryState.SENT, code=code, enhanced=enhanced)
        case InDoubt():
            return DeliveryResult(id=number, state=DeliveryState.IN_DOUBT)
        case Unsendable(why=why):
            if why in UNFIT_FOR_ALL:
                return _slowed(number, past=past, at=at)
            return DeliveryResult(id=number, state=DeliveryState.PERM_FAILED)
        case NotTried(end=end):
            return _not_tried(number, end, past=past, at=at)
        case RefusedForNow() | RefusedForGood():
            return _refused(number, refusal_of(outcome), past=past, at=at)


def result_noted(
    number: int, noted: NotedDelivery, *, past: PastTries, at: datetime
) -> DeliveryResult:
    """The same for what the journals of a killed sender say of the delivery of that number."""
    match noted.noted:
        case Noted.ACCEPTED:
            return DeliveryResult(id=number, state=DeliveryState.SENT)
        case Noted.IN_DOUBT:
            return DeliveryResult(id=number, state=DeliveryState.IN_DOUBT)
        case Noted.NOT_SENT:
            return _not_tried(number, None, past=past, at=at)
        case Noted.REFUSED:
            return _refused(number, refusal_noted(noted), past=past, at=at)


def _not_tried(
    number: int, end: ConnectionEnd | None, *, past: PastTries, at: datetime
) -> DeliveryResult:
    if end is None:
        state = DeliveryState.QUEUED
        return DeliveryResult(id=number, state=state, tried=False, refused=past.refused)
    # 421 (RFC 5321, section 3.8): the server leaves all of us, whomever it was about.
    if end is ConnectionEnd.LEAVING:
        return _slowed(number, past=past, at=at)
    # The connection ended while it was under way, perhaps because of it.
    due = next_attempt(past.attempts, enhanced=None, at=at)
    return replace(_again(number, due), refused=past.refused)


def _refused(number: int, refusal: Refusal, *, past: PastTries, at: datetime) -> DeliveryResult:
    if refusal.is_about_us:
        return _slowed(number, refusal, past=past, at=at)
    again = refusal.code < _PERMANENT or refusal.is_vague
    due = next_attempt(past.attempts, enhanced=refusal.enhanced, at=at) if again else None
    return replace(_again(number, due, refusal), refused=past.refused)


def _slowed(
    number: int, refusal: Refusal | None = None, *, past: PastTries, at: datetime
) -> DeliveryResult:
    """Never counted against the recipient: a server on its guard refuses whole batches."""
    refused = past.refused or at
    due = next_attempt_slowed(refused, at=at)
    return replace(_again(number, due, refusal), tried=False, refused=refused)


def _again(number: int, due: datetime | None, refusal: Refusal | None = None) -> DeliveryResult:
    return DeliveryResult(
        id=number,
        state=DeliveryState.TEMP_FAILED if due else DeliveryState.PERM_FAILED,
        due=due,
        code=refusal.code if refusal else None,
        enhanced=refusal.enhanced if refusal else None,
    )
