"""What became of a delivery, and of a connection, as data; sentences are made elsewhere. Pure.

A delivery is named by its number alone. Nothing here holds a mail address.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msnewsletter.delivery.smtp_reply import SmtpReply


class SmtpStep(StrEnum):
    """What of a transaction a reply answers."""

    MAIL = "mail"  # the sender
    RCPT = "rcpt"  # the recipient
    DATA = "data"  # the wish to send the message
    DOT = "dot"  # the message


class ConnectionEnd(StrEnum):
    """Why a connection can be used no longer."""

    CLOSED = "closed"  # by the other side, or by the network
    TIMEOUT = "timeout"  # it took too long to answer, or to take what we sent
    UNREADABLE = "unreadable"  # what came is no reply, or no reply to what was asked
    LEAVING = "leaving"  # 421: it closes the connection, and says so
    GIVEN_UP = "given_up"  # by us: the journal could not be written


class Unfit(StrEnum):
    """Why a message is not for this server."""

    ADDRESS = "address"  # no address that can stand in a command
    NEEDS_SMTPUTF8 = "needs_smtputf8"  # an address holds more than ASCII; RFC 6531 is not offered
    NEEDS_8BITMIME = "needs_8bitmime"  # the message holds more than ASCII; RFC 6152 is not offered
    TOO_LARGE = "too_large"  # larger than the server says that it takes (RFC 1870)


class ConnectHindrance(StrEnum):
    """Why there is no connection."""

    UNREACHABLE = "unreachable"  # no such host, nobody listens, no answer, no mail server
    TLS = "tls"  # no encryption, or a certificate that cannot be trusted
    AUTH = "auth"  # user and password are refused, or cannot be given
    REFUSED = "refused"  # it answers, and will not talk to us


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The server has it: it said so after the whole message."""

    id: int
    reply: SmtpReply


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedForNow:
    """Refused with a code of 400 to 499: it may be tried again as it is."""

    id: int
    step: SmtpStep
    reply: SmtpReply


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedForGood:
    """Refused with a code of 500 to 599; at `step` MAIL it is about us, not about the recipient."""

    id: int
    step: SmtpStep
    reply: SmtpReply


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """The server may have the whole message, and its answer was not read."""

    id: int
    end: ConnectionEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTried:
    """The server does not have it: it can be queued again.

    Attributes:
        id: the delivery's number.
        end: how the connection ended while the delivery was under way; one that ends each
            connection would be tried for ever, so count these. None: it had not begun.
    """

    id: int
    end: ConnectionEnd | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsendable:
    """Nothing was sent: it is not for this server."""

    id: int
    why: Unfit


SendOutcome = Accepted | RefusedForNow | RefusedForGood | InDoubt | NotTried | Unsendable


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDown:
    """The server asks to slow down."""

    reply: SmtpReply


@dataclass(frozen=True, slots=True, kw_only=True)
class NoConnection:
    """A connection could not be opened.

    Attributes:
        why: for decisions.
        place, problem, remedy: for people, as in a DeliveryError.
        code: the server's reply, where it gave one.
    """

    why: ConnectHindrance
    place: str
    problem: str
    remedy: str
    code: int | None


ConnectionEvent = SlowDown | NoConnection
