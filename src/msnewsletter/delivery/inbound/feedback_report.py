"""Complaints: feedback reports (RFC 5965), and Outlook.com's older form without one. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.bounded_message import fields_of
from msnewsletter.delivery.inbound.inbound_kinds import (
    Complaint,
    FeedbackType,
    Unknown,
    UnknownReason,
)

if TYPE_CHECKING:
    from msnewsletter.delivery.inbound.bounded_message import BoundedMessage, Fields
    from msnewsletter.delivery.inbound.verp import VerpFinding

# `message/` as bounded_message writes it.
_REPORT: Final = "text/x-feedback-report"
_RETURNED: Final = frozenset(
    {"text/x-rfc822", "text/x-global", "text/rfc822-headers", "text/x-rfc822-headers"}
)
# Outlook.com puts it into the head of the mail that it returns (sisimai/p5-sisimai#59).
_OUTLOOK: Final = "x-hmxmroriginalrecipient"
# What ends our List-Unsubscribe addresses: a token has 64 characters at most (mailmerge.py).
_TOKEN: Final = re.compile(
    r"(?:subject=unsubscribe%20|/)([A-Za-z0-9_.-]{16,64})(?=>)", re.ASCII | re.IGNORECASE
)


def is_complaint(message: BoundedMessage) -> bool:
    """Whether the message is a feedback report of whatever type."""
    return any(part.kind == _REPORT for part in message.parts) or _by_outlook(message)


def complaint(message: BoundedMessage, verp: VerpFinding) -> Complaint | Unknown:
    """The complaint in a feedback report; Unknown where it is none, or about no mail of ours."""
    feedback = _feedback(message)
    if feedback is None:
        return Unknown(UnknownReason.OTHER_REPORT)
    returned = _returned_head(message)
    token = _token(returned)
    if verp.delivery is not None or token is not None:
        return Complaint(feedback=feedback, delivery=verp.delivery, token=token)
    if verp.forged:
        return Unknown(UnknownReason.FORGED)
    return Unknown(UnknownReason.FOREIGN if returned else UnknownReason.NO_ORIGINAL)


def _feedback(message: BoundedMessage) -> FeedbackType | None:
    for part in message.parts:
        if part.kind == _REPORT:
            said = next((group.get("feedback-type", ()) for group in fields_of(part.text)), ())
            word = next(iter(said), "").lower()
            return FeedbackType(word) if word in tuple(FeedbackType) else None
    return FeedbackType.ABUSE


def _by_outlook(message: BoundedMessage) -> bool:
    return _OUTLOOK in _returned_head(message)


def _returned_head(message: BoundedMessage) -> Fields:
    """The headers of the mail that is complained about; empty where it is not there."""
    for part in message.parts:
        if part.kind in _RETURNED:
            return next(fields_of(part.text), {})
    return {}


def _token(headers: Fields) -> str | None:
    for value in headers.get("list-unsubscribe", ()):
        if found := _TOKEN.search(value):
            return found[1]
    return None
