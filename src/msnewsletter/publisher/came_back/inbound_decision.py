"""What follows from a message that came back, for the subscriber whom it is about. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.inbound_kinds import (
    AutoReply,
    Bounce,
    Complaint,
    Inbound,
    StatusNotice,
    Unknown,
    UnknownReason,
    UnsubscribeRequest,
)
from msnewsletter.subscribers.bounces import (
    BOUNCES_COUNT_FOR,
    BouncedDelivery,
    BounceKind,
    NotedBounce,
    is_given_up,
    soft_bounces_in_a_row,
)
from msnewsletter.subscribers.subscriber import (
    Subscriber,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from datetime import datetime


class InboundOutcome(StrEnum):
    """What became of a message, in the order in which it is told."""

    DEAD = "dead"  # nobody can be reached there: suppressed
    GIVEN_UP = "given_up"  # one temporary bounce too many in a row: suppressed
    SOFT = "soft"  # a temporary bounce, counted
    OURS = "ours"  # a refusal of our mail, kept for who runs the newsletter
    COMPLAINT = "complaint"  # suppressed
    UNSUBSCRIBED = "unsubscribed"
    # The rest changes nothing.
    REPEATED = "repeated"  # known already, or of somebody who has left or come anew since
    OUTDATED = "outdated"  # a bounce of a mail of long ago, or of one that never left
    NOBODY = "nobody"  # about nobody on the books
    FORGED = "forged"
    ANSWER = "answer"  # of a program
    NOTICE = "notice"  # a server says that a delivery goes on, or has arrived
    LETTER = "letter"  # somebody wrote; for a person to read
    OTHER = "other"  # not about mail of ours, or not to be understood


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundCase:
    """What the books say of whom a message is about.

    Attributes:
        subscriber: them; None: nobody.
        delivery: the delivery that came back; None: there is none.
        past: of a bounce: the deliveries to them that were sent, the newest first.
    """

    subscriber: Subscriber | None = None
    delivery: BouncedDelivery | None = None
    past: tuple[BouncedDelivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundDecision:
    """What is to be done.

    Attributes:
        outcome: what it means.
        bounce: to be kept; None: it is no bounce, or none that counts.
        soft_bounces: how many temporary bounces in a row there are now; None: as before.
        state: of the subscriber from now on; None: as before.
        suppression: why they are suppressed; None: they are not.
    """

    outcome: InboundOutcome
    bounce: NotedBounce | None = None
    soft_bounces: int | None = None
    state: SubscriberState | None = None
    suppression: SuppressionReason | None = None


def decide(inbound: Inbound, case: InboundCase, *, now: datetime) -> InboundDecision:
    """What follows from a message; `now` is aware."""
    match inbound:
        case Bounce():
            return _of_bounce(inbound, case, now=now)
        case Complaint():
            return _of_complaint(case.subscriber)
        case UnsubscribeRequest():
            return _of_request(case.subscriber)
        case _:
            return InboundDecision(outcome=_without_effect(inbound))


def _without_effect(inbound: AutoReply | StatusNotice | Unknown) -> InboundOutcome:
    match inbound:
        case AutoReply():
            return InboundOutcome.ANSWER
        case StatusNotice():
            return InboundOutcome.NOTICE
        case Unknown(reason=reason):
            return _REASONS.get(reason, InboundOutcome.OTHER)


_REASONS: Final = {
    UnknownReason.FORGED: InboundOutcome.FORGED,
    UnknownReason.PERSON: InboundOutcome.LETTER,
}


def _of_bounce(bounce: Bounce, case: InboundCase, *, now: datetime) -> InboundDecision:
    subscriber, delivery = case.subscriber, case.delivery
    if subscriber is None or delivery is None:
        return InboundDecision(outcome=InboundOutcome.NOBODY)
    if delivery.bounced:
        return InboundDecision(outcome=InboundOutcome.REPEATED)
    # Whoever has a mail knows its envelope sender, and can forge a bounce of it: not for ever.
    if not delivery.may_have_left or now - delivery.changed > BOUNCES_COUNT_FOR:
        return InboundDecision(outcome=InboundOutcome.OUTDATED)
    code = str(bounce.code) if bounce.code else None
    kind = bounce.kind_for(subscriber.address.mailbox)
    noted = NotedBounce(delivery=bounce.delivery, at=now, kind=kind, code=code)
    return _of_noted(noted, subscriber, delivery, case.past)


def _of_noted(
    noted: NotedBounce,
    subscriber: Subscriber,
    delivery: BouncedDelivery,
    past: tuple[BouncedDelivery, ...],
) -> InboundDecision:
    if noted.kind is BounceKind.OURS:
        return InboundDecision(outcome=InboundOutcome.OURS, bounce=noted)
    # Who came anew after that mail has confirmed that mail arrives.
    if subscriber.state is not SubscriberState.CONFIRMED or subscriber.since > delivery.changed:
        return InboundDecision(outcome=InboundOutcome.REPEATED, bounce=noted)
    if noted.kind is BounceKind.DEAD:
        return _suppressed(InboundOutcome.DEAD, SuppressionReason.BOUNCE, noted)
    return _of_soft(noted, delivery, past)


def _of_soft(
    noted: NotedBounce, delivery: BouncedDelivery, past: tuple[BouncedDelivery, ...]
) -> InboundDecision:
    others = [one for one in past if one.issue != delivery.issue]
    bounced = replace(delivery, bounced=noted.kind)
    whole = sorted([*others, bounced], key=lambda one: one.issue, reverse=True)
    row = soft_bounces_in_a_row(whole, now=noted.at)
    if is_given_up(row):
        return _suppressed(InboundOutcome.GIVEN_UP, SuppressionReason.BOUNCE, noted)
    return InboundDecision(outcome=InboundOutcome.SOFT, bounce=noted, soft_bounces=len(row))


def _of_complaint(subscriber: Subscriber | None) -> InboundDecision:
    if subscriber is None:
        return InboundDecision(outcome=InboundOutcome.NOBODY)
    # What an operator decided stands, and says as much; a bounce says less than a complaint.
    if subscriber.suppression in {SuppressionReason.COMPLAINT, SuppressionReason.HAND}:
        return InboundDecision(outcome=InboundOutcome.REPEATED)
    return _suppressed(InboundOutcome.COMPLAINT, SuppressionReason.COMPLAINT)


def _of_request(subscriber: Subscriber | None) -> InboundDecision:
    if subscriber is None:
        return InboundDecision(outcome=InboundOutcome.NOBODY)
    if subscriber.state not in {SubscriberState.CONFIRMED, SubscriberState.PENDING}:
        return InboundDecision(outcome=InboundOutcome.REPEATED)
    # No answer is sent: who is in From may never have written, and would get it (backscatter).
    return InboundDecision(outcome=InboundOutcome.UNSUBSCRIBED, state=SubscriberState.UNSUBSCRIBED)


def _suppressed(
    outcome: InboundOutcome, why: SuppressionReason, bounce: NotedBounce | None = None
) -> InboundDecision:
    return InboundDecision(
        outcome=outcome, bounce=bounce, state=SubscriberState.SUPPRESSED, suppression=why
    )
