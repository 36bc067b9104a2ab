"""Reads what came back: bytes to one of a few frozen types. Pure, and raises nothing.

The order matters, because one message can look like several: a report before an answer (postfix
marks its bounces as auto-replied), an answer before a request (an auto-reply quotes our mail with
its unsubscribe links), and whose delivery it is before what is said of it.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.auto_reply import (
    answers_by_itself,
    has_no_sender,
    is_generated,
    names_a_mail_server,
)
from msnewsletter.delivery.inbound.bounded_message import parse_bounded
from msnewsletter.delivery.inbound.delivery_status import failure_or_notice, recipient_statuses
from msnewsletter.delivery.inbound.feedback_report import complaint, is_complaint
from msnewsletter.delivery.inbound.inbound_kinds import (
    AutoReply,
    Inbound,
    Unknown,
    UnknownReason,
)
from msnewsletter.delivery.inbound.text_bounce import text_bounce
from msnewsletter.delivery.inbound.unsubscribe_mail import unsubscribe_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.delivery.inbound.bounded_message import BoundedMessage
    from msnewsletter.delivery.inbound.unsubscribe_mail import OwnAddresses
    from msnewsletter.delivery.inbound.verp import Verp, VerpFinding

# RFC 5321, section 6.3: a hundred hops are a loop for servers; no mail of ours has thirty.
_HOPS: Final = 50


def read_inbound(
    message: bytes, *, addresses: OwnAddresses, verp: Verp, envelope_to: str = ""
) -> Inbound:
    """What a message means for a delivery or a subscriber.

    Takes half a second of a slow core and 10 MB at most, whatever the message is. Raises nothing.

    Args:
        message: as it came, or its beginning: no more than READ_LIMIT bytes are looked at.
        addresses: ours that people may write to.
        verp: how our envelope senders are made.
        envelope_to: the address that the server took it for; empty: not known.
    """
    try:
        read = parse_bounded(message)
    except ValueError:
        return Unknown(UnknownReason.UNREADABLE)
    if not read.headers:
        return Unknown(UnknownReason.UNREADABLE)
    found = verp.find(_texts(read, envelope_to))
    report = _report(read, found)
    if report is not None:
        return report
    if _is_loop(read):
        return Unknown(UnknownReason.LOOP)
    return _answer(read, found, addresses, envelope_to)


def _texts(message: BoundedMessage, envelope_to: str) -> Iterator[str]:
    """Where an envelope sender may stand: the most direct way first, what is returned last."""
    yield envelope_to
    yield from chain.from_iterable(message.headers.values())
    for part in message.parts:
        yield part.text


def _report(message: BoundedMessage, found: VerpFinding) -> Inbound | None:
    """What a mail server or a mail provider reports; None: the message is no report."""
    if is_complaint(message):
        return complaint(message, found)
    recipients = recipient_statuses(message)
    if not recipients and not _is_of_a_mail_server(message, found):
        return None
    if found.delivery is None:
        return Unknown(UnknownReason.FORGED if found.forged else UnknownReason.FOREIGN)
    if recipients:
        return failure_or_notice(found.delivery, recipients, message.human_text)
    return text_bounce(found.delivery, message) or (
        AutoReply(delivery=found.delivery)
        if answers_by_itself(message)
        else Unknown(UnknownReason.UNREAD)
    )


def _is_of_a_mail_server(message: BoundedMessage, found: VerpFinding) -> bool:
    if names_a_mail_server(message):
        return True
    # Without a sender, but also without a delivery, it may still be a request to leave.
    about_ours = found.delivery is not None or found.forged
    return about_ours and has_no_sender(message) and not answers_by_itself(message)


def _is_loop(message: BoundedMessage) -> bool:
    """Whether it is list mail, as ours is, or has passed more servers than mail does."""
    return "list-id" in message.headers or len(message.headers.get("received", ())) > _HOPS


def _answer(
    message: BoundedMessage, found: VerpFinding, addresses: OwnAddresses, envelope_to: str
) -> Inbound:
    """What a person, or a program in a person's place, answers."""
    if answers_by_itself(message):
        return AutoReply(delivery=found.delivery)
    generated = is_generated(message)
    request = unsubscribe_request(
        message,
        addresses=addresses,
        envelope_to=envelope_to,
        delivery=found.delivery,
        generated=generated,
    )
    if request is not None:
        return request
    return AutoReply(delivery=found.delivery) if generated else Unknown(UnknownReason.PERSON)
