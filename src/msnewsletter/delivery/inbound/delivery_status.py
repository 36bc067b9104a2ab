"""Delivery status notifications (RFC 3464; RFC 6533 for addresses beyond ASCII). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.auto_reply import names_a_mail_server
from msnewsletter.delivery.inbound.bounded_message import fields_of
from msnewsletter.delivery.inbound.diagnostic import excerpt, scrubbed
from msnewsletter.delivery.inbound.inbound_kinds import Bounce, NoticeAction, StatusNotice
from msnewsletter.delivery.inbound.reply_words import judged
from msnewsletter.delivery.inbound.status_codes import (
    EnhancedCode,
    parse_code,
    severity,
)
from msnewsletter.subscribers.bounces import BounceKind

if TYPE_CHECKING:
    from msnewsletter.delivery.inbound.bounded_message import BoundedMessage, Fields

# `message/` as bounded_message writes it.
_KINDS: Final = ("text/x-delivery-status", "text/x-global-delivery-status")
_REPORT: Final = "multipart/report"
# Recipients of one report that are looked at: a delivery has one, an alias behind it several.
_RECIPIENTS: Final = 100
_FAILED: Final = frozenset({"failed", "fail", "failure", "error"})  # OpenSMTPD says error
# The best that is said counts for all: the mail has not failed.
_BY_STATUS: Final = {2: NoticeAction.DELIVERED, 4: NoticeAction.DELAYED}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientStatus:
    """What a notification says of one recipient.

    Attributes:
        action: what it says besides that it failed; None: it failed.
        status: the code of its Status field; None: none, or no code.
        said: the words of the server that refused, empty where they are not given.
        addresses: the recipient's, as it was finally and originally, in small letters.
    """

    action: NoticeAction | None
    status: EnhancedCode | None
    said: str
    addresses: frozenset[str]


def recipient_statuses(message: BoundedMessage) -> tuple[RecipientStatus, ...]:
    """The recipients of a notification; empty where the message is none."""
    reports = [part.text for part in message.parts if part.kind in _KINDS]
    # Where the parts cannot be told apart, the fields still stand at the beginning of lines.
    broken = not reports and (message.kind == _REPORT or names_a_mail_server(message))
    loose = [part.text for part in message.parts] if broken else []
    found = (
        _recipient(group)
        for text in reports or loose
        for group in fields_of(text)
        if "final-recipient" in group or (reports and "original-recipient" in group)
        if "action" in group or "status" in group
    )
    return tuple(islice(found, _RECIPIENTS))


def failure_or_notice(
    delivery: int, recipients: tuple[RecipientStatus, ...], text: str
) -> Bounce | StatusNotice:
    """What the report on a delivery of ours says.

    Args:
        delivery: the id of the delivery.
        recipients: one or more.
        text: what the report says to people, for where the server's words are nowhere else.
    """
    failed = [one for one in recipients if one.action is None]
    actions = [one.action for one in recipients if one.action is not None]
    if not failed:
        return StatusNotice(delivery=delivery, action=actions[0])
    said = excerpt(text)
    verdicts = [(one, *judged(one.status, one.said or said)) for one in failed]
    # Behind one address there may be several: it is dead where all of them are.
    worst, code, kind = min(verdicts, key=lambda verdict: severity(verdict[2]))
    if actions and kind is BounceKind.DEAD:
        kind = BounceKind.SOFT
    addresses = frozenset().union(*(one.addresses for one in failed))
    return Bounce(
        delivery=delivery,
        kind=kind,
        code=code,
        diagnostic=scrubbed(worst.said or said, recipients=addresses),
        recipients=addresses,
    )


def _recipient(group: Fields) -> RecipientStatus:
    status = parse_code(_first(group, "status"))
    return RecipientStatus(
        action=_action(_first(group, "action"), status),
        status=status,
        # Cisco's gateways say the server's words in a field of their own (sisimai#312).
        said=_typed(_first(group, "diagnostic-code")) or _first(group, "x-supplementary-info"),
        addresses=frozenset(
            address
            for name in ("final-recipient", "original-recipient")
            if "@" in (address := _typed(_first(group, name)).strip("<> ").lower())
        ),
    )


def _action(said: str, status: EnhancedCode | None) -> NoticeAction | None:
    # Some servers put a comment behind it.
    word = (said.lower().split() or [""])[0].rstrip(";,(")
    if word in _FAILED:
        return None
    if word in tuple(NoticeAction):
        return NoticeAction(word)
    return _BY_STATUS.get(status.status) if status else None


def _typed(value: str) -> str:
    """A value without its type, as in `rfc822; ada@example.org` (RFC 3464, section 2.1.2)."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value


def _first(group: Fields, name: str) -> str:
    return next(iter(group.get(name, ())), "")
