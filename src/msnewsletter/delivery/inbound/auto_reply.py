"""Answers that a program has written (RFC 3834). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.bounded_message import decoded_header
from msnewsletter.delivery.inbound.header_addresses import header_addresses
from msnewsletter.delivery.inbound.text_bounce import DAEMONS

if TYPE_CHECKING:
    from msnewsletter.delivery.inbound.bounded_message import BoundedMessage

# Headers that only what answers by itself sets; whatever they say.
_MARKS: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-auto-response",
    "x-auto-response-suppress",  # Exchange, in its automatic replies
    "x-autoreply-from",
    "x-vacation",
    "x-mail-autoreply",
)
_PRECEDENCES: Final = frozenset({"auto_reply", "auto-reply", "autoreply"})
_OF_LISTS: Final = frozenset({"bulk", "junk", "list"})
# A receipt for having read, or deleted, a mail (RFC 8098); `message/` as bounded_message writes it.
_RECEIPT: Final = "text/x-disposition-notification"
# How the subjects of those begin that have no mark, up to the colon or the end.
_SUBJECTS: Final = frozenset(
    {"automatic reply", "auto reply", "autoreply", "out of office", "out of office autoreply"}
    | {"automatische antwort", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesend"}
    | {"automatische abwesenheitsnotiz", "out of the office", "auto", "auto response", "vacation"}
    | {"réponse automatique", "risposta automatica", "respuesta automática", "automatisch antwoord"}
)


def names_a_mail_server(message: BoundedMessage) -> bool:
    """Whether the message says that a mail server wrote it."""
    return "x-failed-recipients" in message.headers or _sender_name(message) in DAEMONS


def has_no_sender(message: BoundedMessage) -> bool:
    """Whether its envelope had no sender, as that of a report (RFC 5321, section 4.5.5).

    Programs that answer for a person may do the same.
    """
    return message.first("return-path").strip() == "<>"


def answers_by_itself(message: BoundedMessage) -> bool:
    """Whether the message says that a program wrote it as an answer."""
    return (
        _submitted(message) == "auto-replied"
        or any(mark in message.headers for mark in _MARKS)
        or message.first("precedence").strip().lower() in _PRECEDENCES
        or _subject(message) in _SUBJECTS
        or any(part.kind == _RECEIPT for part in message.parts)
    )


def is_generated(message: BoundedMessage) -> bool:
    """Whether a program wrote the message, be it an answer or not."""
    return (
        answers_by_itself(message)
        or _submitted(message) not in {"", "no"}
        or message.first("precedence").strip().lower() in _OF_LISTS
    )


def _sender_name(message: BoundedMessage) -> str:
    """What stands before the @ of From, in small letters; some servers write no more than that."""
    sender = message.first("from")
    address = next(iter(header_addresses([sender])), sender)
    return address.partition("@")[0].strip("<> ").lower()


def _submitted(message: BoundedMessage) -> str:
    """The first word of Auto-Submitted, without its parameters (RFC 3834, section 5)."""
    value = message.first("auto-submitted").lower()
    return (value.replace(";", " ").replace("(", " ").split() or [""])[0]


def _subject(message: BoundedMessage) -> str:
    return decoded_header(message.first("subject")).partition(":")[0].strip().lower()
